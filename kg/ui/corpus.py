"""语料: what is in the build, when policies end, what is missing, and how to change it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import streamlit as st

from kg import sheet, upkeep
from kg.config import Settings, settings
from kg.library import Library
from kg.ui import draw, jobs, netting, parts, state
from kg.ui.nodes import El, Node, el, href, link
from kg.upkeep import Ending, Gap

_COUNTS = (("documents", "文件"), ("clauses", "条款"), ("amounts", "数额"), ("responsibilities", "职责"), ("references", "引用"), ("definitions", "定义"))
_SHELVES = (upkeep.LAPSED, *(name for name, _ in upkeep.SOON), upkeep.LATER, upkeep.UNDATED)
_MANY = 40
# Documents named in a row of the calendar.
_RESTING = 12


@st.cache_resource(max_entries=2, show_spinner=False)
def _gaps(_library: Library, generation: str) -> list[Gap]:
    return upkeep.gaps(_library.shelf)


@st.cache_resource(max_entries=2, show_spinner=False)
def _change_of(_library: Library, generation: str) -> upkeep.Change | None:
    return upkeep.last_change(_library.shelf)


def page(library: Library) -> None:
    """Draw the page."""
    said, day = st.columns([6, 2.2], vertical_alignment="bottom")
    with day:
        on = state.day_asked()
    manifest = library.shelf.manifest
    said.caption(f"构建于 {manifest.built.replace('T', ' ')[:16]} UTC · {len(manifest.sources)} 个来源文件")
    with st.container(horizontal=True):
        for name, title in _COUNTS:
            st.metric(title, f"{manifest.counts.get(name, 0):,}", border=True)
    tabs = st.tabs(["到期日历", "质量", "来源与导入"], key="tab", bind="query-params")
    drawn: tuple[Callable[[], None], ...] = (partial(_calendar, library, on), partial(_quality, library, on), partial(_sources, library))
    state.opened(tabs, drawn)


def _calendar(library: Library, on: date) -> None:
    cites = netting.joined(library, library.generation, "文件", True)
    endings = upkeep.calendar(library.shelf, on, cites)
    counts = {name: sum(e.shelf == name for e in endings) for name in _SHELVES}
    chosen = st.pills("到期", list(_SHELVES), selection_mode="multi", key="ends", bind="query-params")
    shown = [e for e in endings if not chosen or e.shelf in chosen]
    drawn, more = parts.cut(shown)
    with state.bar(" · ".join(f"{name} {n}" for name, n in counts.items() if n) + more):
        st.download_button("下载 CSV", lambda: _csv(shown, on), "calendar.csv", "text/csv", icon=":material/download:", on_click="ignore")
    rows = [_ending(e, on) for e in drawn]
    draw.nodes(parts.table(("文件", "到期", "还有", "状态", "依托它的文件"), rows), key="calendar")


def _ending(one: Ending, on: date) -> list[Node]:
    document = one.document
    ends = one.ends.isoformat() + ("（推算）" if not document.expires else "") if one.ends else "未载明"
    days = (one.ends - on).days if one.ends else None
    left = "" if days is None else f"{days} 天" if days >= 0 else f"已过 {-days} 天"
    resting = [el("span", "line", link("", parts.reader(d.iri, None, on), f"《{d.title}》"), " ", parts.status(d.status(on))) for d in one.resting[:_RESTING]]
    more = el("span", "line dim", f"……共 {len(one.resting)} 份") if len(one.resting) > _RESTING else None
    title = el("td", "name", link("", parts.reader(document.iri, None, on), f"《{document.title}》"))
    status = parts.status(document.status(on))
    return [title, el("td", "nowrap num", ends), el("td", "nowrap num", left), status, el("div", "", *resting, more) if resting else ""]


def _csv(endings: list[Ending], on: date) -> bytes:
    columns = ("文件", "文号", "到期", "推算", "天数", "分组", "依托它的文件（以它为依据或为它配套）")
    rows = []
    for e in endings:
        days = (e.ends - on).days if e.ends else None
        derived = "是" if e.ends and not e.document.expires else ""
        rows.append((e.document.title, e.document.number, str(e.ends or ""), derived, days, e.shelf, "；".join(d.title for d in e.resting)))
    return sheet.csv_bytes(columns, rows)


def _quality(library: Library, on: date) -> None:
    lost, every = upkeep.dangling(library.shelf)
    shown: list[El] = [
        el(
            "div",
            "card",
            el("h3", "", f"引用到库外文件：{lost} / {every} 处"),
            el("p", "small dim", "把被引用的文件补进来，引用就能连上。 ", link("", href("links", show="库外文件", on=on.isoformat()), "看清单 ›")),
        )
    ]
    for gap in _gaps(library, library.generation):
        if gap.documents:
            names = [part for d in gap.documents[:_MANY] for part in (link("", parts.reader(d.iri, None, on), f"《{d.title}》"), " ")]
            more = f"……共 {len(gap.documents)} 份" if len(gap.documents) > _MANY else None
            shown.append(el("div", "card", el("h3", "", f"{gap.what}：{len(gap.documents)} 份"), el("p", "small dim", gap.why), el("p", "small", *names, more)))
    manifest = library.shelf.manifest
    if manifest.refused:
        rows: list[list[Node]] = [[r.source, r.reason] for r in manifest.refused]
        shown.append(el("div", "card", el("h3", "", f"读不了的文件：{len(rows)}"), parts.table(("文件", "原因"), rows)))
    if manifest.skipped:
        shown.append(el("div", "card", el("h3", "", f"跳过的文件：{len(manifest.skipped)}"), el("p", "small", "、".join(manifest.skipped[:_MANY]))))
    draw.nodes(el("div", "stack", *shown), key="quality")


def _sources(library: Library) -> None:
    own = settings()
    if own.readonly:
        st.info("这个应用是共享的，只能读：导入、移除请在它所在的电脑上进行。", icon=":material/lock:")
    else:
        _change(library, own)
    draw.nodes(_changed(library), key="last-change")
    owners: dict[str, list[str]] = {}
    for d in library.documents():
        owners.setdefault(d.source, []).append(d.title)
    rows: list[list[Node]] = []
    for e in library.shelf.manifest.sources:
        titles = owners.get(e.source, [])
        rows.append(
            [e.source, el("td", "num nowrap", f"{e.size / 1024:,.1f} KB"), f"{'、'.join(titles[:3])}{f' 等 {len(titles)} 份' if len(titles) > 3 else ''}"]
        )
    st.subheader("来源", anchor=False)
    drawn, more = parts.cut(rows)
    if more:
        st.caption(f"{len(rows)} 个来源，画出前 {len(drawn)} 个")
    draw.nodes(parts.table(("来源文件", "大小", "读出的文件"), drawn), key="sources")


def _changed(library: Library) -> El:
    """Draw what the last ingest changed."""
    found = _change_of(library, library.generation)
    if found is None:
        return el("p", "small dim", f"这是第一次构建，或此前的构建已不在：{len(library.shelf.manifest.sources)} 个来源都算新的。")
    said = f"上次导入：新增 {len(found.added)}，改动 {len(found.changed)}，移除 {len(found.gone)}，未变 {found.kept}"
    moved = "，".join(f"{title} {found.counts[name]:+,}" for name, title in _COUNTS if found.counts.get(name))
    named = [("新增", found.added), ("改动", found.changed), ("移除", found.gone)]
    lists = [el("p", "small", f"{what}：{'、'.join(which[:_MANY])}{'……' if len(which) > _MANY else ''}") for what, which in named if which]
    return el("div", "card", el("h3", "", said), el("p", "small dim", f"数量变化：{moved or '无'}"), *lists)


def _change(library: Library, own: Settings) -> None:
    """Offer upload, reading again and removal; while one of them runs, its progress."""
    if jobs.running():
        jobs.working()
        return
    jobs.finished()
    build = own.build.resolve()
    upload, again, gone = st.columns(3, gap="large")
    with upload, st.form("upload", border=False, clear_on_submit=True):
        types = [".txt", ".md", ".docx", ".pdf", ".html", ".htm", ".mht", ".mhtml"]
        said = f"上传政策文件（TXT、MD、DOCX、PDF、HTML，每个不超过 {own.max_upload_mb} MB）"
        files = st.file_uploader(said, type=types, accept_multiple_files=True, max_upload_size=own.max_upload_mb)
        if st.form_submit_button("导入", type="primary", icon=":material/upload:") and files:
            folder = build.with_name(f"{build.name}-uploads")
            jobs.store(folder, [(f.name, f.getvalue()) for f in files])
            _begin(f"导入 {len(files)} 个文件", build, "ingest", str(folder))
    with again:
        st.markdown("重新读入")
        st.caption("看看来源文件夹里有什么新的、改了的、不见了的。")
        if st.button("重新读入", icon=":material/refresh:"):
            roots = [r.path for r in library.shelf.manifest.roots if Path(r.path).exists()]
            _begin("重新读入", build, "ingest", *roots)
    with gone:
        chosen = st.multiselect("移除来源", [e.source for e in library.shelf.manifest.sources], placeholder="选择来源文件", select_all=False)
        if st.button("移除", icon=":material/delete:", disabled=not chosen, help="从语料里拿掉，原文件不动；再次导入时点名即可恢复"):
            _begin(f"移除 {len(chosen)} 个来源", build, "remove", *chosen)


def _begin(said: str, build: Path, *words: str) -> None:
    jobs.begin(said, build, *words)
    st.rerun()
