"""逐条对照: two documents beside each other, with the words and figures that differ."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from kg import notes, sheet, versions
from kg.library import Library
from kg.notes import Notes
from kg.shelf import ClauseRow, DocumentRow
from kg.ui import draw, parts, state
from kg.ui.nodes import El, Node, el, link
from kg.versions import Pair, Stretch

_COLUMNS = (
    "左：位置",
    "左：原文",
    "右：位置",
    "右：原文",
    "异同",
    "左：变动的数",
    "右：变动的数",
    *(f"{side}：{name}" for side in "左右" for name in notes.ON_CLAUSE),
)


@st.cache_resource(max_entries=8, show_spinner="正在对照…")
def _pairs(_library: Library, generation: str, one: str, other: str) -> list[Pair]:
    return versions.pairs(_library.shelf.clauses_of(one), _library.shelf.clauses_of(other))


def show(library: Library, one: DocumentRow, other: DocumentRow, on: date) -> None:
    """Draw two documents beside each other."""
    found = _pairs(library, library.generation, one.iri, other.iri)
    differing = [p for p in found if not p.same]
    only = st.toggle("只看不同的", value=True, key="differing", bind="query-params")
    figures = sum(any(p.figures) for p in found if p.one and p.other)
    alone = sum(p.one is None or p.other is None for p in found)
    with state.bar(f"{len(found)} 对条款：{len(found) - len(differing)} 对相同，{figures} 对数字有变，{alone} 条没有对应"):
        st.download_button(
            "下载对照表（XLSX）",
            lambda: sheet.xlsx_bytes([("对照", _COLUMNS, rows(found, notes.load(library.shelf.build)))]),
            "compare.xlsx",
            icon=":material/table:",
            on_click="ignore",
        )
    shown = differing if only else found
    head = el(
        "tr", "", *(el("th", "half", link("", parts.reader(d.iri, None, on), f"《{d.title}》"), " ", parts.status(d.status(on), d)) for d in (one, other))
    )
    body = [el("tr", "", _side(one, p.one, p.left, on), _side(other, p.other, p.right, on)) for p in shown]
    draw.nodes(el("div", "scroll", el("table", "compare", el("thead", "", head), el("tbody", "", *body))), key="compare")


def _side(document: DocumentRow, clause: ClauseRow | None, words: Sequence[Stretch], on: date) -> El:
    if clause is None:
        return el("td", "half", el("span", "dim small", "没有对应的条款"))
    pieces: list[Node] = [s.text if s.kind == "same" else el("mark", s.kind, s.text) for s in words]
    where = link("small", parts.reader(document.iri, clause.iri, on), parts.place(clause.path))
    return el("td", "half", where, el("div", "words plainwords", *pieces))


def rows(found: Sequence[Pair], noted: Notes) -> list[tuple[sheet.Cell, ...]]:
    """Return one row a pair, with what readers noted on either clause."""
    out: list[tuple[sheet.Cell, ...]] = []
    for p in found:
        verdict = "相同" if p.same else "右无对应" if p.other is None else "左无对应" if p.one is None else "有改动"
        left, right = p.figures if p.one and p.other else ((), ())
        sides = [(("/".join(c.path), c.text) if c else ("", "")) for c in (p.one, p.other)]
        written = [cell for c in (p.one, p.other) for cell in (noted.clause_cells(c.iri) if c else ("", ""))]
        out.append((*sides[0], *sides[1], verdict, "；".join(left), "；".join(right), *written))
    return out
