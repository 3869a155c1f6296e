"""The graph on disk: named graphs in an Oxigraph store, one a source, changed in single atomic updates.

Readers open immutable snapshots (hard links, made by ``Store.backup``); only one process may open a directory for writing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import TracebackType

import pyoxigraph as ox

from kg.errors import BuildBusy, BuildDamaged, BuildMissing, PolicyKGError
from ontology.terms import PK_NS, XSD_NS, Iri, Triple, Value, lexical

# What TriG that loader.trig writes begins with.
HEAD = f"@prefix pk: <{PK_NS}> .\n".encode()

Graphs = Iterable[tuple[Iri, Iterable[Triple]]]


class Odd(str):
    """The lexical form of a literal that no Value stands for: of a foreign datatype, or not of the form that its datatype has."""

    __slots__ = ()


class StoreError(PolicyKGError):
    """The store refuses what is asked of it."""


class Store:
    """Named graphs of triples; a triple is expected to stand in one graph only, since queries see the union of all."""

    def __init__(self, inner: ox.Store, path: Path | None) -> None:
        self.inner = inner
        self.path = path

    @classmethod
    def create(cls, path: Path, graphs: Graphs) -> Store:
        """Load graphs in bulk into a fresh directory and return it opened for writing; StoreError where the directory holds anything."""
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise StoreError(f"图谱目录不是空的，请换一个目录：{path}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with clear_errors(path):
            inner = ox.Store(str(path))
            inner.bulk_extend(_quads(graphs))
            inner.flush()
        return cls(inner, path)

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open a directory for writing; BuildMissing, BuildBusy or BuildDamaged."""
        _expect(path)
        with clear_errors(path):
            return cls(ox.Store(str(path)), path)

    @classmethod
    def fork(cls, source: Path, path: Path) -> Store:
        """Open for writing a fresh directory that begins as the store of another one, which stays as it is; nobody may write to that meanwhile.

        Table files are never changed by RocksDB once written, so that they are linked; the few others are copied.
        """
        _expect(source)
        with clear_errors(path):
            path.mkdir(parents=True)
            for file in source.iterdir():
                if file.suffix == ".sst":
                    link_or_copy(file, path / file.name)
                elif file.name not in ("LOCK", "LOG"):
                    shutil.copyfile(file, path / file.name)
            return cls(ox.Store(str(path)), path)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Write all to disk and let the directory go."""
        with clear_errors(self.path):
            self.inner.flush()
        del self.inner

    @classmethod
    def snapshot(cls, path: Path) -> Store:
        """Open a snapshot for reading; any number of processes may; BuildMissing or BuildDamaged."""
        _expect(path)
        with clear_errors(path):
            return cls(ox.Store.read_only(str(path)), path)

    @classmethod
    def memory(cls, graphs: Graphs = ()) -> Store:
        """Return a store that lives in memory only."""
        inner = ox.Store()
        inner.extend(_quads(graphs))
        return cls(inner, None)

    def replace(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
        """Replace the named graphs by these triples in one atomic update; a graph without triples is dropped."""
        with clear_errors(self.path):
            update = " ;\n".join(_replacement(_node(graph), triples) for graph, triples in graphs.items())
            if update:
                self.inner.update(update)

    def take(self, trig: bytes) -> None:
        """Add graphs given as ``loader.trig`` writes them."""
        with clear_errors(self.path):
            self.inner.load(HEAD + trig, format=ox.RdfFormat.TRIG)

    def clear(self, graph: Iri) -> None:
        """Take a graph out; one that is not there is no error."""
        with clear_errors(self.path):
            self.inner.remove_graph(_node(graph))

    def change(self, graph: Iri, gone: Iterable[Triple], new: Iterable[Triple]) -> None:
        """Take triples out of a graph and put others in."""
        with clear_errors(self.path):
            for quad in _quads([(graph, gone)]):
                self.inner.remove(quad)
            self.inner.extend(_quads([(graph, new)]))

    def drop(self, *graphs: Iri) -> None:
        """Take graphs out in one atomic update; one that is not there is no error."""
        self.replace(dict.fromkeys(graphs, ()))

    def graphs(self) -> tuple[Iri, ...]:
        """Return the named graphs that hold a triple, sorted."""
        return tuple(sorted(Iri(g.value) for g in self.inner.named_graphs() if isinstance(g, ox.NamedNode)))

    def count(self, graph: Iri | None = None) -> int:
        """Return the number of triples of one graph or of all."""
        if graph is None:
            return len(self.inner)
        return sum(1 for _ in self.inner.quads_for_pattern(None, None, None, _node(graph)))

    def triples(self, graph: Iri) -> Iterator[Triple]:
        """Yield the triples of a graph, those of one subject together; a literal that no Value stands for comes as an ``Odd``."""
        for quad in self.inner.quads_for_pattern(None, None, None, _node(graph)):
            if isinstance(quad.subject, ox.NamedNode):
                yield Iri(quad.subject.value), Iri(quad.predicate.value), _value(quad.object)

    def of_subject(self, graph: Iri, subject: Iri) -> list[Triple]:
        """Return the triples of a subject in a graph."""
        return [(subject, Iri(q.predicate.value), _value(q.object)) for q in self.inner.quads_for_pattern(_node(subject), None, None, _node(graph))]

    def names(self, predicate: Iri, value: Iri) -> bool:
        """Say whether anything has this value."""
        return next(iter(self.inner.quads_for_pattern(None, _node(predicate), _node(value), None)), None) is not None

    def values(self, graph: Iri, predicate: Iri) -> set[Value]:
        """Return what a graph says with a predicate."""
        return {_value(quad.object) for quad in self.inner.quads_for_pattern(None, _node(predicate), None, _node(graph))}

    def subjects(self, graph: Iri, predicate: Iri, value: Iri) -> list[Iri]:
        """Return what has a value in a graph."""
        found = self.inner.quads_for_pattern(None, _node(predicate), _node(value), _node(graph))
        return [Iri(q.subject.value) for q in found if isinstance(q.subject, ox.NamedNode)]

    def holds(self, subject: Iri, predicate: Iri, value: Iri) -> bool:
        """Say whether a triple stands in any graph."""
        return next(iter(self.inner.quads_for_pattern(_node(subject), _node(predicate), _node(value), None)), None) is not None

    def nquads(self) -> Iterator[str]:
        """Yield every triple as a line of N-Quads without its line end, in no promised order."""
        return (f"{quad} ." for quad in self.inner)

    def backup(self, target: Path) -> None:
        """Write a snapshot into a fresh directory, by hard links where the file system has them; StoreError where it exists."""
        if target.exists():
            raise StoreError(f"快照目录已经存在：{target}")
        target.parent.mkdir(parents=True, exist_ok=True)
        with clear_errors(self.path):
            self.inner.flush()
            self.inner.backup(str(target))

    def settle(self) -> None:
        """Write all to disk and compact the files, so that snapshots open and read fastest."""
        with clear_errors(self.path):
            self.inner.flush()
            self.inner.optimize()


def link_or_copy(file: Path, to: Path) -> None:
    """Give a file that is never changed a second name, or a copy where the file system has no links."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)


