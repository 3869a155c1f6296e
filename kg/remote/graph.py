"""What holds named graphs and answers SPARQL: one interface, and the embedded store behind it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Protocol, cast

import pyoxigraph as ox

from kg import sparql
from kg.sparql import Rows
from kg.store import Store, clear_errors
from ontology.terms import Iri

# Bytes of a graph that are held in memory, and that travel together.
IN_MEMORY = 16 << 20
PIECE = 1 << 18


class GraphStore(Protocol):
    """Named graphs, read with SPARQL 1.1; a query without GRAPH sees the union of all. Every failure is a PolicyKGError of one line."""

    def select(self, query: str) -> Rows:
        """Return the solutions of a SELECT in its order."""
        ...

    def ask(self, query: str) -> bool:
        """Return the verdict of an ASK."""
        ...

    def update(self, text: str, *, again: bool = False) -> None:
        """Run an update; ``again`` says that running it twice does what once does, so that it may be tried again."""
        ...

    def put(self, graph: Iri, lines: Iterable[bytes]) -> None:
        """Replace a graph by what pieces of N-Triples say; they are read once."""
        ...

    def get(self, graph: Iri) -> Iterator[bytes]:
        """Yield a graph as pieces of N-Triples; nothing for a graph that is not there."""
        ...

    def delete(self, graph: Iri) -> None:
        """Take a graph out; one that is not there is no error."""
        ...

    def graphs(self) -> tuple[Iri, ...]:
        """Return the named graphs that hold a triple, sorted."""
        ...


@dataclass(frozen=True, slots=True)
class Pieces:
    """Bytes that can be read from the start any number of times, made anew each time."""

    make: Callable[[], Iterator[bytes]]

    def __iter__(self) -> Iterator[bytes]:
        return self.make()


class Embedded:
    """The store of this machine as a GraphStore; one that was opened as a snapshot refuses every change."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def select(self, query: str) -> Rows:
        """Return the solutions of a SELECT in its order."""
        return sparql.run(self._store, query)

    def ask(self, query: str) -> bool:
        """Return the verdict of an ASK."""
        return sparql.ask(self._store, query)

    def update(self, text: str, *, again: bool = False) -> None:
        """Run an update in one transaction."""
        with clear_errors(self._store.path):
            self._store.inner.update(text)

    def put(self, graph: Iri, lines: Iterable[bytes]) -> None:
        """Replace a graph by what pieces of N-Triples say, in one transaction."""
        self.update(replacement({graph: lines}))

    def get(self, graph: Iri) -> Iterator[bytes]:
        """Yield a graph as pieces of N-Triples, of a large one from a file on disk."""
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            with clear_errors(self._store.path):
                self._store.inner.dump(cast(IO[bytes], file), ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))
            file.seek(0)
            while piece := file.read(PIECE):
                yield piece

    def delete(self, graph: Iri) -> None:
        """Take a graph out."""
        self._store.drop(graph)

    def graphs(self) -> tuple[Iri, ...]:
        """Return the named graphs that hold a triple, sorted."""
        return self._store.graphs()


def replacement(graphs: Mapping[Iri, Iterable[bytes]]) -> str:
    """Return one update that replaces graphs by pieces of N-Triples without blank nodes; a graph without a triple is dropped."""
    parts = []
    for graph, pieces in graphs.items():
        node = ox.NamedNode(graph)
        triples = b"".join(pieces).decode()
        parts.append(f"DROP SILENT GRAPH {node}" + (f" ;\nINSERT DATA {{ GRAPH {node} {{\n{triples}}} }}" if triples else ""))
    return " ;\n".join(parts)
