"""One source from text to a Reading: documents, clauses and their facts."""

from __future__ import annotations

from ingest import clauses, documents, facts
from ontology.records import Clause, Document, Facts, Reading, Source


def read(source: Source) -> Reading:
    """Return everything that a source says by itself, in reading order."""
    found = documents.split(source)
    return Reading(source, found, {document.id: read_document(source, document) for document in found})


def read_document(source: Source, document: Document) -> tuple[tuple[Clause, Facts], ...]:
    """Return the clauses of one document with their facts."""
    tree = clauses.split(source, document)
    rows = [clause for clause in tree if clause.kind == "row"]
    pairs = []
    first = 0
    for clause in tree:
        if clause.kind == "row":
            pairs.append((clause, facts.of(source, document, clause)))
            continue
        while first < len(rows) and rows[first].span.start < clause.span.start:
            first += 1
        last = first
        while last < len(rows) and clause.span.covers(rows[last].span):
            last += 1
        pairs.append((clause, facts.of(source, document, clause, rows[first:last])))
    return tuple(pairs)
