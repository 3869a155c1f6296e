"""SPARQL: write a query or take one by task, and see its rows as table, chart or network; run in a guarded process of its own."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

import networkx as nx
import pyoxigraph as ox
import streamlit as st

from kg import sheet, sparql
from kg.errors import PolicyKGError
from kg.examples import all_examples
from kg.library import Library
from kg.refusals import QueryError
from kg.ui import draw, graph, parts, state
from kg.ui.nodes import el
from ontology.terms import own_terms

# Rows shown; the files hold all of them.
SHOWN = 1000
LIMIT_S = 10.0
# The day that a worked query asks about: VALUES ?on { "2026-01-01"^^xsd:date }
_DAY = re.compile(r'(VALUES \?on \{ ")\d{4}-\d\d-\d\d')
_ROWS = {"CSV": ("csv", "text/csv"), "TSV": ("tsv", "text/tab-separated-values"), "JSON": ("json", "application/json"), "XML": ("xml", "application/xml")}
_TRIPLES = {"Turtle": ("turtle", "text/turtle"), "N-Triples": ("ntriples", "application/n-triples"), "JSON-LD": ("jsonld", "application/ld+json")}

Column: TypeAlias = "list[str] | list[float | None]"
Columns: TypeAlias = dict[str, Column]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a SELECT or the verdict of an ASK: names of the columns and cells as text, empty where unbound."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def page(library: Library) -> None:
    """Draw the page."""
    worked = {f"{e.task} · {e.title}": e.query for e in all_examples()}
    task, day = st.columns([6, 2.2], vertical_alignment="bottom")
    with day:
        on = state.day_asked()
    worked = {said: on_day(text, on) for said, text in worked.items()}
    chosen = task.selectbox("从任务开始", list(worked), index=None, key="task", on_change=_take, args=(worked,), placeholder=f"{len(worked)} 个写好的查询")
    first = worked[chosen] if chosen else next(iter(worked.values()))
    text = st.text_area("查询", value=first, key="query", bind="query-params", height=300)
    with state.bar(f"只读；每次最多 {LIMIT_S:g} 秒、16 MB 结果；不访问其他服务器。默认图是所有文件的并集。"):
        st.button("运行", type="primary", icon=":material/play_arrow:", shortcut="Ctrl+Enter")
    _terms()
    if text and text.strip():
        _run(library, text)


def on_day(text: str, on: date) -> str:
    """Return a worked query with its day set to the one asked about."""
    return _DAY.sub(lambda m: f"{m[1]}{on.isoformat()}", text)


def _take(worked: dict[str, str]) -> None:
    if st.session_state.get("task"):
        st.session_state["query"] = worked[st.session_state["task"]]


def _terms() -> None:
    with st.expander("前缀与词汇", icon=":material/dictionary:"):
        st.code(
            "PREFIX pk: <https://w3id.org/policykg/ns#>\nPREFIX dcterms: <http://purl.org/dc/terms/>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>",
            language="sparql",
        )
        classes = [f"pk:{name}" for name in own_terms() if name[0].isupper()]
        properties = [f"pk:{name}" for name in own_terms() if name[0].islower()]
        st.text(f"类：{'、'.join(classes)}\n属性：{'、'.join(properties)}")


@st.cache_data(max_entries=64, show_spinner="正在查询…")
def _evaluate(folder: str, text: str, form: str) -> bytes:
    return sparql.evaluate_untrusted(Path(folder), text, form, LIMIT_S).body


def _run(library: Library, text: str) -> None:
    folder = str(library.shelf.folder / "graph")
    try:
        table = read(_evaluate(folder, text, "json"))
    except QueryError as error:
        if error.reason != "format":
            _failed(error)
            return
        try:
            triples = _evaluate(folder, text, "ntriples")
        except PolicyKGError as again:
            _failed(again)
            return
        _graph(library, folder, text, triples)
        return
    except PolicyKGError as error:
        _failed(error)
        return
    _table(folder, text, table)


def _failed(error: PolicyKGError) -> None:
    """Say why there is no result; the reason may hold words of the query, so it is drawn as text."""
    draw.nodes(el("section", "answer refused", el("p", "", str(error))), key="failed")


def read(body: bytes) -> Table:
    """Return the rows of a result in SPARQL's JSON format."""
    data = json.loads(body)
    if "boolean" in data:
        return Table(("ASK",), (("true" if data["boolean"] else "false",),))
    names = tuple(data["head"]["vars"])
    return Table(names, tuple(tuple(row.get(n, {}).get("value", "") for n in names) for row in data["results"]["bindings"]))


