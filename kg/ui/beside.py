"""并列比较: what several documents give and ask, beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from kg.library import Library
from kg.shelf import DocumentRow
from kg.standards import Standard
from kg.ui import draw, parts, state
from kg.ui.nodes import El, Node, el, link

# Documents that fit beside each other, and figures drawn of each.
MOST, FIGURES = 4, 60
_GROUPS = (("扶持、奖励", ("benefit", "award", "share")), ("门槛、目标", ("threshold", "target")), ("罚款、其他", ("fine", "other")))


def choose(every: Sequence[Standard]) -> list[str]:
    """Draw the choice of documents, those with most figures first, and return what stands for them in the address."""
    counts: dict[str, int] = {}
    titles: dict[str, str] = {}
    for one in every:
        if one.document.edition != "news":
            name = parts.slug(one.document.iri)
            counts[name] = counts.get(name, 0) + 1
            titles[name] = f"《{one.document.title}》"
    labels = {name: f"{titles[name]}（{counts[name]}）" for name in sorted(counts, key=lambda n: (-counts[n], n))}
    return state.choices("比较哪些文件（最多四份）", "doc", labels, most=MOST)


def show(library: Library, names: Sequence[str], every: Sequence[Standard], on: date) -> list[Standard]:
    """Draw the chosen documents in columns and return their figures, the largest of each unit first."""
    found = [library.document(library.shelf.iris.base + name) for name in names]
    documents = [d for d in found if d is not None]
    if len(documents) < 2:
        st.info("选两份或更多的文件，它们的标准会并排列出。", icon=":material/compare_arrows:")
        return []
    own = {d.iri: sorted((s for s in every if s.document.iri == d.iri), key=lambda s: (s.unit != "CNY", s.unit, -s.top, s.start)) for d in documents}
    head = el("tr", "", el("th", "rowhead"), *(el("th", "", link("", parts.reader(d.iri, None, on), f"《{d.title}》")) for d in documents))
    rows = [
        _row("效力", [parts.status(d.status(on), d) for d in documents], documents),
        _row("印发", [d.issued.isoformat() if d.issued else "未载明" for d in documents], documents),
        *(_row(name, [_figures(own[d.iri], purposes, on) for d in documents], documents) for name, purposes in _GROUPS),
    ]
    draw.nodes(el("div", "scroll", el("table", "compare beside", el("thead", "", head), el("tbody", "", *rows))), key="beside")
    return [s for d in documents for s in own[d.iri]]


def _row(name: str, cells: Sequence[Node], documents: Sequence[DocumentRow]) -> El:
    return el("tr", "", el("td", "rowhead", name), *(El("td", "", (c,), label=d.title) for c, d in zip(cells, documents, strict=True)))


def _figures(own: Sequence[Standard], purposes: Sequence[str], on: date) -> El:
    """List figures of a kind with what they are for, each a link to its clause."""
    some = [s for s in own if s.purpose in purposes]
    if not some:
        return el("span", "dim small", "没有")
    lines = [
        el("div", "line", link("", parts.reader(s.document.iri, s.clause, on), el("b", "", parts.bounded(s))), " ", el("span", "small", _for(s))) for s in some
    ]
    more = el("div", "dim small", f"……共 {len(some)} 条，全部在下载的文件里") if len(some) > FIGURES else None
    return el("div", "", *lines[:FIGURES], more)


def _for(one: Standard) -> str:
    said = one.about or one.quote
    return f"{said[:60]}…" if len(said) > 60 else said
