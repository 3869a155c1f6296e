"""The ask page: what is shown for an answer, a refusal, no question and no build."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kg.ui import ask
from kg.ui.ask import split
from tests import ui
from tests.conftest import ROOT

RATE = "首次购买“青科保”的企业，保险费用补贴比例是多少？"


def test_an_address_with_a_question_shows_its_answer() -> None:
    app = ui.unfolded(ui.open_page("ask", q=RATE), "query-open")
    assert not app.exception
    said = ui.text_of(ui.found(app, "section", "answer")[0])
    assert "50%" in said
    assert f"按 {ui.DAY} 判断效力" in said
    assert app.code[0].language == "sparql"
    assert "SELECT" in app.code[0].value


def test_the_quote_is_marked_inside_its_clause_with_document_day_edition_and_validity() -> None:
    app = ui.open_page("ask", q=RATE)
    card = ui.found(app, "article", "card")[0]
    text = ui.text_of(card)
    marked = "".join(ui.text_of(m) for m in ui.found(app, "mark", "quote")[:1])
    assert "50%" in marked
    assert len(marked) < len(text)
    assert "青岛市科技保险费用补贴管理办法" in text
    assert "2024-09-27 印发" in text
    assert "摘编" in text
    assert "现行有效" in text


def test_validity_follows_the_day_asked_about() -> None:
    question = "什么是概念验证平台？"
    assert "已失效" in ui.drawn(ui.open_page("ask", q=question, on="2026-11-20"))
    assert "现行有效" in ui.drawn(ui.open_page("ask", q=question, on="2024-11-20"))


def test_each_citation_offers_its_forms_to_copy() -> None:
    app = ui.open_page("ask", q=RATE)
    offered = {ui.text_of(b): b[1]["copy"] for b in ui.found(app, "button", "copy")[:5]}  # type: ignore[index,call-overload]
    assert set(offered) == {"GB/T 7714", "纯文本", "Markdown", "BibTeX", "RIS"}
    assert offered["GB/T 7714"].startswith("青岛市科学技术局")
    assert offered["RIS"].startswith("TY  - GOVDOC")


def test_a_refusal_says_why_and_that_the_nearest_clauses_are_no_answer() -> None:
    app = ui.open_page("ask", q="月球基地的租金补贴最高多少？")
    assert ui.found(app, "section", "answer refused")
    assert "无法回答" in ui.drawn(app)
    assert [s.value for s in app.subheader] == ["最接近的条款（不是答案）"]
    assert not ui.found(app, "table")


def test_every_example_is_answered_and_a_click_asks_it() -> None:
    app = ui.open_page("ask")
    shown = [b for b in app.button if b.key and b.key.startswith("example")]
    assert len(shown) >= 5
    shown[2].click().run()
    assert ui.found(app, "section", "answer")
    for question in ask.examples(_library()):
        assert ui.found(ui.open_page("ask", q=question), "section", "answer"), question


def _library() -> object:
    from kg.library import Library

    return Library.open(ui.sample_build())


def test_without_a_build_the_app_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYKG_BUILD", str(tmp_path / "none"))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not app.exception
    assert "policykg ingest" in app.code[0].value


def test_the_whole_app_answers_over_the_build_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYKG_BUILD", str(ui.sample_build()))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.query_params["q"] = RATE
    app.run()
    assert not app.exception
    assert "50%" in ui.drawn(app)


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("青岛市科学技术局负责。《某办法》第三条。", "青岛市科学技术局负责。"),
        ("《某“甲。乙”办法》有效。其余。", "《某“甲。乙”办法》有效。"),
        ("短句没有句号", "短句没有句号"),
    ],
)
def test_the_first_sentence_leads(text: str, lead: str) -> None:
    assert split(text) == (lead, text[len(lead) :])
