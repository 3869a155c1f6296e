"""One generation of a build on disk: graph, tables, words and vectors of the same sources."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ingest import link
from ingest.link import Links, Target
from ingest.recognise import registry
from kg import harvest, lexical, loader, sieve, tables
from kg.errors import PolicyKGError
from kg.harvest import Batch, Crew, Harvest
from kg.loader import Loader
from kg.manifest import Entry, Refusal
from kg.skeletons import Skeleton, unpack
from kg.tables import Row
from kg.vectors.encoder import Vectors
from ontology import rdf
from ontology.iris import Iris
from ontology.records import Agency, Clause, Document, Reading, Span
from ontology.terms import PK, RDF, Iri, Triple

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What a generation holds: its sources, what could not be read, the counts of its tables, the fingerprint of the embedding."""

    entries: tuple[Entry, ...]
    refused: tuple[Refusal, ...]
    counts: dict[str, int]
    model: str


def write(folder: Path, base: str, embedding: str | None, work: Sequence[Batch], crew: Crew, progress: Progress) -> Written:
    """Write all parts into a fresh folder; PolicyKGError where a shape is broken or nothing could be read, OSError or sqlite3.Error where the disk is full."""
    unfinished = folder.with_name(folder.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(parents=True)
        written = _write(unfinished, Iris(base), embedding, work, crew, progress)
        os.replace(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return written


def _write(folder: Path, iris: Iris, embedding: str | None, work: Sequence[Batch], crew: Crew, progress: Progress) -> Written:
    connection = tables.create(folder / "tables.sqlite")
    kept = _Kept(folder / "passing")
    done, total = 0, sum(len(batch.entries) for batch in work)
    with Loader(folder / "graph", sum(entry.size for batch in work for entry in batch.entries)) as graph:
        words = lexical.Writer(folder / "words")
        progress(done, total, "读取")
        for batch, found in zip(work, crew(work), strict=True):
            for line in found.dropped:
                log.warning("policykg: 未收入一条事实，%s", line)
            graph.feed(found.graph, sum(entry.size for entry in batch.entries))
            words.add(found.words)
            kept.take(found, connection)
            done += len(batch.entries)
            progress(done, total, f"读取 {batch.entries[-1].source}")
        if not kept.entries and kept.refused:
            raise PolicyKGError(_all_refused(kept.refused))
        # What Python does not do itself goes on beside it: vectors from here on, and the last portion of the graph once the links are made.
        with ThreadPoolExecutor(1, "vectors") as beside:
            model = beside.submit(_vectors, folder / "vectors", embedding, kept)
            progress(done, total, "连接引用")
            skeletons = unpack(kept.packed)
            kept.packed.clear()
            links = link.resolve(skeletons)
            bodies = registry.with_successors(kept.bodies)
            listed = [t for body in bodies for t in rdf.agency(body, iris)]
            linked = list(_linked(iris, skeletons, links))
            graph.feed(loader.trig(iris.registry, rdf.grouped(listed)) + loader.trig(iris.links, rdf.grouped(linked)))
            graph.close()
            progress(done, total, "建立索引")
            counts = _finish_tables(connection, iris, kept, skeletons, links, bodies)
            words.commit()
            _expect_whole(_standing(iris, skeletons), kept, listed, linked)
            progress(done, total, "写入图谱")
            graph.finish()
    return Written(tuple(kept.entries), tuple(kept.refused), counts, model.result())


@dataclass(slots=True)
class _Kept:
    """What the batches have in common: what linking, the registry and the vectors are made from at the end; vectors wait on disk."""

    folder: Path
    entries: list[Entry] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    packed: list[Skeleton] = field(default_factory=list)
    bodies: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    references: list[Row] = field(default_factory=list)
    referring: list[tuple[str, Span]] = field(default_factory=list)
    vectors: list[tuple[Sequence[str], Vectors]] = field(default_factory=list)

    def take(self, found: Harvest, connection: sqlite3.Connection) -> None:
        """Write the rows that are whole and keep the rest."""
        self.entries += found.entries
        self.refused += found.refused
        self.packed += found.packed
        self.bodies |= found.bodies
        self.named |= found.named
        for rows in found.rows:
            self.referring += rows.referring
            for table, some in rows.tables:
                if table == tables.REFERENCES:
                    self.references += some
                else:
                    tables.put(connection, table, some)
        if found.words:
            file = self.folder / f"{len(self.vectors)}.npy"
            self.folder.mkdir(exist_ok=True)
            np.save(file, found.vectors)
            self.vectors.append(([one.clause for one in found.words], np.load(file, mmap_mode="r")))


def _finish_tables(
    connection: sqlite3.Connection, iris: Iris, kept: _Kept, skeletons: Sequence[Reading], links: Links, bodies: Iterable[Agency]
) -> dict[str, int]:
    targets = {key: str(iris.resolve(tables.meant(found))) for key, found in links.targets.items()}
    tables.put(connection, tables.REFERENCES, tables.resolved(kept.references, kept.referring, targets))
    tables.put(connection, tables.DOCUMENTS, tables.document_rows(iris, skeletons, links))
    tables.put(connection, tables.AGENCIES, tables.agency_rows(iris, bodies))
    counts = {t.name: int(connection.execute(f'SELECT count(*) FROM "{t.name}"').fetchone()[0]) for t in tables.TABLES}
    tables.finish(connection)
    return counts


def _linked(iris: Iris, readings: Iterable[Reading], links: Links) -> Iterator[Triple]:
    """Yield what depends on other sources: targets, derived dates, copies of one policy."""
    yield from targets(iris, readings, links.targets)
    for reading in readings:
        for document in reading.documents:
            yield from rdf.derived(document.id, links.effective.get(document.id), links.expires.get(document.id), iris)
            yield from rdf.policy(document.id, links.policies[document.id], tables.copied(document, links), iris)


def targets(iris: Iris, readings: Iterable[Reading], meant: Mapping[tuple[str, Span], Target]) -> Iterator[Triple]:
    """Yield what the references of readings mean."""
    for document, clause, order, span in _references(readings):
        if found := meant.get((document.id, span)):
            yield rdf.target(iris.fact(iris.clause(document.id, clause.key), "reference", order), tables.meant(found), iris)


def _references(readings: Iterable[Reading]) -> Iterator[tuple[Document, Clause, int, Span]]:
    for reading in readings:
        for document in reading.documents:
            for clause, facts in reading.clauses[document.id]:
                for order, reference in enumerate(facts.references, 1):
                    yield document, clause, order, reference.span


def _vectors(folder: Path, embedding: str | None, kept: _Kept) -> str:
    from kg.vectors.index import VectorIndex, alone  # with faiss, which only a build written anew needs

    alone()
    encoder = harvest.encoder(embedding)
    VectorIndex.made(encoder.dim, encoder.fingerprint, kept.vectors).save(folder)
    shutil.rmtree(kept.folder, ignore_errors=True)
    return encoder.fingerprint


def _standing(iris: Iris, readings: Iterable[Reading]) -> dict[Iri, Iri]:
    """Return the class of each document and clause of the readings."""
    standing: dict[Iri, Iri] = {}
    for reading in readings:
        for document, clauses in reading.clauses.items():
            standing[iris.document(document)] = PK.Document
            standing.update((iris.clause(document, clause.key), PK.Clause) for clause, _ in clauses)
    return standing


def _expect_whole(standing: Mapping[Iri, Iri], kept: _Kept, registry: Sequence[Triple], linked: Sequence[Triple]) -> None:
    """Check the shapes of what stands in no source's graph: the registry, what sources expect there, and the links."""
    found = sieve.sift(registry)
    listed = {subject for subject, _, _ in registry}
    broken = [*map(str, found.broken), *(f"机构不在机构表中：{name}" for name in sorted(kept.named - listed))]
    broken += broken_links(standing, linked)
    if broken:
        raise _misshapen(broken)


def broken_links(standing: Mapping[Iri, Iri], linked: Sequence[Triple]) -> list[str]:
    """Check the links: what they say of references and documents, and that what they lead to stands in the build, whose documents and clauses are given."""
    things = rdf.grouped(linked)
    about = frozenset(predicate for thing in things.values() for predicate in thing)
    ends = {value for thing in things.values() for predicate in (PK.target, PK.copyOf) for value in thing.get(predicate, ())}
    for thing in things.values():
        thing[RDF.type] = (PK.Reference if PK.target in thing else PK.Document,)
    for end in ends:
        if isinstance(end, Iri) and end in standing:
            things.setdefault(end, {})[RDF.type] = (standing[end],)
    found = sieve.sift_things(things, about)
    return [*map(str, found.broken), *(f"所指不在库中：{thing}" for _, thing in sorted(found.elsewhere))]


def _misshapen(broken: Sequence[str]) -> PolicyKGError:
    return PolicyKGError(f"图谱不合形状约束（{len(broken)} 处），第一处：{broken[0]}")


def _all_refused(refused: Sequence[Refusal]) -> str:
    more = f"；共 {len(refused)} 个文件读不了" if len(refused) > 3 else ""
    return "；".join(f"{r.source}：{r.reason}" for r in refused[:3]) + more
