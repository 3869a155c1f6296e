"""批量提问: many questions at once, answered into a spreadsheet with their citations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import streamlit as st

from kg import cite, notes, sheet
from kg.library import Library
from kg.notes import Notes
from kg.ui import state
from kg.ui.parts import KIND_ZH, place
from ontology.answers import Answer

# Questions answered in one go.
MOST = 500
COLUMNS = (
    "序号",
    "问题",
    "是否回答",
    "问法",
    "回答",
    "依据文件",
    "文号",
    "位置",
    "效力",
    "印发",
    "版本",
    "原文",
    "来源",
    "起",
    "止",
    "页/段",
    "网址",
    "条款 IRI",
    "查询",
    *notes.ON_CLAUSE,
)


def show(library: Library, on: date) -> None:
    """Draw the form, and after it was sent the file to download."""
    box = st.expander("批量提问", icon=":material/playlist_add:", key="batch-open", on_change="rerun")
    if box.open:
        with box:
            _form(library, on)
    if done := st.session_state.get("batch-answers"):
        answered = sum(a.answered for a in done)
        noted = notes.load(library.shelf.build)
        with state.bar(f"{len(done)} 个问题，回答了 {answered} 个，{len(done) - answered} 个说明了原因"):
            st.download_button(
                "下载 XLSX",
                lambda: sheet.xlsx_bytes([("回答", COLUMNS, rows(done, noted))]),
                "answers.xlsx",
                icon=":material/table:",
                on_click="ignore",
                type="primary",
            )
            st.download_button(
                "CSV", lambda: sheet.csv_bytes(COLUMNS, rows(done, noted)), "answers.csv", "text/csv", icon=":material/download:", on_click="ignore"
            )
        cells = [(a.question, a.answer, a.citations[0] if a.answered and a.citations else None) for a in done]
        table = {
            "问题": [q for q, _, _ in cells],
            "回答": [said for _, said, _ in cells],
            "依据": [f"《{c.document}》{place(c.path)}" if c else "" for _, _, c in cells],
            "效力": [cite.STATUS_ZH[c.status] if c else "" for _, _, c in cells],
        }
        st.dataframe(table, hide_index=True, key="batch-table", column_config={"回答": st.column_config.TextColumn(width="large")})


def _form(library: Library, on: date) -> None:
    with st.form("batch", border=False):
        pasted = st.text_area("一行一个问题", height=120, placeholder="科技保险费用补贴由谁解释？\n概念验证平台的补助最高多少？")
        file = st.file_uploader("或者一个文本文件（.txt，或 .csv 的第一列，不超过 2 MB）", type=["txt", "csv"], max_upload_size=2)
        sent = st.form_submit_button("全部回答", icon=":material/play_arrow:")
    if sent:
        asked = questions(pasted, file.getvalue() if file else b"")
        if asked:
            st.session_state["batch-answers"] = _answers(library, asked[:MOST], on)
        else:
            st.info("没有问题：一行写一个。", icon=":material/help:")


def questions(pasted: str | None, file: bytes) -> list[str]:
    """Return the questions of a text field and a file, one a line, without repetitions; of a line with commas in quotes the first cell."""
    lines = [*(pasted or "").splitlines(), *file.decode("utf-8-sig", "replace").splitlines()]
    cells = [line.strip().split('","')[0].strip('"').strip().removesuffix(",") for line in lines]
    return list(dict.fromkeys(c for c in cells if c))


def _answers(library: Library, asked: list[str], on: date) -> list[Answer]:
    bar = st.progress(0.0, text="正在回答")
    out = []
    for n, question in enumerate(asked, 1):
        out.append(library.ask(question, on))
        bar.progress(n / len(asked), text=f"{n}/{len(asked)}")
    bar.empty()
    return out


def rows(answers: Iterable[Answer], noted: Notes) -> list[tuple[sheet.Cell, ...]]:
    """Return one row an answer, with its best citation and what readers noted on that clause."""
    out = []
    for n, a in enumerate(answers, 1):
        said: tuple[sheet.Cell, ...] = (n, a.question, "是" if a.answered else "否", KIND_ZH[a.type], a.answer)
        c = a.citations[0] if a.citations else None
        if c is None:
            out.append((*said, *[None] * 13, a.sparql, *[None] * len(notes.ON_CLAUSE)))
            continue
        document = (c.document, c.number, "/".join(c.path), cite.STATUS_ZH[c.status], str(c.issued or ""), cite.EDITION_ZH[c.edition])
        out.append((*said, *document, c.quote, c.source, c.start, c.end, c.place, c.url, c.clause, a.sparql, *noted.clause_cells(c.clause)))
    return out
