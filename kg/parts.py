"""One generation of a build on disk: graph, tables, words and vectors of the same readings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from ingest.link import Links
from ingest.recognise import agencies
from kg import lexical, shapes, tables
from kg.errors import PolicyKGError
from kg.store import Store
from kg.vectors import encoder as encoders
from kg.vectors.index import VectorIndex
from ontology import rdf
from ontology.iris import Iris
from ontology.records import Agency, Clause, Document, Reading, Span
from ontology.terms import Iri, Triple

NAMES = ("graph", "tables.sqlite", "words", "vectors")
# Clauses embedded at a time.
BATCH = 2048

Progress = Callable[[int, int, str], None]


def write(folder: Path, base: str, embedding: str | None, readings: Sequence[Reading], links: Links, progress: Progress) -> tuple[dict[str, int], str]:
    """Write all parts into a fresh folder and return the counts and the embedding's fingerprint; raises PolicyKGError where a shape is broken."""
    unfinished = folder.with_name(folder.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    iris = Iris(base)
    bodies = agencies_of(readings)
    steps = len(NAMES)
    progress(0, steps, "写入图谱")
    _graph(unfinished / "graph", iris, readings, links, bodies)
    progress(1, steps, "写入数据表")
    counts = _tables(unfinished / "tables.sqlite", iris, readings, links, bodies)
    progress(2, steps, "建立词语索引")
    entries = list(_entries(iris, readings))
    lexical.build(unfinished / "words", entries)
    progress(3, steps, "建立向量索引")
    model = _vectors(unfinished / "vectors", embedding, entries)
    os.replace(unfinished, folder)
    progress(steps, steps, "完成")
    return counts, model


def agencies_of(readings: Iterable[Reading]) -> tuple[Agency, ...]:
    """Return every body that the readings name, by name."""
    names = {m.agency for r in readings for pairs in r.clauses.values() for _, facts in pairs for m in facts.mentions}
    names |= {x.agency for r in readings for pairs in r.clauses.values() for _, facts in pairs for x in facts.responsibilities}
    names |= {issuer for r in readings for document in r.documents for issuer in document.issuers}
    return tuple(agencies.known(name) for name in sorted(names))


def _graph(path: Path, iris: Iris, readings: Sequence[Reading], links: Links, bodies: Iterable[Agency]) -> None:
    graphs: list[tuple[Iri, Iterable[Triple]]] = [(iris.source(r.source.path), rdf.reading(r, iris)) for r in readings]
    graphs.append((iris.registry, (t for body in bodies for t in rdf.agency(body, iris))))
    graphs.append((iris.links, _linked(iris, readings, links)))
    store = Store.create(path, graphs)
    broken = shapes.violations(store)
    if broken:
        raise PolicyKGError(f"图谱不合形状约束（{len(broken)} 处），第一处：{broken[0]}")


def _linked(iris: Iris, readings: Iterable[Reading], links: Links) -> Iterator[Triple]:
    """Yield what depends on other sources: targets, derived dates, copies of one policy."""
    for document, clause, order, span in _references(readings):
        if found := links.targets.get((document.id, span)):
            yield rdf.target(iris.fact(iris.clause(document.id, clause.key), "reference", order), tables.meant(found), iris)
    for reading in readings:
        for document in reading.documents:
            yield from rdf.derived(document.id, links.effective.get(document.id), links.expires.get(document.id), iris)
            yield from rdf.policy(document.id, links.policies[document.id], tables.copied(document, links), iris)


def _references(readings: Iterable[Reading]) -> Iterator[tuple[Document, Clause, int, Span]]:
    for reading in readings:
        for document in reading.documents:
            for clause, facts in reading.clauses[document.id]:
                for order, reference in enumerate(facts.references, 1):
                    yield document, clause, order, reference.span


def _tables(path: Path, iris: Iris, readings: Sequence[Reading], links: Links, bodies: Sequence[Agency]) -> dict[str, int]:
    connection = tables.create(path)
    targets = {key: str(iris.resolve(tables.meant(found))) for key, found in links.targets.items()}
    tables.put(connection, tables.DOCUMENTS, tables.document_rows(iris, readings, links))
    tables.put(connection, tables.AGENCIES, [(str(iris.agency(b.name)), b.name, "|".join(b.short_names), b.place, b.level) for b in bodies])
    tables.put(connection, tables.COINED, tables.coined_in(readings))
    for reading in readings:
        tables.of_reading(connection, iris, reading, targets)
    counts = {t.name: int(connection.execute(f'SELECT count(*) FROM "{t.name}"').fetchone()[0]) for t in tables.TABLES}
    tables.finish(connection)
    return counts


def _entries(iris: Iris, readings: Iterable[Reading]) -> Iterator[lexical.Entry]:
    """Yield what is searched: every clause with the words of its title and of the headings above it."""
    for reading in readings:
        for document in reading.documents:
            trails = tables.headings_above(clause for clause, _ in reading.clauses[document.id])
            for clause, _ in reading.clauses[document.id]:
                text = rdf.squash(reading.source.text[clause.span.start : clause.span.end])
                if clause.header:
                    text = f"{' '.join(clause.header)} {text}"
                yield lexical.Entry(iris.clause(document.id, clause.key), iris.document(document.id), reading.source.path, document.title, " ".join(trails[clause.key]), text)


def _vectors(folder: Path, embedding: str | None, entries: Sequence[lexical.Entry]) -> str:
    encoder = encoders.load(embedding)
    index = VectorIndex(encoder.dim, encoder.fingerprint)
    for i in range(0, len(entries), BATCH):
        part = entries[i : i + BATCH]
        index.add([e.clause for e in part], encoder.encode([f"{e.title} {e.heading} {e.text}" for e in part]))
    index.save(folder)
    return encoder.fingerprint
