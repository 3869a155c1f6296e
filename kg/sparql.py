"""Asking the graph: ``bind`` and ``run`` for our own queries, ``evaluate_untrusted`` for what users write.

Every query sees the union of the named graphs as its default graph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from kg import guard
from kg.errors import PolicyKGError
from kg.refusals import refusal
from kg.store import Store
from ontology.terms import XSD_NS, Iri, Value, lexical

T = TypeVar("T")
Cell = Value | float | None

# Processor seconds of a user's query before it yields to everything else on the machine, and its child is used up: people wait for it, unlike at the
# endpoint, and on a busy machine what yields may not come to its end at all.
_QUICK_S = 1.0

# A block of VALUES over one variable, at the head of a line; strings and IRIs in it may hold braces.
_VALUES = re.compile(r"""^(?P<head>[ \t]*VALUES[ \t]+\?(?P<name>\w+)[ \t]*)\{(?:[^{}"'<]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\n]*>)*\}""", re.M | re.I)

_READ: dict[str, Callable[[str], Cell]] = {
    XSD_NS + "integer": int,
    XSD_NS + "decimal": Decimal,
    XSD_NS + "date": date.fromisoformat,
    XSD_NS + "double": float,
    XSD_NS + "float": float,
    XSD_NS + "boolean": lambda text: text in ("true", "1"),
}


class BindError(PolicyKGError):
    """A query has no VALUES line for the name that is bound, or the term cannot stand in a query."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a user's query gave, in the format asked for."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Row:
    """One solution: cells by the name of their variable, None where unbound."""

    names: tuple[str, ...]
    cells: tuple[Cell, ...]

    def get(self, name: str, kind: type[T]) -> T | None:
        """Return a cell, None where unbound; an integer serves as a Decimal; KeyError for a name, TypeError for a value of another kind."""
        try:
            cell = self.cells[self.names.index(name)]
        except ValueError:
            raise KeyError(name) from None
        if cell is None or isinstance(cell, kind):
            return cell
        if kind is Decimal and isinstance(cell, int):
            return kind(cell)  # type: ignore[call-arg]
        # Virtuoso computes a boolean as an integer.
        if kind is bool and isinstance(cell, int) and cell in (0, 1):
            return kind(cell)  # type: ignore[call-arg]
        raise TypeError(f"?{name} is {type(cell).__name__}, not {kind.__name__}")

    def need(self, name: str, kind: type[T]) -> T:
        """Return a cell that must be bound; KeyError where it is not."""
        if (cell := self.get(name, kind)) is None:
            raise KeyError(name)
        return cell


@dataclass(frozen=True, slots=True)
class Rows:
    """The solutions of a SELECT in its order."""

    names: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]

    def __iter__(self) -> Iterator[Row]:
        return (Row(self.names, cells) for cells in self.cells)

    def __len__(self) -> int:
        return len(self.cells)


def bind(query: str, **terms: Value | Iterable[Value] | None) -> str:
    """Narrow ``VALUES ?name { }`` lines of a whole query to terms; None lifts the narrowing, nothing to iterate leaves no solution.

    A term is an Iri or a value that stands for a literal; raises BindError for a name without such a line or an invalid IRI.
    """
    blocks = {name: _block(value) for name, value in terms.items()}
    met: set[str] = set()

    def narrowed(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in blocks:
            return match[0]
        met.add(name)
        return match["head"] + blocks[name]

    bound = _VALUES.sub(narrowed, query)
    if missing := blocks.keys() - met:
        raise BindError(f"查询没有这些 VALUES 变量：{'、'.join(sorted(missing))}")
    return bound


def run(store: Store, query: str) -> Rows:
    """Return the solutions of a trusted SELECT; SyntaxError for a query that is none."""
    found = store.inner.query(query, use_default_graph_as_union=True)
    if not isinstance(found, ox.QuerySolutions):
        raise SyntaxError("not a SELECT")
    return solved(found)


def solved(found: ox.QuerySolutions) -> Rows:
    """Return solutions as rows, whichever engine they come from."""
    names = tuple(variable.value for variable in found.variables)
    return Rows(names, tuple(tuple(_cell(solution[i]) for i in range(len(names))) for solution in found))


def ask(store: Store, query: str) -> bool:
    """Return the verdict of a trusted ASK; SyntaxError for a query that is none."""
    found = store.inner.query(query, use_default_graph_as_union=True)
    if not isinstance(found, ox.QueryBoolean):
        raise SyntaxError("not an ASK")
    return bool(found)


def formats() -> tuple[str, ...]:
    """Return the names of the formats, those of rows before those of graphs."""
    return (*guard.ROWS, *guard.TRIPLES)


def evaluate_untrusted(
    snapshot: Path, query: str, format: str = "json", limit_s: float = 10.0, *, result_bytes: int = 16 << 20, memory_bytes: int = 1500 << 20
) -> Result:
    """Evaluate a user's read-only query on a snapshot, in a child process of the pool that is stopped after ``limit_s`` seconds.

    csv, tsv, json and xml are for SELECT and ASK, turtle, ntriples, rdfxml and jsonld for CONSTRUCT and DESCRIBE; our prefixes need no
    declaration. Raises QueryError, one line each, and BuildMissing or BuildDamaged.
    """
    from kg import desk  # with the pool of processes, which only users' queries need
    from kg.pool import Limits

    rows, triples = (format if format in known else "" for known in (guard.ROWS, guard.TRIPLES))
    limits = Limits(quick=2, slow=2, quick_s=min(_QUICK_S, limit_s / 8), query_s=limit_s, result_bytes=result_bytes, memory_bytes=memory_bytes, eager=False)
    reply = desk.evaluate(snapshot, guard.Job(query, rows, triples, prefixes=True), limits)
    if reply.verdict == "ok":
        return Result(reply.body, reply.media)
    raise refusal(reply.verdict, reply.detail)


def spelled(value: Value) -> str:
    """Return a term as it is written in a query, escaped; BindError for an invalid IRI."""
    try:
        if isinstance(value, Iri):
            return str(ox.NamedNode(value))
        text, datatype = lexical(value)
        return str(ox.Literal(text) if datatype is None else ox.Literal(text, datatype=ox.NamedNode(datatype)))
    except (ValueError, UnicodeEncodeError) as error:
        raise BindError(f"不能写进查询的词：{value!r}") from error


def _block(value: Value | Iterable[Value] | None) -> str:
    if value is None:
        return "{ UNDEF }"
    values = (value,) if isinstance(value, str | bool | int | Decimal | date) else tuple(value)
    return "{ " + " ".join(spelled(one) for one in values) + " }"


def _cell(term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple | None) -> Cell:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return Iri(term.value)
    if isinstance(term, ox.Literal):
        read = _READ.get(term.datatype.value)
        try:
            return term.value if read is None else read(term.value)
        except (ValueError, ArithmeticError):  # "abc"^^xsd:integer
            return term.value
    return str(term)
