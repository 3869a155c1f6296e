"""What linking needs to know of the sources of a build that did not change, read back from its tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, cast

from ingest.clausekeys import Index
from ingest.link import Target
from ontology import iris as minting
from ontology import rdf
from ontology.iris import Iris
from ontology.records import Clause, Document, Edition, Reading, Reference, Relation, Source, Span, ValidityBasis
from ontology.terms import Triple

_DOCUMENTS = (
    'SELECT source, sha256, slug, start, "end", title, notice_title, number, index_number, issuers, issued, published, effective, expires, basis, genre,'
    " place, edition, url, effective_like FROM documents WHERE {} ORDER BY source, start"
)
_REFERENCES = (
    'SELECT id, document, start, "end", kind, relation, target_title, target_number, target_clause, resolved FROM "references"'
    " WHERE kind = 'external' AND {} ORDER BY source, rowid"
)
# What leads to an IRI or to one below it: / stands right before 0.
_CITING = (
    'SELECT id, document, source, target_clause, resolved FROM "references"'
    " WHERE resolved >= ?1 AND resolved < ?1 || '0' AND kind = 'external' AND target_clause <> '' ORDER BY source, rowid"
)
_LINKED = "SELECT slug, effective_derived, expires_derived, policy, copy_of FROM documents"


Linked = tuple[str, str | None, str | None, str, str | None]


@dataclass(frozen=True, slots=True)
class Cited:
    """An external reference as its row has it; ``resolved`` is the IRI that it had so far."""

    iri: str
    document: Document
    reference: Reference
    resolved: str | None


@dataclass(frozen=True, slots=True)
class Citing:
    """An external reference that leads into a document: its IRI, the document and source that it stands in, the clause it names, and what it means."""

    iri: str
    document: str
    source: str
    clause: str | None
    resolved: str | None


def readings(connection: sqlite3.Connection) -> list[Reading]:
    """Return the documents of the sources that are there, by source, in order; clauses and texts stay in the tables."""
    digests = {str(source): str(digest) for source, digest in connection.execute("SELECT source, sha256 FROM sources ORDER BY source")}
    found: dict[str, list[Document]] = {source: [] for source in digests}
    for row in connection.execute(_DOCUMENTS.format("1")):
        if row[0] in found:
            found[row[0]].append(_document(row))
    return [Reading(Source(source, digests[source], ""), tuple(documents)) for source, documents in found.items()]


def documents_of(connection: sqlite3.Connection, sources: Iterable[str]) -> list[Document]:
    """Return the documents of sources, in order of both."""
    return [_document(row) for source in sorted(sources) for row in connection.execute(_DOCUMENTS.format("source = ?"), (source,))]


def _document(row: tuple[str, ...]) -> Document:
    source, _, slug, start, end, title, notice, number, index, issuers, issued, published, effective, expires, basis, genre, place, edition, url, like = row
    return Document(
        slug, source, Span(int(start), int(end)), title, notice, number, index, tuple(filter(None, (issuers or "").split("|"))),
        _day(issued), _day(published), _day(effective), _day(expires), cast(ValidityBasis, basis), genre, place, cast(Edition, edition), url, like,
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def cited(connection: sqlite3.Connection, documents: Mapping[str, Document]) -> Iterator[Cited]:
    """Yield every external reference of the tables; ``documents`` are those that they stand in, by IRI."""
    return (_cited(row, documents) for row in connection.execute(_REFERENCES.format("1")))


def cited_in(connection: sqlite3.Connection, document: Document, iri: str) -> list[Cited]:
    """Return the external references of a document."""
    return [_cited(row, {iri: document}) for row in connection.execute(_REFERENCES.format("document = ?"), (iri,))]


def _cited(row: tuple[Any, ...], documents: Mapping[str, Document]) -> Cited:
    iri, document, start, end, kind, relation, title, number, clause, resolved = row
    return Cited(iri, documents[document], Reference(Span(start, end), kind, cast(Relation, relation), title, number, clause), resolved)


def citing(connection: sqlite3.Connection, document: str) -> list[Citing]:
    """Return the external references to clauses that mean a document or one of its clauses."""
    return [Citing(*row) for row in connection.execute(_CITING, (document,))]


def indexes(connection: sqlite3.Connection, iris: Iris, fresh: Mapping[str, Index]) -> Callable[[str], Index | None]:
    """Return how to get the clauses of a document by its id: those just read, else from the tables."""

    @cache
    def index(document: str) -> Index:
        owner = iris.document(document)
        rows = connection.execute('SELECT clause, path, label, level, start, "end" FROM clauses WHERE document = ? ORDER BY ord', (owner,))
        return Index([
            Clause(document, tuple(path.split("/")), minting.decode(iri.removeprefix(f"{owner}/")), label, None, Span(start, end), level)
            for iri, path, label, level, start, end in rows
        ])  # fmt: skip

    return lambda document: fresh.get(document) or index(document)


def target(iri: str, iris: Iris) -> Target:
    """Return the target that an IRI stands for."""
    document, _, clause = minting.decode(iri.removeprefix(iris.base)).partition("/")
    return Target(document, clause or None)


def linked(connection: sqlite3.Connection) -> Iterator[Linked]:
    """Yield what the tables say of documents that depends on others: id, derived dates, the policy they are copies of."""
    return iter(connection.execute(_LINKED))


def triples(rows: Iterable[Linked], iris: Iris) -> Iterator[Triple]:
    """Yield what the links graph says by such rows."""
    for slug, effective, expires, policy, copy in rows:
        yield from rdf.derived(slug, _day(effective), _day(expires), iris)
        yield from rdf.policy(slug, policy, target(copy, iris).document if copy else None, iris)


def clauses_of(connection: sqlite3.Connection, documents: Iterable[str]) -> list[str]:
    """Return the clauses of documents, by their IRIs."""
    return [row[0] for document in documents for row in connection.execute("SELECT clause FROM clauses WHERE document = ?", (document,))]
