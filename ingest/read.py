"""One source from text to a Reading: documents, clauses and their facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest import clauses, documents, dutyscopes, facts, hidden
from ontology.records import Clause, Document, Facts, Reading, Source


def read(source: Source) -> Reading:
    """Return everything that a source says by itself, in reading order."""
    if (seen := hidden.seen(source.text)) is not source.text:
        return hidden.restored(read(replace(source, text=seen)), source)
    found = documents.split(source)
    return Reading(source, found, {document.id: read_document(source, document) for document in found})


def read_document(source: Source, document: Document) -> tuple[tuple[Clause, Facts], ...]:
    """Return the clauses of one document with their facts."""
    tree = clauses.split(source, document)
    flows = [facts.flow_of(source, clause, inner) for clause, inner in with_rows(tree)]
    aliases = facts.aliases_of(flows, document)
    above = facts.around(tree, flows)
    found = [facts.of(flow, document, clause, aliases, around) for clause, flow, around in zip(tree, flows, above, strict=True)]
    return tuple(zip(tree, dutyscopes.spread(tree, flows, found), strict=True))


def with_rows(tree: Sequence[Clause]) -> Iterator[tuple[Clause, Sequence[Clause]]]:
    """Yield each clause with the rows that lie inside it, in one pass; the tree is in text order."""
    rows = [clause for clause in tree if clause.kind == "row"]
    first = 0
    for clause in tree:
        if clause.kind == "row":
            yield clause, ()
            continue
        while first < len(rows) and rows[first].span.start < clause.span.start:
            first += 1
        last = first
        while last < len(rows) and clause.span.covers(rows[last].span):
            last += 1
        yield clause, rows[first:last]
