"""文件: all documents as a list; one of them to be read, with its facts marked and its links both ways."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from kg import cite, dossier, forms, notes, sheet
from kg.config import settings
from kg.library import Library
from kg.shelf import DocumentRow
from kg.ui import compare, draw, noting, parts, reading, state, workbooks
from kg.ui.nodes import El, el, href, link
from ontology.records import Status

_NEVER = date(1, 1, 1)
_COLUMNS = (
    "文件", "通知标题", "文号", "索引号", "发文机关", "印发", "施行", "到期", "施行（推算）", "到期（推算）", "文种", "地域", "版本",
    "效力", "网址", "来源", "IRI",
)  # fmt: skip


def page(library: Library) -> None:
    """Draw the page: the reader where the address names a document, else the list."""
    named = st.query_params.get("doc")
    document = library.document(f"{library.shelf.iris.base}{named}") if named else None
    if document:
        _read(library, document)
        return
    if named:
        st.warning("这份文件不在当前的语料里，可能已被移除或重新导入。", icon=":material/help:")
    _list(library)


def _list(library: Library) -> None:
    words, status, day = st.columns([4, 2, 2.2], vertical_alignment="bottom")
    with words:
        wanted = st.text_input("按标题、文号或机关找文件", key="title", bind="query-params", placeholder="例如：管理办法")
    with day:
        on = state.day_asked()
    with status:
        chosen = state.choice(status, "效力", "status", dict(cite.STATUS_ZH))
    fitting = [d for d in library.documents() if _fits(d, wanted or "") and (chosen is None or d.status(on) == chosen)]
    shown = sorted(fitting, key=lambda d: (d.edition == "news", -(d.issued or d.published or _NEVER).toordinal(), d.title))
    drawn, more = parts.cut(shown)
    with state.bar(f"{len(shown)} 份文件 · 按 {on.isoformat()} 判断效力{more}"):
        st.download_button("下载清单（CSV）", lambda: _csv(shown, on), "documents.csv", "text/csv", icon=":material/download:", on_click="ignore")
    rows = [_row(d, d.status(on), on) for d in drawn]
    draw.nodes(parts.table(("文件", "文号", "发文机关", "印发", "效力"), rows), key="documents")


def _fits(document: DocumentRow, wanted: str) -> bool:
    known = " ".join((document.title, document.notice_title or "", document.number or "", *document.issuers)).lower()
    return all(word in known for word in wanted.lower().split())


def _row(document: DocumentRow, status: Status, on: date) -> list[El | str]:
    title = el("td", "", link("", parts.reader(document.iri, None, on), f"《{document.title}》"), " ", parts.edition(document.edition))
    issuers = "、".join(document.issuers[:2]) + (f" 等{len(document.issuers)}个机关" if len(document.issuers) > 2 else "")
    day = document.issued or document.published
    return [title, document.number or "", issuers, el("td", "nowrap num", day.isoformat() if day else ""), parts.status(status, document)]


def _csv(documents: list[DocumentRow], on: date) -> bytes:
    def text(day: date | None) -> str:
        return day.isoformat() if day else ""

    rows = [
        (
            d.title, d.notice_title, d.number, d.index_number, "|".join(d.issuers), text(d.issued), text(d.effective), text(d.expires),
            text(d.effective_derived), text(d.expires_derived), d.genre, d.place,
            cite.EDITION_ZH[d.edition], cite.STATUS_ZH[d.status(on)], d.url, d.source, d.iri,
        )
        for d in documents
    ]  # fmt: skip
    return sheet.csv_bytes(_COLUMNS, rows)


def _read(library: Library, document: DocumentRow) -> None:
    on = state.day()
    cited_by = dossier.mentions(library.shelf, document.iri)
    back, day = st.columns([5, 2.2], vertical_alignment="bottom")
    with day:
        on = state.day_asked()
    with back:
        draw.nodes(link("small", href("file", on=on.isoformat()), "‹ 全部文件"), key="back")
    draw.nodes(reading.head(library, document, on, cited_by), key="head")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        marked = st.pills("标注", list(reading.MARKS), selection_mode="multi", default=["数额", "部门", "引用"], key="m", bind="query-params", wrap=True)
        coding = not settings().readonly and st.toggle("编码与勘误", key="coding", bind="query-params", help="记在语料旁边，重新导入后仍在，不影响回答")
        file = dossier.original(library.shelf, document.source)
        if file:
            st.download_button("下载原件", file.read_bytes, file.name, icon=":material/download:", on_click="ignore")
        workbook = f"{document.title[:40]}.xlsx"
        st.download_button("下载条款与事实（XLSX）", lambda: workbooks.of_document(library, document), workbook, icon=":material/table:", on_click="ignore")
        _forms(library, document)
    if (other := _beside(library, document)) is not None:
        compare.show(library, document, other, on)
        return
    clauses = library.shelf.clauses_of(document.iri)
    at = st.query_params.get("at") or ""
    noted = reading.Noted(notes.load(library.shelf.build), coding)
    if coding:
        noting.tools(library)
    text = reading.body(library, document, clauses, marked or [], f"{document.iri}/{at}" if at else "", on, cited_by, noted)
    sent = draw.nodes(text, key="text", focus=at)
    if coding and sent and (clause := library.clause(sent)):
        noting.dialog(library, clause, on)
    with st.sidebar:
        draw.nodes(reading.outline(document, clauses, on), key="outline")


def _forms(library: Library, document: DocumentRow) -> None:
    """Offer the forms that the document brings along, where it has some."""
    found = forms.forms(library.shelf.clauses_of(document.iri))
    if not found:
        return
    with st.popover(f"空白表格（{len(found)}）", icon=":material/assignment:"):
        for n, form in enumerate(found):
            name, text = forms.name(form), forms.words(library.shelf, form)
            draw.nodes(el("div", "", name), key=f"form-{n}")
            with st.container(horizontal=True):
                st.download_button("DOCX", partial(forms.as_docx, text), f"{name}.docx", key=f"form-docx-{n}", on_click="ignore")
                st.download_button("文本", text.encode("utf-8-sig"), f"{name}.txt", "text/plain", key=f"form-txt-{n}", on_click="ignore")


def _beside(library: Library, document: DocumentRow) -> DocumentRow | None:
    """Draw the choice of a document to set beside this one and return it."""
    same = {d.iri for d in dossier.editions(library.shelf, document)}
    every = sorted((d for d in library.documents() if d.iri != document.iri and d.edition != "news"), key=lambda d: (d.iri not in same, d.title))
    labels = {parts.slug(d.iri): f"《{d.title}》{'（同一政策）' if d.iri in same else ''}{d.issued or ''}" for d in every}
    chosen = state.choice(st.container(), "与另一份文件逐条对照", "with", labels)
    return library.document(f"{library.shelf.iris.base}{chosen}") if chosen else None