def _expect(path: Path) -> None:
    if not (path / "CURRENT").is_file():
        raise BuildMissing(f"没有找到图谱：{path}；请先运行 policykg ingest")


def _replacement(graph: ox.NamedNode, triples: Iterable[Triple]) -> str:
    lines = [f"{_node(s)} {_node(p)} {_term(o)} ." for s, p, o in triples]
    return "\n".join((f"DROP SILENT GRAPH {graph} ; INSERT DATA {{ GRAPH {graph} {{", *lines, "} }")) if lines else f"DROP SILENT GRAPH {graph}"


@contextmanager
def clear_errors(path: Path | None) -> Iterator[None]:
    """Turn what RocksDB and the file system say into the one line that a person can act on."""
    try:
        yield
    except PermissionError as error:
        raise StoreError(f"没有读写图谱的权限：{path}") from error
    except (OSError, RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        if "While lock file" in reason or "LOCK:" in reason:
            raise BuildBusy(f"图谱正由另一个进程写入，请稍后再试：{path}") from error
        if "No space left" in reason:
            raise StoreError(f"磁盘已满，图谱未改动：{path}") from error
        if isinstance(error, ValueError):
            raise StoreError(f"图谱不接受这些数据：{reason}") from error
        raise BuildDamaged(f"图谱已损坏，请重新运行 policykg ingest：{path}（{reason}）") from error


@lru_cache(maxsize=65536)
def _node(iri: Iri) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _term(value: Value) -> ox.NamedNode | ox.Literal:
    if isinstance(value, Iri):
        return _node(value)
    text, datatype = lexical(value)
    return ox.Literal(text) if datatype is None else ox.Literal(text, datatype=_node(datatype))


def _value(term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple) -> Value:
    if isinstance(term, ox.NamedNode):
        return Iri(term.value)
    if not isinstance(term, ox.Literal):
        return Odd(term)
    read = _READ.get(term.datatype.value)
    try:
        return Odd(term.value) if read is None else read(term.value)
    except (ValueError, ArithmeticError, KeyError):
        return Odd(term.value)


_READ: dict[str, Callable[[str], Value]] = {
    XSD_NS + "string": str,
    XSD_NS + "integer": int,
    XSD_NS + "decimal": Decimal,
    XSD_NS + "date": date.fromisoformat,
    XSD_NS + "boolean": {"true": True, "false": False, "1": True, "0": False}.__getitem__,
}


def _quads(graphs: Graphs) -> Iterator[ox.Quad]:
    for graph, triples in graphs:
        home = _node(graph)
        for subject, predicate, value in triples:
            yield ox.Quad(_node(subject), _node(predicate), _term(value), home)
