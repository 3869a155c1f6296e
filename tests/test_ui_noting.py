"""Notes of readers: codes on clauses, facts marked as wrong, kept beside the build and joined to the files by IRI."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from kg import build, dossier, notes, partners, sheet
from kg.config import BASE
from kg.errors import UsageError
from kg.library import Library
from kg.notes import Note
from kg.search import Filters
from kg.ui import agency, noting, parts, search, workbooks
from tests import ui
from tests.conftest import ROOT

ON = date.fromisoformat(ui.DAY)


@pytest.fixture
def own() -> Path:
    """Return a build of one document that a test may note on."""
    return ui.build_of(ROOT / "corpus" / "科技保险费用补贴.txt")


def fact(library: Library) -> dossier.Fact:
    document = library.documents()[0]
    return next(f for f in dossier.facts(library.shelf, document.iri, ["amount"]) if "50%" in f.quote)


def _form(build: str, iri: str, on: str) -> None:
    from datetime import date
    from pathlib import Path

    from kg.library import Library
    from kg.ui import noting

    library = Library.open(Path(build))
    noting.form(library, library.clause(iri), date.fromisoformat(on))  # type: ignore[arg-type]


def noted_from_the_form(own: Path) -> Note:
    found = fact(Library.open(own))
    app = AppTest.from_function(_form, default_timeout=30, kwargs={"build": str(own), "iri": found.clause, "on": ui.DAY}).run()
    assert not app.exception
    app.multiselect[0].set_value(["供给-资金"])
    app.text_area[0].set_value("要点")
    app.multiselect[1].set_value([found.iri])
    app.text_input[0].set_value("应为四成")
    app.button[0].click().run()
    assert not app.exception
    return notes.load(own).on(found.clause)


def test_what_the_form_saves_is_shown_in_the_reader_and_joined_to_its_files(own: Path) -> None:
    note = noted_from_the_form(own)
    assert (note.codes, note.text, note.wrong) == (("供给-资金",), "要点", False)
    library = Library.open(own)
    document = library.documents()[0]
    app = ui.open_page("file", own, doc=parts.slug(document.iri))
    assert "备注：要点" in ui.drawn(app)
    assert [ui.text_of(m) for m in ui.found(app, "mark", "amount wrong")]
    book = openpyxl.load_workbook(io.BytesIO(workbooks.of_document(library, document)))
    assert [r[-2:] for r in book["条款"].iter_rows(values_only=True) if r[6] == note.iri] == [("供给-资金", "要点")]
    assert [r[-1] for r in book["数额"].iter_rows(values_only=True) if r[-2] == "是"] == ["应为四成"]
    hits = list(csv.DictReader(io.StringIO(search.as_csv(library, library.search("首次购买", ON, Filters(), 20)).decode("utf-8-sig"))))
    assert [h["编码"] for h in hits if h["条款 IRI"] == note.iri] == ["供给-资金"]


def test_notes_outlive_reading_again_and_change_no_answer(own: Path) -> None:
    question = "首次购买“青科保”的企业，保险费用补贴比例是多少？"
    before = Library.open(own).ask(question, ON)
    noted_from_the_form(own)
    folder = own.parent / f"{own.name}-more"
    folder.mkdir()
    (folder / "新.txt").write_text("试验市测试办法\n\n第一条 给予最高20万元补贴。\n", "utf-8")
    build.ingest(own, [folder], base=BASE)
    library = Library.open(own)
    assert len(library.documents()) == 2
    assert library.ask(question, ON).facts == before.facts
    rows = list(csv.DictReader(io.StringIO(noting.as_csv(library).decode("utf-8-sig"))))
    assert {(r["类型"], r["状态"]) for r in rows} == {("条款", "在"), ("事实", "在")}


def test_a_note_on_words_that_changed_marks_nothing_and_says_so(own: Path) -> None:
    library = Library.open(own)
    found = fact(library)
    notes.add(own, [Note(found.iri, "别的原文", text="旧", wrong=True), Note("urn:gone", "x", ("a",))])
    assert notes.load(own).wrong(found.iri, found.quote) is None
    rows = list(csv.DictReader(io.StringIO(noting.as_csv(library).decode("utf-8-sig"))))
    assert sorted(r["状态"] for r in rows) == ["原文已变", "已不在语料里"]


def test_the_last_note_counts_an_empty_one_takes_back_and_a_torn_line_harms_none(tmp_path: Path) -> None:
    notes.add(tmp_path, [Note("urn:a", "q", ("x",)), Note("urn:b", "q", text="t")])
    with (tmp_path / notes.NAME).open("a") as file:
        file.write('{"iri": "urn:c", "quo')
    notes.add(tmp_path, [Note("urn:a", "q"), Note("urn:d", "q", wrong=True)])
    assert set(notes.load(tmp_path).by_iri) == {"urn:b", "urn:d"}


def test_the_codebook_is_the_package_s_until_another_is_given(tmp_path: Path) -> None:
    assert {c.group for c in notes.codebook(tmp_path)} == {"供给", "环境", "需求"}
    notes.keep_codebook(tmp_path, "代码,名称\nA,甲\n".encode("gb18030"))
    assert [(c.code, c.name) for c in notes.codebook(tmp_path)] == [("A", "甲")]


@pytest.mark.parametrize("text", ["", "码,名\nA,甲\n", "代码,名称\nA,甲\nA,乙\n", "代码,名称\n,甲\n", "代码,名称\nA|B,甲\n", '代码,名称\n"' + "x" * 200_000])
def test_what_is_no_codebook_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError):
        notes.keep_codebook(tmp_path, text.encode())
    assert not (tmp_path / notes.CODEBOOK).exists()


def test_coding_is_offered_clause_by_clause_and_not_in_a_shared_app(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = {"doc": parts.slug(Library.open(own).documents()[0].iri), "coding": "true"}
    app = ui.open_page("file", own, **address)
    assert not app.exception
    assert len([b for b in ui.found(app, "button", "copy") if ui.text_of(b) == "编码"]) > 5
    monkeypatch.setenv("POLICYKG_READONLY", "1")
    shared = ui.open_page("file", own, **address)
    assert not [b for b in ui.found(shared, "button", "copy") if ui.text_of(b) == "编码"]
    assert not shared.toggle


def test_the_file_of_duties_bears_the_codes_of_their_clauses(own: Path) -> None:
    library = Library.open(own)
    name, duties = next(iter(partners.duties(library.shelf).items()))
    notes.add(own, [Note(duties[0].clause, "q", ("环境-法规", "供给-资金"), "=1+1")])
    rows = agency.cells(library, name, duties, ON)
    assert rows[0][-2:] == ("环境-法规|供给-资金", "=1+1")
    assert len(rows[0]) == len(agency._COLUMNS)
    assert b"'=1+1" in sheet.csv_bytes(agency._COLUMNS, rows)
