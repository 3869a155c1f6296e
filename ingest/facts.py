"""All facts of one clause: runs every recogniser over its flow and settles overlaps."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest import clauses, duties
from ingest.flow import Flow
from ingest.recognise import agencies, amounts, deadlines, definitions, norms, references
from ontology.records import Clause, Document, Facts, Source, Span

# What stands before the first unit tells who drafted and approved: no duties there, but in a report they are what is reported.
SILENT = frozenset({"preamble"})


@dataclass(frozen=True, slots=True)
class Aliases:
    """The short forms that a document introduces for itself (以下简称市科技局): written form → full name."""

    agencies: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


def flow_of(source: Source, clause: Clause, inner: Sequence[Clause] = ()) -> Flow:
    """Return the flow of a clause's own text; ``inner`` are the rows that lie inside it and speak for themselves."""
    noise = [*clauses.noise(source, clause), *(row.span for row in inner)]
    return Flow.of(source.text, clause.span.start, clause.span.end, borders=clauses.borders(source, clause), noise=noise)


def aliases_of(flows: Sequence[Flow], document: Document) -> Aliases:
    """Return the short forms that the flows of a document introduce."""
    bodies: dict[str, str] = {}
    titles: dict[str, str] = {}
    for flow in flows:
        if "简称" in flow.text or "以下称" in flow.text:
            bodies |= agencies.aliases(flow, document.place)
            titles |= references.short_titles(flow)
    return Aliases(bodies, titles)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands above a clause: a heading such as 申报条件, words that end with 应当具备下列条件：."""

    conditions: bool = False
    listed: bool = False


def around(tree: Sequence[Clause], flows: Sequence[Flow]) -> tuple[Around, ...]:
    """Return for each clause of a document, in text order, what stands above it."""
    headed: dict[tuple[str, ...], bool] = {}
    lists: dict[tuple[str, ...], bool] = {}
    found = []
    for clause, flow in zip(tree, flows, strict=True):
        above = [clause.path[:i] for i in range(1, len(clause.path))]
        headed[clause.path] = norms.heads_conditions(clause.heading)
        lists[clause.path] = norms.lists_conditions(flow)
        found.append(Around(headed[clause.path] or any(headed.get(path) for path in above), bool(above) and lists.get(above[-1], False)))
    return tuple(found)


def of(flow: Flow, document: Document, clause: Clause, aliases: Aliases, above: Around | None = None) -> Facts:
    """Return the facts of a flow; figures and bodies inside a cited title are part of that title; a form to fill in has none."""
    above = above or Around()
    if clause.kind == "form" or not flow.text:
        return Facts()
    cited = tuple(references.find(flow, document.title, aliases=aliases.titles))
    titles = [r.span for r in cited if r.kind == "external"]
    mentions = tuple(m for m in agencies.find(flow, document.place, aliases=aliases.agencies) if not inside(m.span, titles))
    reported = document.edition == "news"
    silent = clause.kind in SILENT and not reported
    return Facts(
        amounts=tuple(a for a in amounts.find(flow, listed=above.listed) if not inside(a.span, titles)),
        mentions=mentions,
        responsibilities=() if silent else tuple(duties.find(flow, mentions, document.place, header=clause.header, reported=reported)),
        references=cited,
        definitions=tuple(definitions.find(flow, document.title)),
        deadlines=tuple(deadlines.find(flow)),
        norms=tuple(norms.find(flow, listed=above.listed, conditions=above.conditions)),
    )


def inside(span: Span, others: Sequence[Span]) -> bool:
    """Say whether a span lies wholly inside one of the others, which are in reading order and do not overlap."""
    i = bisect_right(others, span.start, key=lambda other: other.start) - 1
    return i >= 0 and others[i].covers(span)
