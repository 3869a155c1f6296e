"""All facts of one clause: runs every recogniser over its flow and settles overlaps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ingest import clauses, duties
from ingest.flow import Flow
from ingest.recognise import agencies, amounts, deadlines, definitions, norms, references
from ontology.records import Clause, Document, Facts, Source, Span

# What stands before the first unit tells who drafted and approved, a signature who issued: no duties there.
SILENT = frozenset({"preamble"})


def of(source: Source, document: Document, clause: Clause, inner: Sequence[Clause] = ()) -> Facts:
    """Return the facts of a clause's own text; ``inner`` are the rows that lie inside it and speak for themselves."""
    if clause.kind == "form":
        return Facts()
    noise = [*clauses.noise(source, clause), *(row.span for row in inner)]
    flow = Flow.of(source.text, clause.span.start, clause.span.end, borders=clauses.borders(source, clause), noise=noise)
    return in_flow(flow, document, clause)


def in_flow(flow: Flow, document: Document, clause: Clause) -> Facts:
    """Return the facts of a flow; figures inside a cited title are part of that title, not amounts."""
    if not flow.text:
        return Facts()
    cited = tuple(references.find(flow, document.title))
    titles = [r.span for r in cited if r.kind == "external"]
    mentions = tuple(m for m in agencies.find(flow, document.place) if not inside(m.span, titles))
    return Facts(
        amounts=tuple(a for a in amounts.find(flow) if not inside(a.span, titles)),
        mentions=mentions,
        responsibilities=() if clause.kind in SILENT and document.edition != "news" else tuple(duties.find(flow, mentions, document.place)),
        references=cited,
        definitions=tuple(definitions.find(flow)),
        deadlines=tuple(deadlines.find(flow)),
        norms=tuple(norms.find(flow)),
    )


def inside(span: Span, others: Sequence[Span]) -> bool:
    """Say whether a span lies wholly inside one of the others, which are in reading order and do not overlap."""
    i = bisect_right(others, span.start, key=lambda other: other.start) - 1
    return i >= 0 and others[i].covers(span)
