"""What linking needs of a reading, as plain tuples: these travel between processes at a quarter of the cost of records."""

from __future__ import annotations

from collections.abc import Iterable

from ontology.records import Clause, Document, Facts, Reading, Reference, Source, Span

# path, key, label, start, end, level, the fields of its references
_Clause = tuple[tuple[str, ...], str, str, int, int, int, tuple[tuple[object, ...], ...]]
# source path, digest, documents, clauses by document
Skeleton = tuple[str, str, tuple[Document, ...], tuple[tuple[str, tuple[_Clause, ...]], ...]]

_NOTHING = Facts()


def pack(reading: Reading) -> Skeleton:
    """Return a reading without text, headings, and facts but references."""
    clauses = ((key, tuple(_packed(clause, facts) for clause, facts in pairs)) for key, pairs in reading.clauses.items())
    return reading.source.path, reading.source.sha256, reading.documents, tuple(clauses)


def _packed(clause: Clause, facts: Facts) -> _Clause:
    references = tuple((r.span.start, r.span.end, r.kind, r.relation, r.title, r.number, r.clause) for r in facts.references)
    return clause.path, clause.key, clause.label, clause.span.start, clause.span.end, clause.level, references


def unpack(skeletons: Iterable[Skeleton]) -> tuple[Reading, ...]:
    """Return the readings that were packed."""
    return tuple(
        Reading(Source(path, digest, ""), documents, {key: tuple(_clause(key, *one) for one in clauses) for key, clauses in by_document})
        for path, digest, documents, by_document in skeletons
    )


def _clause(
    document: str, path: tuple[str, ...], key: str, label: str, start: int, end: int, level: int, references: tuple[tuple[object, ...], ...]
) -> tuple[Clause, Facts]:
    facts = Facts(references=tuple(map(_reference, references))) if references else _NOTHING
    return Clause(document, path, key, label, None, Span(start, end), level), facts


def _reference(fields: tuple[object, ...]) -> Reference:
    start, end, *rest = fields
    return Reference(Span(start, end), *rest)  # type: ignore[arg-type]
