"""标准: every figure of the policies in one table, narrowed and compared; a row shows its clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import streamlit as st

from kg import browse, cite, notes, sheet
from kg import standards as tables
from kg.browse import Mark
from kg.library import Library
from kg.standards import Standard, Wanted
from kg.ui import beside, draw, match, parts, state
from kg.ui.nodes import el

UNITS = {"金额": "CNY", "百分比": "percent", "倍数": "times"}
PURPOSES = {zh: purpose for purpose, zh in parts.PURPOSE_ZH.items()}
# What is given; thresholds and targets stand apart because they are asked.
GIVEN = [parts.PURPOSE_ZH[p] for p in ("benefit", "award", "share")]
ASKED = [parts.PURPOSE_ZH[p] for p in ("threshold", "target")]
GIVEN_VIEW, ASKED_VIEW, BESIDE, MATCH = "一览", "门槛与目标", "并列比较", "按条件匹配"
_WAN = Decimal(10_000)
# Upper ends of the chart's brackets, in ten thousands of yuan.
_BRACKETS = (10, 50, 100, 500, 1000, 5000)
_COLUMNS = ("数额", "针对", "条件", "每", "基数", "上限", "性质", "文件", "文号", "位置", "效力", "原文", *notes.ON_FACT)


@st.cache_resource(max_entries=2, show_spinner=False)
def _every(_library: Library, generation: str) -> tuple[Standard, ...]:
    return tables.standards(_library.shelf)


def page(library: Library) -> None:
    """Draw the page."""
    view, day = st.columns([6, 2.2], vertical_alignment="bottom")
    with day:
        on = state.day_asked()
    with view:
        chosen_view = st.segmented_control(
            "标准",
            [GIVEN_VIEW, ASKED_VIEW, BESIDE, MATCH],
            default=GIVEN_VIEW,
            key="standards",
            bind="query-params",
            required=True,
            label_visibility="collapsed",
        )
    if chosen_view == MATCH:
        match.show(library, on)
    elif chosen_view == BESIDE:
        _beside(library, on)
    else:
        _overview(library, on, ASKED if chosen_view == ASKED_VIEW else GIVEN)


def _beside(library: Library, on: date) -> None:
    """Draw documents beside each other, with their figures as files."""
    every = _every(library, library.generation)
    names = beside.choose(every)
    room = st.container()
    shown = beside.show(library, names, every, on)
    if shown:
        caps = {s.id: parts.bounded(s) for s in every}
        with room:
            _files(f"{len(shown)} 条标准 · 点一个数额看原文", lambda: _rows(library, shown, caps, on))


def _overview(library: Library, on: date, purposes: Sequence[str]) -> None:
    words, status = st.columns([6, 2.2], vertical_alignment="bottom")
    with words:
        said = st.text_input("找标准", key="words", bind="query-params", placeholder="例如：贷款贴息、孵化器、首次")
    chosen = state.choice(status, "效力", "status", dict(cite.STATUS_ZH))
    every = _every(library, library.generation)
    wanted = _wanted(library, said or "", chosen, every, purposes)
    shown = tables.narrowed(every, wanted, on)
    _table(library, shown, every, on)


def _wanted(library: Library, words: str, status: str | None, every: Sequence[Standard], usual: Sequence[str]) -> Wanted:
    """Draw the other filters and return what is wanted; ``usual`` are the purposes that the view begins with."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        key = "purpose" if usual == GIVEN else "asked"
        purposes = st.pills("性质", list(PURPOSES), selection_mode="multi", default=usual, key=key, bind="query-params", wrap=True)
        units = st.pills("单位", list(UNITS), selection_mode="multi", default=["金额"], key="unit", bind="query-params", wrap=True)
        least = st.number_input(
            "不低于（万元）", min_value=0.0, value=None, step=100.0, format="%g", key="least", bind="query-params", width=160, placeholder="不限"
        )
        most = st.number_input(
            "不高于（万元）", min_value=0.0, value=None, step=100.0, format="%g", key="most", bind="query-params", width=160, placeholder="不限"
        )
        stories = any(s.document.edition == "news" for s in every) and st.toggle("含新闻报道", key="news", bind="query-params")
    titles = {parts.slug(s.document.iri): s.document.title for s in every}
    named = [n for n in st.query_params.get_all("doc") if n in titles]
    if named:
        draw.nodes(el("p", "dim small", "只看：" + "、".join(f"《{titles[n]}》" for n in named)), key="only")
    return Wanted(
        purposes=frozenset(PURPOSES[p] for p in purposes or []),
        units=frozenset(UNITS[u] for u in units or []),
        status=status,
        documents=frozenset(library.shelf.iris.base + n for n in named),
        words=words,
        news=stories,
        least=None if least is None else Decimal(str(least)) * _WAN,
        most=None if most is None else Decimal(str(most)) * _WAN,
    )


