"""编码与勘误: codes and a remark on a clause, facts of it marked as wrong, the codebook, and all notes as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import streamlit as st

from kg import dossier, notes, sheet
from kg.dossier import Fact
from kg.errors import PolicyKGError
from kg.library import Library
from kg.notes import Note, Notes
from kg.shelf import ClauseRow
from kg.ui import draw, parts, reading
from kg.ui.nodes import el

_COLUMNS = ("类型", "文件", "位置", "编码", "有误", "说明", "当时的原文", "记于", "状态", "IRI")


@st.dialog("编码与勘误", width="large")
def dialog(library: Library, clause: ClauseRow, on: date) -> None:
    """Ask over the page what is to be noted on a clause."""
    form(library, clause, on)


def form(library: Library, clause: ClauseRow, on: date) -> None:
    """Draw what is noted on a clause, to be changed and saved."""
    noted, build = notes.load(library.shelf.build), library.shelf.build
    note = noted.on(clause.iri)
    book = {c.code: c for c in notes.codebook(build)}
    facts = {f.iri: f for f in dossier.facts(library.shelf, clause.document, dossier.FACTS) if f.clause == clause.iri}
    text, here = library.shelf.text(clause.source) or "", reading.Here(library.shelf.iris.base, on)
    cut = f"{clause.text[:200]}……" if len(clause.text) > 200 else clause.text
    draw.nodes(el("div", "card small", el("b", "", parts.place(clause.path)), el("div", "words", cut)), key="noted-clause")
    with st.form("noting", border=False):
        codes = st.multiselect(
            "编码",
            [*book, *(c for c in note.codes if c not in book)],
            default=list(note.codes),
            key=f"note-codes-{clause.iri}",
            format_func=lambda c: f"{c} · {book[c].name}" if c in book else c,
            placeholder="从码本里选",
            select_all=False,
        )
        remark = st.text_area("备注", note.text, key=f"note-text-{clause.iri}", max_chars=2000, height=80)
        before = [iri for iri, f in facts.items() if noted.wrong(iri, f.quote)]
        wrong = st.multiselect(
            "有误的事实",
            list(facts),
            default=before,
            key=f"note-wrong-{clause.iri}",
            format_func=lambda i: reading.says(facts[i], text, here),
            placeholder="选出读错了的" if facts else "这一条没有读出事实",
            disabled=not facts,
            select_all=False,
        )
        why = st.text_input("错在哪里", next((noted.on(i).text for i in before), ""), key=f"note-why-{clause.iri}", max_chars=500)
        if st.form_submit_button("保存", type="primary", icon=":material/save:"):
            fresh = [Note(clause.iri, notes.shortened(clause.text), tuple(codes), remark.strip()), *_faults(facts, wrong, why)]
            _save(build, changed(noted, fresh))


def _save(build: Path, fresh: Sequence[Note]) -> None:
    try:
        notes.add(build, fresh)
    except PolicyKGError as error:
        st.text(str(error))
    else:
        st.rerun()


def _faults(facts: dict[str, Fact], wrong: Sequence[str], why: str) -> Iterable[Note]:
    for iri, fact in facts.items():
        marked = iri in wrong
        yield Note(iri, notes.shortened(fact.quote), text=why.strip() if marked else "", wrong=marked)


def changed(noted: Notes, fresh: Iterable[Note]) -> list[Note]:
    """Return those of the fresh notes that say something else than what is there."""

    def said(note: Note) -> tuple[object, ...]:
        return (note.codes, note.text, note.wrong, note.quote if not note.empty else "")

    return [note for note in fresh if said(note) != said(noted.on(note.iri))]


def tools(library: Library) -> None:
    """Offer the codebook, another one in its place, and all notes as a file."""
    build = library.shelf.build
    with st.expander("码本与全部记录", icon=":material/sell:"):
        book = notes.codebook(build)
        draw.nodes(parts.table(("代码", "名称", "类别", "说明"), [[c.code, c.name, c.group, c.meaning] for c in book]), key="codebook")
        file = st.file_uploader("换用自己的码本（CSV：代码、名称、类别、说明、来源）", type=[".csv"], key="codebook-file", max_upload_size=1)
        if file is not None and st.button("用作码本", icon=":material/upload:"):
            try:
                notes.keep_codebook(build, file.getvalue())
            except PolicyKGError as error:
                st.text(str(error))
            else:
                st.rerun()
        with st.container(horizontal=True):
            st.download_button("码本（CSV）", lambda: _codebook(book), "codebook.csv", "text/csv", icon=":material/download:", on_click="ignore")
            st.download_button("全部记录（CSV）", lambda: as_csv(library), "notes.csv", "text/csv", icon=":material/download:", on_click="ignore")


def _codebook(book: Sequence[notes.Code]) -> bytes:
    return sheet.csv_bytes(notes.COLUMNS, ((c.code, c.name, c.group, c.meaning, c.source) for c in book))


def as_csv(library: Library) -> bytes:
    """Return every note as a row with what its IRI stands at now; notes on what is gone or reads otherwise are said to be so."""
    noted = notes.load(library.shelf.build)
    clauses = library.shelf.clauses({iri.partition("#")[0] for iri in noted.by_iri})
    quotes = _quotes(library, {c.document for c in clauses.values()})
    rows = []
    for iri, note in sorted(noted.by_iri.items()):
        clause = clauses.get(iri.partition("#")[0])
        document = library.document(clause.document) if clause else None
        now = quotes.get(iri) if "#" in iri else notes.shortened(clause.text) if clause else None
        state = "已不在语料里" if now is None else "在" if now == note.quote else "原文已变"
        where = (document.title, "/".join(clause.path)) if document and clause else ("", "")
        kind = "事实" if "#" in iri else "条款"
        rows.append((kind, *where, "|".join(note.codes), "是" if note.wrong else "", note.text, note.quote, note.made, state, iri))
    return sheet.csv_bytes(_COLUMNS, rows)


def _quotes(library: Library, documents: Iterable[str]) -> dict[str, str]:
    return {f.iri: notes.shortened(f.quote) for d in documents for f in dossier.facts(library.shelf, d, dossier.FACTS)}
