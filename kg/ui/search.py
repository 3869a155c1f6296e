"""检索: clauses that fit a text, narrowed by filters, each with the reasons why it was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ingest.words import segment
from kg import cite, notes, present, sheet
from kg.answering import reply
from kg.browse import Mark, bare, pieces
from kg.library import Library
from kg.search import Filters, Hit, Result
from kg.ui import ask, basket, draw, facets, parts, state
from kg.ui.facets import Facet
from kg.ui.nodes import El, el

# Hits a page, and hits fetched: nobody reads on after that many.
PAGE = 20
MOST = 200
_SAID = {"status": cite.STATUS_ZH, "kind": facets.KIND_ZH}
_COLUMNS = ("序号", "文件", "文号", "位置", "效力", "印发日期", "版本", "原文", "理由", "得分", "来源", "起", "止", "页/段", "条款 IRI", *notes.ON_CLAUSE)


def page(library: Library) -> None:
    """Draw the page."""
    words, day = st.columns([6, 2.2], vertical_alignment="bottom")
    with words:
        query = st.text_input("检索", key="s", bind="query-params", placeholder="词语、一句话，或一个数额，如 500万元", max_chars=500, on_change=_first_page)
    with day:
        on = state.day_asked()
    if not query or not query.strip():
        _begin(library)
        return
    everything = library.search(query.strip(), on, Filters(), MOST)
    chosen = _filters(library, everything, on)
    result = everything if chosen == Filters() else library.search(query.strip(), on, chosen, MOST)
    _results(library, ordered(library, result), on)
    basket.show(library, on)


def _begin(library: Library) -> None:
    """Say what can be looked for, with some things of this build to click."""
    st.caption(f"在 {len(library.documents())} 份文件里找条款：词语和语义一起比对；单写一个数额，找出所有等于它的条款。")
    with st.container(horizontal=True):
        for n, words in enumerate(offered(library)):
            st.button(ask.label(words), key=f"try{n}", on_click=_look_for, args=(words,), icon=":material/search:")


def offered(library: Library) -> list[str]:
    """Return what a first search may be for: terms that most documents define, and the figure that most clauses name."""
    terms = library.shelf.select("SELECT term FROM definitions WHERE length(term) < 12 GROUP BY term ORDER BY count(*) DESC, min(rowid) LIMIT 4")
    figures = library.shelf.select("SELECT value FROM amounts WHERE unit = 'CNY' GROUP BY value ORDER BY count(DISTINCT clause) DESC, min(rowid) LIMIT 1")
    return [*(str(t) for (t,) in terms), *(reply.figure(Decimal(str(v)), "CNY") for (v,) in figures)]


def _look_for(words: str) -> None:
    st.session_state["s"] = words


def _first_page() -> None:
    """Begin again at the first page when other words are asked for."""
    st.session_state["p"] = 1


def _filters(library: Library, everything: Result, on: date) -> Filters:
    """Draw the filters where they are unfolded or in use, and return what is chosen."""
    used = sum(bool(st.session_state.get(f"choice-{name}", st.query_params.get(name))) for name in facets.TITLES)
    label = "筛选" + (f"（已用 {used} 项）" if used else "")
    box = st.expander(label, expanded=bool(used), icon=":material/filter_list:", key="filters", on_change="rerun")
    if not used and not box.open:
        return Filters()
    with box:
        columns = st.columns(4)
        picked = {f.name: _choice(f, columns[i % 4]) for i, f in enumerate(facets.facets(library, everything, on))}
    year = int(picked["year"]) if picked["year"] else None
    return Filters(picked["agency"], picked["genre"], picked["issuer"], picked["place"], year, picked["kind"], present.status(picked["status"]))


def _choice(facet: Facet, column: DeltaGenerator) -> str | None:
    """Draw one filter; a name that an address holds is kept though no hit has it."""
    said = _SAID.get(facet.name, {})
    labels = {value: f"{said.get(value, value)}（{count}）" for value, count in facet.counts}
    return state.choice(column, facet.title, facet.name, labels, free=facet.name in ("agency", "issuer", "genre", "place"))


def _results(library: Library, result: Result, on: date) -> None:
    if not result.hits:
        st.info("没有符合的条款：换个说法，或放宽筛选。", icon=":material/search_off:")
        return
    last = -(-len(result.hits) // PAGE)
    number = min(max(int(st.session_state.get("p") or st.query_params.get("p") or 1), 1), last)
    most = "最相关的 " if result.total >= MOST else ""
    with state.bar(f"{most}{result.total} 条 · 第 {number}/{last} 页 · 按 {on.isoformat()} 判断效力"):
        st.download_button("下载 CSV", lambda: as_csv(library, result), "search.csv", "text/csv", icon=":material/download:", on_click="ignore")
        st.download_button("XLSX", lambda: as_xlsx(library, result), "search.xlsx", icon=":material/table:", on_click="ignore")
    shown = result.hits[(number - 1) * PAGE : number * PAGE]
    sent = draw.many((_hit(library, h, result, n, on) for n, h in enumerate(shown, (number - 1) * PAGE + 1)), key="hits")
    basket.keep(sent)
    if last > 1:
        st.segmented_control("页", range(1, last + 1), default=1, key="p", bind="query-params", required=True)


def ordered(library: Library, result: Result) -> Result:
    """Return the hits with those that are headings and nothing else at the end of their page."""
    clauses = library.shelf.clauses(h.clause for h in result.hits)
    pages = (result.hits[i : i + PAGE] for i in range(0, len(result.hits), PAGE))
    return replace(result, hits=tuple(h for page in pages for h in sorted(page, key=lambda h: bare(clauses[h.clause]))))


def _hit(library: Library, hit: Hit, result: Result, number: int, on: date) -> El:
    clause = library.shelf.clauses([hit.clause])[hit.clause]
    document = library.shelf.documents[clause.document]
    text = library.shelf.text(hit.source) or ""
    words = whole(result.query, library.shelf.words.matched(result.query, clause.text))
    shared = f"（{'、'.join(words[:6])}）" if words else ""
    why = " · ".join(f"{r.detail}{shared if r.kind == 'words' else ''}" for r in hit.reasons)
    body = [*map(parts.piece, pieces(text, hit.start, hit.end, _marks(text, hit, words))), *(["…"] if hit.end < clause.end else [])]
    return el(
        "article",
        "hit",
        parts.heading(document, clause, hit.status, on, el("span", "number", str(number))),
        el("div", "words", *body),
        el(
            "div",
            "foot",
            el("span", "badge plain", "仅标题", hint="这一条只有标题，内容在它下面的条款里") if bare(clause) else None,
            el("span", "dim", " · ".join(filter(None, (why, f"得分 {hit.score:.2f}", hit.place and f"原文{hit.place}")))),
            basket.button(hit.clause),
        ),
    )


def whole(query: str, terms: Sequence[str]) -> list[str]:
    """Return of the terms that a hit shares those that are words of the query (not 化器 of 孵化器), where there are none those that are part of no other."""
    own = set(segment(query))
    return [t for t in terms if t in own] or [t for t in terms if not any(t != other and t in other for other in terms)]


def _marks(text: str, hit: Hit, words: list[str]) -> list[Mark]:
    """Return the places of the query's words in a hit; the characters of a word may stand on two lines."""
    longest = sorted({w for w in words if len(w) > 1}, key=len, reverse=True)[:12]
    if not longest:
        return []
    pattern = re.compile("|".join(r"\s*".join(map(re.escape, w)) for w in longest), re.IGNORECASE)
    return [Mark(m.start(), m.end(), "quote") for m in pattern.finditer(text, hit.start, hit.end)]


def as_csv(library: Library, result: Result) -> bytes:
    """Return the hits as a CSV file."""
    return sheet.csv_bytes(_COLUMNS, _rows(library, result))


def as_xlsx(library: Library, result: Result) -> bytes:
    """Return the hits as a workbook."""
    return sheet.xlsx_bytes([("检索", _COLUMNS, _rows(library, result))])


def _rows(library: Library, result: Result) -> list[tuple[sheet.Cell, ...]]:
    noted = notes.load(library.shelf.build)
    clauses = library.shelf.clauses(h.clause for h in result.hits)
    rows: list[tuple[sheet.Cell, ...]] = []
    for number, h in enumerate(result.hits, 1):
        document = library.shelf.documents[clauses[h.clause].document]
        issued = document.issued.isoformat() if document.issued else ""
        about = (number, h.document, h.number, "/".join(h.path), cite.STATUS_ZH[h.status], issued, cite.EDITION_ZH[document.edition], h.quote)
        rows.append((*about, "；".join(r.detail for r in h.reasons), h.score, h.source, h.start, h.end, h.place, h.clause, *noted.clause_cells(h.clause)))
    return rows
