"""The links of an amended build. Where the sources that changed are called and cite as before, only what leads into them is looked at; else all is linked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest import link
from ingest.clausekeys import Index
from ingest.link import Target
from kg import layers, recall, tables
from kg.recall import Cited
from ontology.iris import Iris
from ontology.records import Document, Reading, Reference, Span
from ontology.terms import PK, Iri, Triple

Targets = dict[tuple[str, Span], Target]


@dataclass(frozen=True, slots=True)
class Before:
    """What the sources that changed held: their documents, and what these cited."""

    documents: tuple[Document, ...]
    cited: tuple[Cited, ...]


@dataclass(slots=True)
class Links:
    """What the references of the new readings mean, and the triples of other links that go and that come."""

    targets: Targets
    gone: set[Triple]
    new: set[Triple]


def renew(connection: sqlite3.Connection, iris: Iris, before: Before, fresh: Sequence[Reading]) -> Links:
    """Link the new readings, and write into the tables what documents and references mean now; the rows of what went are out, the new ones not yet in."""
    new = {key: pairs for reading in fresh for key, pairs in reading.clauses.items()}
    indexes = {key: Index([clause for clause, _ in pairs]) for key, pairs in new.items()}
    index = recall.indexes(connection, iris, indexes)
    documents = {d.id: d for reading in fresh for d in reading.documents}
    cited = [(documents[key], r) for key, pairs in new.items() for _, facts in pairs for r in facts.references if r.kind == "external"]
    few = _alike(before, documents, cited)
    links = _few(connection, iris, before, fresh, cited, index) if few else _all(connection, iris, fresh, cited, index)
    links.targets.update(((key, r.span), found) for key, pairs in new.items() for r, found in link.inside(key, pairs, indexes[key]))
    return links


def _alike(before: Before, documents: Mapping[str, Document], cited: Sequence[tuple[Document, Reference]]) -> bool:
    """Say whether documents are what they were, by all that others could find them by, and cite what they cited."""
    names = [[replace(d, span=Span(0, 0)) for d in some] for some in (before.documents, documents.values())]
    return names[0] == names[1] and {_cites(c.document, c.reference) for c in before.cited} == {_cites(*one) for one in cited}


def _cites(document: Document, reference: Reference) -> tuple[str, str | None, str | None, str, bool]:
    return document.id, reference.title, reference.number, reference.relation, reference.clause is None


def _few(
    connection: sqlite3.Connection,
    iris: Iris,
    before: Before,
    fresh: Sequence[Reading],
    cited: Sequence[tuple[Document, Reference]],
    index: Callable[[str], Index | None],
) -> Links:
    """Link where every reference means the document that it meant: only the clauses in what changed may be others."""

    def meant(document: str, clause: str | None) -> Target:
        clauses = index(document) if clause else None
        return Target(document, clauses.named(clause) if clauses and clause else None)

    known = {_cites(c.document, c.reference): recall.target(c.resolved, iris).document for c in before.cited if c.resolved}
    links = Links({(d.id, r.span): meant(known[_cites(d, r)], r.clause) for d, r in cited if _cites(d, r) in known}, set(), set())
    turned = []
    for reading in fresh:
        for document in reading.documents:
            about = (reading.source.sha256, document.span.start, document.span.end, iris.document(document.id))
            connection.execute('UPDATE main.documents SET sha256 = ?, start = ?, "end" = ? WHERE iri = ?', about)
            for one in recall.citing(connection, iris.document(document.id)):
                old = recall.target(one.resolved or "", iris)
                if old.document == document.id and (now := meant(document.id, one.clause)) != old:
                    turned.append((one, str(iris.resolve(tables.meant(now)))))
    _turn(connection, links, turned)
    return links


def _all(
    connection: sqlite3.Connection,
    iris: Iris,
    fresh: Sequence[Reading],
    cited: Sequence[tuple[Document, Reference]],
    index: Callable[[str], Index | None],
) -> Links:
    """Link the whole corpus."""
    kept = recall.readings(connection)
    readings = sorted([*kept, *fresh], key=lambda reading: reading.source.path)
    documents = [d for reading in readings for d in reading.documents]
    mine = {d.id for reading in fresh for d in reading.documents}
    others = list(recall.cited(connection, {iris.document(d.id): d for reading in kept for d in reading.documents}))
    before = {(one.document.id, one.reference.span): recall.target(one.resolved, iris) for one in others if one.resolved}
    every = [*((one.document, one.reference) for one in others), *cited]
    found = link.connect(documents, every, index, {key: target for key, target in before.items() if target.document not in mine})
    links = Links({key: target for key, target in found.targets.items() if key[0] in mine}, set(), set())
    turned = []
    for one in others:
        key = (one.document.id, one.reference.span)
        if (target := found.targets.get(key)) != before.get(key):
            resolved = None if target is None else str(iris.resolve(tables.meant(target)))
            turned.append((recall.Citing(one.iri, iris.document(one.document.id), one.document.source, one.reference.clause, one.resolved), resolved))
    _turn(connection, links, turned)
    said = set(recall.linked(connection))
    connection.execute("DELETE FROM main.documents")
    tables.put(connection, tables.DOCUMENTS, tables.document_rows(iris, readings, found))
    now = set(recall.linked(connection))
    links.gone.update(recall.triples(said - now, iris))
    links.new.update(recall.triples(now - said, iris))
    return links


def _turn(connection: sqlite3.Connection, links: Links, turned: Sequence[tuple[recall.Citing, str | None]]) -> None:
    """Have references of other sources mean something else."""
    for source in {one.source for one, _ in turned}:
        for (document,) in connection.execute("SELECT iri FROM main.documents WHERE source = ?", (source,)).fetchall():
            layers.lift(connection, tables.REFERENCES, "document", document)
    for one, resolved in turned:
        connection.execute('UPDATE main."references" SET resolved = ? WHERE document = ? AND id = ?', (resolved, one.document, one.iri))
        links.gone |= {(Iri(one.iri), PK.target, Iri(one.resolved))} if one.resolved else set()
        links.new |= {(Iri(one.iri), PK.target, Iri(resolved))} if resolved else set()
