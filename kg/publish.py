"""Putting a build on remote engines: one named graph and one set of vectors a source, and only what changed since the last time.

A small change goes in one update; else the store says that it is being written, takes graph after graph, and says at the end which build it is.
What was interrupted goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from kg.errors import PolicyKGError
from kg.remote import release
from kg.remote.graph import Embedded, GraphStore, replacement
from kg.remote.near import Row
from kg.remote.release import BUILD, DIGEST, RELEASE, STATE, WRITING
from kg.shelf import DocumentRow, Shelf
from ontology.terms import Iri

if TYPE_CHECKING:
    from kg.remote.pgvectors import PgVectors

# Bytes of N-Triples that go in one update: a server holds such an update in memory several times over, and Virtuoso compiles no 7,700 triples in one.
SMALL = 1 << 19
# Graphs between two notes of how far a publication has come.
STEP = 100

# done, total, what is being done
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Published:
    """How many graphs, or sources of vectors, were written, taken out and left as they were."""

    written: int
    gone: int
    kept: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a store has, what it is to have, and the graphs that differ."""

    have: Mapping[str, str]
    want: Mapping[Iri, str]
    named: str | None  # the build that the store holds, as it says

    @property
    def changed(self) -> list[Iri]:
        return [graph for graph, digest in self.want.items() if self.have.get(graph) != digest]

    @property
    def gone(self) -> list[Iri]:
        return [Iri(graph) for graph in self.have if graph not in self.want]


def graph(shelf: Shelf, store: GraphStore, progress: Progress) -> Published:
    """Bring the named graphs of a store in step with a build; PolicyKGError where the store took in less than it was given."""
    local, name = Embedded(shelf.store), release.name(shelf.manifest)
    plan = _Plan(release.digests(store), _wanted(shelf, local), release.published(store))
    done = Published(len(plan.changed), len(plan.gone), len(plan.want) - len(plan.changed))
    if plan.named == name and not done.written and not done.gone:
        return done
    small = _small(local, plan.changed)
    if small is not None:
        store.update(f"{replacement({**small, **dict.fromkeys(plan.gone, ())})} ;\n{_noted(plan, plan.changed, plan.gone, name)}", again=True)
        _expect_arrived(store, {one: sum(piece.count(b"\n") for piece in pieces) for one, pieces in small.items()})
    else:
        _by_graph(local, store, plan, name, progress)
    return done


def _by_graph(local: Embedded, store: GraphStore, plan: _Plan, name: str, progress: Progress) -> None:
    """Write graph after graph while the store says that it is being written."""
    store.update(_noted(plan, (), (), f"{WRITING} {name}"), again=True)
    plan = _Plan(plan.have, plan.want, f"{WRITING} {name}")
    total = len(plan.changed) + len(plan.gone)
    for at in range(0, len(plan.changed), STEP):
        some = plan.changed[at : at + STEP]
        given = {one: _Given(local, one) for one in some}
        for one in some:
            store.put(one, given[one])
        _expect_arrived(store, {one: pieces.lines for one, pieces in given.items()})
        store.update(_noted(plan, some, (), None), again=True)
        progress(at + len(some), total, "发布图谱")
    for one in plan.gone:
        store.delete(one)
    store.update(_noted(plan, (), plan.gone, name), again=True)
    progress(total, total, "发布图谱")


def _wanted(shelf: Shelf, local: Embedded) -> dict[Iri, str]:
    """Return the digest of each graph of a build: of a source's what it was made from, of the shared ones what stands in them."""
    manifest = shelf.manifest
    out = {shelf.iris.source(e.source): _digest(manifest.base, manifest.rules, e.source, e.sha256) for e in manifest.sources}
    for one in (shelf.iris.registry, shelf.iris.links):
        out[one] = _digest(*sorted(b"".join(local.get(one)).decode().split("\n")))
    return out


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


class _Given:
    """The triples of a graph on their way, counted as they go by."""

    def __init__(self, local: Embedded, graph: Iri) -> None:
        self._local, self._graph, self.lines = local, graph, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._local.get(self._graph):
            self.lines += piece.count(b"\n")
            yield piece


def _small(local: Embedded, changed: Iterable[Iri]) -> dict[Iri, list[bytes]] | None:
    """Return the triples of graphs where they are few, else None."""
    out: dict[Iri, list[bytes]] = {}
    size = 0
    for one in changed:
        out[one] = []
        for piece in local.get(one):
            out[one].append(piece)
            size += len(piece)
            if size > SMALL:
                return None
    return out


def _noted(plan: _Plan, written: Iterable[Iri], gone: Iterable[Iri], name: str | None) -> str:
    """Return the update that notes which graphs are as wanted now, which are gone, and which build the store holds; None leaves that."""
    out, into = [], []
    for one in (*written, *gone):
        if one in plan.have:
            out.append(f'<{one}> <{DIGEST}> "{plan.have[one]}" .')
    into += [f'<{one}> <{DIGEST}> "{plan.want[one]}" .' for one in written]
    if name is not None:
        out += [f'<{BUILD}> <{RELEASE}> "{plan.named}" .'] if plan.named else []
        into.append(f'<{BUILD}> <{RELEASE}> "{name}" .')
    return " ;\n".join("\n".join((f"{verb} DATA {{ GRAPH <{STATE}> {{", *lines, "} }")) for verb, lines in (("DELETE", out), ("INSERT", into)) if lines)


def _expect_arrived(store: GraphStore, given: Mapping[Iri, int]) -> None:
    """Count what a store took in; PolicyKGError where it is not what it was given."""
    graphs = iter(given)
    while some := list(islice(graphs, STEP)):
        values = " ".join(f"<{one}>" for one in some)
        rows = store.select(f"SELECT ?graph (COUNT(*) AS ?n) WHERE {{ VALUES ?graph {{ {values} }} GRAPH ?graph {{ ?s ?p ?o }} }} GROUP BY ?graph")
        have = {row.need("graph", Iri): row.need("n", int) for row in rows}
        for one in some:
            if have.get(one, 0) != given[one]:
                raise PolicyKGError(f"图谱服务器只收下了 {one} 的 {have.get(one, 0)} 条三元组，应为 {given[one]} 条：请检查服务器后再运行 policykg publish。")


def vectors(shelf: Shelf, store: PgVectors, progress: Progress) -> Published:
    """Bring the vectors of a database in step with a build, in one transaction."""
    manifest = shelf.manifest
    want = {e.source: _digest(manifest.base, manifest.rules, manifest.model, e.source, e.sha256) for e in manifest.sources}

    by_source: defaultdict[str, list[DocumentRow]] = defaultdict(list)
    for document in shelf.documents.values():
        by_source[document.source].append(document)

    def rows(source: str) -> Iterator[Row]:
        for document in by_source[source]:
            clauses = [str(clause) for (clause,) in shelf.select("SELECT clause FROM clauses WHERE document = ? ORDER BY ord", (document.iri,))]
            year = document.issued.year if document.issued else None
            for clause, vector in zip(clauses, shelf.vectors.rows(clauses), strict=True):
                yield Row(clause, document.iri, source, document.place, year, vector)

    written, gone = store.publish(release.name(manifest), shelf.vectors.dim, want, rows, progress)
    return Published(written, gone, len(want) - written)
