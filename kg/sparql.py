"""Asking the graph: ``bind`` and ``run`` for our own queries, ``evaluate_untrusted`` for what users write.

Every query sees the union of the named graphs as its default graph.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from kg import guard
from kg.errors import BuildDamaged, BuildMissing, PolicyKGError
from kg.store import Store
from ontology.terms import XSD_NS, Iri, Value, lexical

T = TypeVar("T")
Cell = Value | float | None

# A block of VALUES over one variable, at the head of a line; strings and IRIs in it may hold braces.
_VALUES = re.compile(r"""^(?P<head>[ \t]*VALUES[ \t]+\?(?P<name>\w+)[ \t]*)\{(?:[^{}"'<]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\n]*>)*\}""", re.M | re.I)

# What a user reads when a query is not evaluated to its end, by the verdict of the child process.
_SAY = {
    "syntax": "查询语法有误：{}",
    "empty": "查询是空的",
    "update": "这里只读，不接受更新（INSERT、DELETE 等）",
    "service": "这里不提供 SERVICE（不访问其他服务器）",
    "long": f"查询超过 {guard.QUERY_BYTES >> 10} KB",
    "deep": f"查询的括号嵌套超过 {guard.NESTING} 层",
    "graph": "结果是图，请用格式 " + "、".join(guard.TRIPLES),
    "rows": "结果是表，请用格式 " + "、".join(guard.ROWS),
    "time": "查询超过 {} 秒，已停止；请缩小范围或加 LIMIT",
    "size": "查询结果太大；请加 LIMIT",
    "memory": "查询太复杂，用尽了分给它的内存；请缩小范围或加 LIMIT",
    "failed": "查询没有完成：{}",
}
_PLACE = re.compile(r"error at (\d+):(\d+): expected ?(.*)", re.S)
_CAUSES = {
    "Prefix not found": "前缀没有声明",
    "The SELECT contains a variable that is unbound": "SELECT 中有未绑定的变量",
}
_KEYWORD = re.compile(r"(?<![\w{+'])[A-Z]{3,}(?![\w}'])")

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


class QueryError(PolicyKGError):
    """A user's query that was not evaluated to its end; ``reason`` is the verdict of the child process, a key of ``_SAY``."""

    def __init__(self, reason: str, line: str) -> None:
        super().__init__(line)
        self.reason = reason


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
    """Evaluate a user's read-only query on a snapshot, in a child process that is stopped after ``limit_s`` seconds.

    csv, tsv, json and xml are for SELECT and ASK, turtle, ntriples and jsonld for CONSTRUCT and DESCRIBE; raises QueryError, one line each,
    and BuildMissing or BuildDamaged.
    """
    if not (snapshot / "CURRENT").is_file():
        raise BuildMissing(f"没有找到图谱：{snapshot}；请先运行 policykg ingest")
    job = json.dumps(asdict(guard.Job(str(snapshot), query, format, result_bytes, memory_bytes)))
    command = [sys.executable, "-P", guard.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        try:
            answer, _ = child.communicate(job.encode(), timeout=limit_s)
        except subprocess.TimeoutExpired:
            raise QueryError("time", _SAY["time"].format(f"{limit_s:g}")) from None
        finally:
            child.kill()
    head, _, body = answer.partition(b"\n")
    if not head:
        raise QueryError("memory", _SAY["memory"])
    said = json.loads(head)
    if said["verdict"] == "ok":
        return Result(body, said["media"])
    if said["verdict"] == "store":
        raise BuildDamaged(f"图谱快照打不开：{snapshot}（{said['detail']}）")
    raise QueryError(said["verdict"], _refusal(said["verdict"], said["detail"]))


def spelled(value: Value) -> str:
    """Return a term as it is written in a query, escaped; BindError for an invalid IRI."""
    try:
        if isinstance(value, Iri):
            return str(ox.NamedNode(value))
        text, datatype = lexical(value)
        return str(ox.Literal(text) if datatype is None else ox.Literal(text, datatype=ox.NamedNode(datatype)))
    except (ValueError, UnicodeEncodeError) as error:
        raise BindError(f"不能写进查询的词：{value!r}") from error


def _refusal(verdict: str, detail: str) -> str:
    if verdict == "syntax":
        return _SAY["syntax"].format(_syntax(detail))
    return _SAY[detail if verdict == "format" else verdict].format(detail)


def _syntax(detail: str) -> str:
    """Say where and, where it can be said in a few words, what the parser expected."""
    place = _PLACE.match(detail)
    if place is None:
        return detail.partition("\n")[0][:200]
    where = f"第 {place[1]} 行第 {place[2]} 列"
    if causes := [said for spoken, said in _CAUSES.items() if spoken in place[3]]:
        return f"{where}（{'，'.join(causes)}）"
    hints = list(dict.fromkeys(_KEYWORD.findall(place[3])))[:6]
    return where + (f"（这里可以是 {'、'.join(hints)} 等）" if hints else "")


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
        return term.value if read is None else read(term.value)
    return str(term)