def _table(folder: str, text: str, table: Table) -> None:
    if not table.rows:
        st.info("没有符合的行。", icon=":material/search_off:")
        return
    cut = f"，显示前 {SHOWN} 行" if len(table.rows) > SHOWN else ""
    with state.bar(f"{len(table.rows)} 行{cut}"):
        for name, (form, media) in _ROWS.items():
            st.download_button(name, _file(folder, text, form), f"result.{form}", media, key=f"save-{form}", on_click="ignore")
        st.download_button("XLSX", lambda: sheet.xlsx_bytes([("结果", table.names, table.rows)]), "result.xlsx", key="save-xlsx", on_click="ignore")
    shown = table.rows[:SHOWN]
    columns: Columns = {name: _typed([row[i] for row in shown]) for i, name in enumerate(table.names)}
    tabs = st.tabs(["表", "图表"], key="view", bind="query-params")
    state.opened(tabs, (lambda: _sheet(columns), lambda: _chart(columns)))


def _sheet(columns: Columns) -> None:
    st.dataframe(columns, hide_index=True, key="result")


def _file(folder: str, text: str, form: str) -> Callable[[], bytes]:
    """Return what makes the file when it is asked for; CSV is defused and carries the mark that Excel needs."""

    def made() -> bytes:
        body = _evaluate(folder, text, form)
        if form != "csv":
            return body
        names, *rows = csv.reader(io.StringIO(body.decode("utf-8")))
        return sheet.csv_bytes(names, rows)

    return made


def _typed(cells: list[str]) -> Column:
    """Return a column as numbers where all of it is."""
    try:
        return [float(c) if c else None for c in cells] if any(cells) else cells
    except ValueError:
        return cells


def _chart(columns: Columns) -> None:
    numbers = [n for n, cells in columns.items() if any(isinstance(c, float) for c in cells)]
    names = [n for n in columns if n not in numbers]
    if not numbers or not names:
        st.caption("要画图表，结果里要有一列文字和一列数字。")
        return
    first = names[0]
    data = {first: [str(c)[:40] for c in columns[first][:40]], numbers[0]: columns[numbers[0]][:40]}
    st.bar_chart(data, x=first, y=numbers[0], horizontal=True, sort=False)


def _graph(library: Library, folder: str, text: str, triples: bytes) -> None:
    """Show a CONSTRUCT's triples between IRIs as a network, and all of them as files."""
    found = network(triples, library)
    with state.bar(f"{len(triples.splitlines())} 条三元组，{len(found)} 个节点"):
        for name, (form, media) in _TRIPLES.items():
            st.download_button(name, _file(folder, text, form), f"result.{form}", media, key=f"save-{form}", on_click="ignore")

    def picture() -> None:
        if found.number_of_edges():
            look = graph.Look(lambda n: str(found.nodes[n]["kind"]), lambda n: _leads(library, n), str)
            graph.show(found, look, key="construct", said=f"{len(found)} 个节点的网络")
        else:
            st.caption("这些三元组之间没有可以画出的联系。")

    def lines() -> None:
        st.code(_evaluate(folder, text, "turtle").decode("utf-8")[:20_000], language="turtle", wrap_lines=True)

    state.opened(st.tabs(["网络", "Turtle"], key="drawn", bind="query-params"), (picture, lines))


def _leads(library: Library, node: str) -> str:
    return parts.reader(node, None, state.day()) if library.document(node) else ""


def network(triples: bytes, library: Library) -> nx.DiGraph[str]:
    """Return the triples between IRIs as a network; documents bear their titles."""
    found: nx.DiGraph[str] = nx.DiGraph()
    for triple in ox.parse(triples, ox.RdfFormat.N_TRIPLES):
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode):
            for node in (triple.subject.value, triple.object.value):
                document = library.document(node)
                found.add_node(node, label=document.title if document else _short(node), kind="document" if document else "clause")
            _count(found, triple.subject.value, triple.object.value, _short(triple.predicate.value))
    return found


def _count(found: nx.DiGraph[str], one: str, other: str, relation: str) -> None:
    before = found.get_edge_data(one, other, default={})
    relations = {*str(before.get("relations", "")).split("|"), relation} - {""}
    found.add_edge(one, other, weight=int(before.get("weight", 0)) + 1, relations="|".join(sorted(relations)))


def _short(iri: str) -> str:
    return iri.replace("#", "/").rstrip("/").rpartition("/")[2]
