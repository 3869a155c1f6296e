"""A new generation from the last one, where little changed: its parts are linked or copied, and only what changed is written."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.recognise import registry
from kg import layers, parts, recall, relink, tables
from kg.errors import PolicyKGError
from kg.harvest import Batch, Crew, Harvest
from kg.lexical import Writer
from kg.manifest import Manifest
from kg.parts import Progress, Written
from kg.relink import Before
from kg.store import Store
from kg.vectors import amended
from ontology import rdf
from ontology.iris import Iris
from ontology.terms import PK, RDF, Iri, Triple

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Change:
    """Sources taken out, with what stood in them, and the harvests that come in."""

    touched: frozenset[str]
    before: Before
    documents: tuple[Iri, ...]
    clauses: tuple[str, ...]
    harvests: tuple[Harvest, ...]


def write(folder: Path, build: Path, old: Manifest, work: Sequence[Batch], gone: Collection[str], crew: Crew, progress: Progress) -> Written:
    """Write a generation that holds the sources of ``work`` anew and those of ``gone`` no more; raises what ``parts.write`` raises."""
    unfinished = folder.with_name(folder.name + ".new")
    try:
        unfinished.mkdir(parents=True)
        written = _write(unfinished, build / old.generation, old, work, gone, crew, progress)
        os.replace(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return written


def _write(folder: Path, before: Path, old: Manifest, work: Sequence[Batch], gone: Collection[str], crew: Crew, progress: Progress) -> Written:
    total = sum(len(batch.entries) for batch in work)
    progress(0, total, "读取")
    harvests = tuple(crew(work))
    for line in (line for found in harvests for line in found.dropped):
        log.warning("policykg: 未收入一条事实，%s", line)
    iris = Iris(old.base)
    progress(total, total, "连接引用")
    connection = layers.begin(before, folder, old.counts)
    change = _out(connection, iris, frozenset((*gone, *(e.source for batch in work for e in batch.entries))), harvests)
    links_gone, links_new = _tables(connection, iris, change)
    progress(total, total, "写入图谱")
    with Store.fork(before / "graph", folder / "graph") as store:
        bodies_gone = _graph(store, iris, change, links_gone, links_new)
        _agencies(connection, iris, store, change, bodies_gone)
    counts = layers.counts(connection)
    connection.commit()
    connection.close()
    progress(total, total, "建立索引")
    _indexes(folder, before, change)
    entries = [e for e in old.sources if e.source not in change.touched]
    entries += [e for found in harvests for e in found.entries]
    return Written(tuple(sorted(entries, key=lambda e: e.source)), tuple(r for found in harvests for r in found.refused), counts, old.model)


def _out(connection: sqlite3.Connection, iris: Iris, touched: frozenset[str], harvests: tuple[Harvest, ...]) -> _Change:
    """Note what stands in the touched sources."""
    documents = tuple(recall.documents_of(connection, touched))
    cited = tuple(one for d in documents for one in recall.cited_in(connection, d, iris.document(d.id)))
    known = tuple(iris.document(d.id) for d in documents)
    return _Change(touched, Before(documents, cited), known, tuple(recall.clauses_of(connection, known)), harvests)


def _tables(connection: sqlite3.Connection, iris: Iris, change: _Change) -> tuple[set[Triple], set[Triple]]:
    """Write the rows of what changed and of all that is linked otherwise now; return the triples of links that go and that come."""
    gone = _delete(connection, change)
    fresh = [skeleton for found in change.harvests for skeleton in found.skeletons]
    links = relink.renew(connection, iris, change.before, fresh)
    targets = {key: str(iris.resolve(tables.meant(found))) for key, found in links.targets.items()}
    for found in change.harvests:
        for rows in found.rows:
            for table, some in rows.tables:
                tables.put(connection, table, tables.resolved(some, rows.referring, targets) if table == tables.REFERENCES else some)
    gone |= links.gone
    new = links.new | set(parts.targets(iris, fresh, links.targets))
    return gone - new, new - gone


def _delete(connection: sqlite3.Connection, change: _Change) -> set[Triple]:
    """Delete the rows of the touched sources and return the links that started there."""
    gone: set[Triple] = set()
    for document in change.documents:
        statement = 'SELECT id, resolved FROM "references" WHERE document = ? AND resolved IS NOT NULL'
        gone |= {(Iri(iri), PK.target, Iri(resolved)) for iri, resolved in connection.execute(statement, (document,))}
        for table in (tables.CLAUSES, *tables.FACTS):
            layers.drop(connection, table, "document", document)
    for source in change.touched:
        for table in (tables.SOURCES, tables.COINED):
            layers.drop(connection, table, "source", source)
    return gone


def _graph(store: Store, iris: Iris, change: _Change, gone: Iterable[Triple], new: Collection[Triple]) -> set[Iri]:
    """Change the graph; return the bodies that nothing names any more. PolicyKGError where a link leads to nothing."""
    named: set[Iri] = set()
    for source in sorted(change.touched):
        graph = iris.source(source)
        named |= {value for predicate in (PK.agency, PK.issuer) for value in store.values(graph, predicate) if isinstance(value, Iri)}
        store.clear(graph)
    for found in change.harvests:
        store.take(found.graph)
    store.change(iris.links, gone, new)
    for subject, predicate, value in new:
        if predicate == PK.target and isinstance(value, Iri) and not any(store.holds(value, RDF.type, kind) for kind in (PK.Document, PK.Clause)):
            raise PolicyKGError(f"图谱不合形状约束，引用目标不在库中：{subject}（{value}）")
    return {body for body in named if not any(store.names(predicate, body) for predicate in (PK.agency, PK.issuer))}


def _agencies(connection: sqlite3.Connection, iris: Iris, store: Store, change: _Change, gone: set[Iri]) -> None:
    """Bring the registry and its table in step with the bodies that are named now."""
    have = {name for (name,) in connection.execute("SELECT name FROM agencies")}
    named = {name for found in change.harvests for name in found.bodies}
    bodies = [body for body in registry.with_successors(named - have) if body.name not in have]
    gone = _unheld(store, iris, gone - {iris.agency(body.name) for body in bodies})
    old = [t for body in gone for t in store.of_subject(iris.registry, body)]
    store.change(iris.registry, old, [t for body in bodies for t in rdf.agency(body, iris)])
    connection.executemany("DELETE FROM main.agencies WHERE agency = ?", [(body,) for body in gone])
    tables.put(connection, tables.AGENCIES, tables.agency_rows(iris, bodies))


def _unheld(store: Store, iris: Iris, gone: set[Iri]) -> set[Iri]:
    """Return of the bodies that no text names any more those that took over from no other, with the successors that nothing holds without them."""
    out: set[Iri] = set()
    waiting = sorted(gone)
    while waiting:
        body = waiting.pop()
        before = set(store.subjects(iris.registry, PK.successor, body)) - out
        if body in out or before or any(store.names(predicate, body) for predicate in (PK.agency, PK.issuer)):
            continue
        out.add(body)
        waiting += [value for _, predicate, value in store.of_subject(iris.registry, body) if predicate == PK.successor and isinstance(value, Iri)]
    return out


def _indexes(folder: Path, before: Path, change: _Change) -> None:
    """Take the clauses of the touched sources out of words and vectors, and put the new ones in."""
    words = Writer.fork(before / "words", folder / "words")
    for source in change.touched:
        words.drop(source)
    for found in change.harvests:
        words.add(found.words)
    words.commit()
    full = [found for found in change.harvests if found.words]
    rows = np.concatenate([found.vectors for found in full]) if full else np.zeros((0, 0), np.float32)
    amended.amend(before / "vectors", folder / "vectors", change.clauses, [one.clause for found in full for one in found.words], rows)