def _table(library: Library, shown: Sequence[Standard], every: Sequence[Standard], on: date) -> None:
    if not shown:
        st.info("没有符合的标准：放宽筛选，或换个词。", icon=":material/search_off:")
        return
    caps = {s.id: parts.bounded(s) for s in every}
    documents = len({s.document.iri for s in shown})
    rows = _rows(library, shown, caps, on)
    _files(f"{len(shown)} 条标准，来自 {documents} 份文件 · 按 {on.isoformat()} 判断效力 · 点选一行看原文", lambda: rows)
    data = {"数值": [_measure(s) for s in shown]} | {name: [row[i] for row in rows] for i, name in enumerate(_COLUMNS)}
    picked = st.dataframe(
        data,
        key="table",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_order=("数额", "数值", "针对", "条件", "上限", "效力", "文件", "位置", "每", "性质"),
        column_config={
            "数额": st.column_config.TextColumn(pinned=True, width=130),
            "数值": st.column_config.NumberColumn("数值", help="按它排序：金额以万元计，百分比以百分点计", format="localized", width=75),
            "针对": st.column_config.TextColumn(width=300),
            "条件": st.column_config.TextColumn(width=170),
            "上限": st.column_config.TextColumn(width=90),
            "效力": st.column_config.TextColumn(width=80),
            "文件": st.column_config.TextColumn(width=260),
            "每": st.column_config.TextColumn(width=80),
        },
    )
    chosen = picked["selection"]["rows"]
    if chosen:
        _clause(library, shown[chosen[0]], on)
    _chart(shown)


def _rows(library: Library, shown: Sequence[Standard], caps: dict[str, str], on: date) -> list[tuple[sheet.Cell, ...]]:
    noted = notes.load(library.shelf.build)
    return [(*cells(s, caps, on), *noted.fact_cells(s.id, s.quote)) for s in shown]


def _files(said: str, rows: Callable[[], list[tuple[sheet.Cell, ...]]]) -> None:
    """Say what is shown and offer it as files."""
    with state.bar(said):
        st.download_button("CSV", lambda: sheet.csv_bytes(_COLUMNS, rows()), "standards.csv", "text/csv", icon=":material/download:", on_click="ignore")
        st.download_button("XLSX", lambda: sheet.xlsx_bytes([("标准", _COLUMNS, rows())]), "standards.xlsx", icon=":material/table:", on_click="ignore")


def cells(one: Standard, caps: dict[str, str], on: date) -> tuple[sheet.Cell, ...]:
    """Return the cells of a row, in the order of the columns."""
    status = cite.STATUS_ZH[one.document.status(on)]
    cap = caps.get(one.cap or "", "")
    purpose = parts.PURPOSE_ZH.get(one.purpose, one.purpose)
    where = (one.document.title, one.document.number or "", parts.place(one.path), status, one.quote)
    return (parts.bounded(one), one.about, one.condition, one.per, one.rate_of, cap, purpose, *where)


def _measure(one: Standard) -> float:
    return float(one.top / _WAN if one.unit == "CNY" else one.top)


def _clause(library: Library, one: Standard, on: date) -> None:
    """Show the clause of a chosen row with its figure marked."""
    clause = library.clause(one.clause)
    if clause:
        passage = browse.passage(library.shelf, clause, [Mark(one.start, one.end, "quote")])
        card = el("article", "card", parts.heading(one.document, clause, one.document.status(on), on), parts.words(passage))
        draw.nodes(card, key="clause")


def _chart(shown: Sequence[Standard]) -> None:
    """Show how many benefits there are of each size."""
    money = [s for s in shown if s.unit == "CNY"]
    if len(money) < 5:
        return
    names = [*(f"{n}万元以下" if not i else f"{_BRACKETS[i - 1]}–{n}万元" for i, n in enumerate(_BRACKETS)), f"{_BRACKETS[-1]}万元以上"]
    counts = Counter(sum(s.top > n * _WAN for n in _BRACKETS) for s in money)
    with st.expander("按大小分布", icon=":material/bar_chart:"):
        data = {"区间": [f"{i + 1}. {name}" for i, name in enumerate(names)], "条数": [counts[i] for i in range(len(names))]}
        st.bar_chart(data, x="区间", y="条数", horizontal=True, height=300)
