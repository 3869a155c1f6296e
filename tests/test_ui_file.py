"""The list of documents and the reader: marked facts, links both ways, derived days, the workbook."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from kg import browse, forms
from kg.library import Library
from kg.ui import parts, reading, workbooks
from tests import ui


def named(words: str) -> str:
    return parts.slug(next(d.iri for d in Library.open(ui.sample_build()).documents() if words in d.title))


def test_the_list_names_every_document_with_its_status() -> None:
    app = ui.open_page("file")
    assert not app.exception
    assert len(ui.found(app, "tr")) == 1 + 12
    assert "现行有效" in ui.drawn(app)
    assert "已失效" in ui.drawn(app)


def test_the_list_is_narrowed_by_words_and_status() -> None:
    assert len(ui.found(ui.open_page("file", title="青岛市财政局 办法"), "tr")) > 1
    lapsed = ui.open_page("file", status="lapsed")
    assert all("已失效" in ui.text_of(row) for row in ui.found(lapsed, "tr")[1:])


def test_the_reader_marks_facts_and_switches_them() -> None:
    app = ui.open_page("file", doc=named("科技保险费用补贴"))
    assert not app.exception
    assert "最高10万元" in [ui.text_of(m) for m in ui.found(app, "mark", "amount")]
    assert ui.found(app, "mark", "agency")
    assert not ui.found(app, "mark", "definition")
    assert not ui.found(ui.open_page("file", doc=named("科技保险费用补贴"), m="定义"), "mark", "amount")


def test_the_reader_shows_every_word_of_the_document_once() -> None:
    library = Library.open(ui.sample_build())
    for document in library.documents():
        body = reading.body(library, document, library.shelf.clauses_of(document.iri), list(reading.MARKS), "", date(2026, 11, 20), {})
        shown = "".join(ui.text_of(n) for n in parts_of(body))
        text = browse.shown(library.shelf.text(document.source) or "", document.start, document.end)
        assert squashed(shown) == squashed(text), document.title


def parts_of(body: object) -> list[object]:
    from kg.ui.nodes import El, plain

    assert isinstance(body, El)
    return plain([body])


def squashed(text: str) -> str:
    return "".join(text.replace("#", "").replace("｜", "").split())


def test_links_lead_both_ways() -> None:
    app = ui.open_page("file", doc=named("科技财政金融协同"))
    text = ui.drawn(app)
    assert "引用本文件" in text
    assert "《青岛市科技保险费用补贴管理办法》" in text
    there = ui.open_page("file", doc=named("科技保险费用补贴"))
    assert [a for a in ui.found(there, "a") if "文件" not in ui.text_of(a) and "/file?doc=" in str(a[1])]


def test_a_day_that_was_worked_out_is_said_to_be_so() -> None:
    assert "2028-12-31（推算）" in ui.drawn(ui.open_page("file", doc=named("科技保险费用补贴")))


def test_an_address_of_a_clause_puts_it_in_focus() -> None:
    app = ui.open_page("file", doc=named("科技保险费用补贴"), at="第四章/第十四条")
    focused = [n for n in ui.found(app, "div") if "focus" in str(n[1])]
    assert len(focused) == 1
    assert "第十四条" in ui.text_of(focused[0])


def test_a_document_that_is_gone_is_said_to_be_gone_above_the_list() -> None:
    app = ui.open_page("file", doc="gone-00000000")
    assert "不在当前的语料里" in app.warning[0].value
    assert len(ui.found(app, "tr")) > 1


def test_the_workbook_holds_clauses_and_facts() -> None:
    library = Library.open(ui.sample_build())
    document = next(d for d in library.documents() if "科技保险费用补贴" in d.title)
    book = openpyxl.load_workbook(io.BytesIO(workbooks.of_document(library, document)))
    assert book.sheetnames == ["条款", *reading.MARKS]
    assert book["条款"].max_row == 1 + len(library.shelf.clauses_of(document.iri))
    assert [c.value for c in book["数额"][1]][:4] == ["位置", "原文", "value", "high"]


WITH_FORM = """试验市试点申报办法

第一条 申报单位填写申请表，见附件。

第二条 本办法自2025年4月1日起施行。

附件：申请表

单位名称\t\t
联系电话\t\t
（盖章） 年 月 日
"""


def test_blank_forms_are_offered_as_documents_to_fill_in(tmp_path: Path) -> None:
    (tmp_path / "申报.txt").write_text(WITH_FORM, "utf-8")
    folder = ui.build_of(tmp_path)
    shelf = Library.open(folder).shelf
    document = next(iter(shelf.documents.values()))
    form = forms.forms(shelf.clauses_of(document.iri))[0]
    made = docx.Document(io.BytesIO(forms.as_docx(forms.words(shelf, form))))
    assert [[c.text for c in row.cells][:1] for row in made.tables[0].rows] == [["单位名称"], ["联系电话"]]
    assert made.paragraphs[0].text.endswith("申请表")
    app = ui.open_page("file", folder, doc=parts.slug(document.iri))
    assert not app.exception
    assert {b.label for b in app.get("download_button")} >= {"DOCX", "文本"}
    assert not [b for b in ui.open_page("file", doc=named("科技保险费用补贴")).get("download_button") if b.label == "DOCX"]


def test_a_form_with_signs_that_no_document_may_hold_is_still_made() -> None:
    assert docx.Document(io.BytesIO(forms.as_docx("附件\x00：表\x0b\n甲\t乙\x1f\r\n\t\n"))).tables[0].rows[0].cells[1].text == "乙"


def test_a_long_document_is_drawn_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "DRAWN", 10)
    doc = named("专利保护规定")
    first = _anchors(ui.open_page("file", doc=doc))
    assert len(first) == 10
    library = Library.open(ui.sample_build())
    iri = f"{library.shelf.iris.base}{doc}"
    later = [c for c in library.shelf.clauses_of(iri) if c.kind != "row"][12].iri[len(iri) + 1 :]
    app = ui.open_page("file", doc=doc, at=later)
    assert later in _anchors(app)
    assert not _anchors(app) & first
    assert " 至 " in ui.drawn(app), "links lead to the other parts"


def _anchors(app: AppTest) -> set[str]:
    """Return the anchors of the clauses that are drawn."""
    return {str(c[1]["id"]) for c in ui.found(app, "div") if "id" in c[1]}  # type: ignore[operator,index]
