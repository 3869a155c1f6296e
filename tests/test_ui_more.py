"""Going on from a question, many at once, the list of citations, two documents beside each other, matching a company."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from kg import browse, followup, notes, sheet, versions
from kg.followup import Before
from kg.library import Library
from kg.shelf import ClauseRow
from kg.ui import basket, batch, compare, match, parts
from tests import ui

ON = date.fromisoformat(ui.DAY)
RATE = "首次购买“青科保”的企业，保险费用补贴比例是多少？"


def library() -> Library:
    return Library.open(ui.sample_build())


def named(words: str) -> str:
    return next(d.iri for d in library().documents() if words in d.title)


@pytest.mark.parametrize(
    ("question", "goes_on"), [("那再次购买呢？", True), ("良好的呢", True), ("那么期限是多久", True), ("那个办法是谁定的", True), ("补贴多少？", False)]
)
def test_a_question_says_that_it_goes_on(question: str, goes_on: bool) -> None:
    assert followup.goes_on(question) is goes_on


def test_a_question_that_goes_on_keeps_document_and_topic_and_drops_what_it_replaces() -> None:
    shelf = library()
    whole = followup.whole(shelf, "那再次购买的呢？", Before(named("科技保险费用"), RATE), shelf.ask(RATE, ON))
    assert whole.startswith("《青岛市科技保险费用补贴管理办法》再次购买的")
    assert "首次" not in whole
    assert "30%" in shelf.ask(whole, ON).answer


def test_the_page_shows_what_a_further_question_inherits_and_can_drop_it() -> None:
    app = ui.open_page("ask", q="那再次购买的呢？", about=parts.slug(named("科技保险费用")), after=RATE)
    assert not app.exception
    assert "沿用《青岛市科技保险费用补贴管理办法》" in ui.drawn(app)
    assert "30%" in ui.text_of(ui.found(app, "section", "answer")[0])
    next(b for b in app.button if b.label == "不沿用").click().run()
    assert "about" not in app.query_params
    assert "沿用《" not in ui.drawn(app)


def test_many_questions_are_read_from_lines_and_files() -> None:
    assert batch.questions("甲？\n\n 乙？\n甲？", '\ufeff"丙，丁？","x"\n'.encode()) == ["甲？", "乙？", "丙，丁？"]


def test_many_answers_become_rows_with_their_citation() -> None:
    shelf = library()
    rows = batch.rows(shelf.ask_all([RATE, "月球基地的租金补贴最高多少？"], ON), notes.Notes({}))
    book = openpyxl.load_workbook(io.BytesIO(sheet.xlsx_bytes([("回答", batch.COLUMNS, rows)])))
    first, second = list(book["回答"].iter_rows(min_row=2, values_only=True))
    assert first[2] == "是"
    assert first[5] == "青岛市科技保险费用补贴管理办法"
    assert second[2] == "否"
    assert {len(r) for r in rows} == {len(batch.COLUMNS)}


def test_a_kept_clause_is_cited_whole() -> None:
    shelf = library()
    clause = next(c for c in shelf.shelf.clauses_of(named("科技保险费用")) if c.label == "第十四条")
    cited = basket.citation(shelf, clause.iri, ON)
    assert cited is not None
    assert (cited.quote, cited.start, cited.end) == (clause.text, clause.start, clause.end)
    assert basket.citation(shelf, "http://127.0.0.1:8502/id/gone", ON) is None


def clause(label: str, text: str) -> ClauseRow:
    any_one = library().shelf.clauses_of(named("科技保险费用"))[0]
    return replace(any_one, iri=f"urn:{label}{len(text)}", label=label, path=(label,), heading=None, text=f"{label}{text}", kind="unit")


def test_clauses_that_answer_each_other_are_paired_and_their_figures_told() -> None:
    old = [
        clause("第一条", "为支持企业购买保险，制定本办法。"),
        clause("第二条", "补贴比例为50%，每家企业每年最高10万元。"),
        clause("第三条", "本办法由市科技局解释。"),
    ]
    new = [
        clause("第一条", "为支持企业购买保险，制定本办法。"),
        clause("第二条", "申请人应当在本市注册并依法纳税。"),
        clause("第三条", "补贴比例为40%，每家企业每年最高20万元。"),
    ]
    found = versions.pairs(old, new)
    assert [(p.one.label if p.one else None, p.other.label if p.other else None) for p in found] == [
        ("第一条", "第一条"),
        (None, "第二条"),
        ("第二条", "第三条"),
        ("第三条", None),
    ]
    assert found[0].same
    assert "50" in "".join(found[2].figures[0])
    assert "20" in "".join(found[2].figures[1])
    assert "".join(s.text for s in found[2].right) == new[2].text


def test_two_documents_beside_each_other_on_the_page() -> None:
    app = ui.open_page("file", **{"doc": parts.slug(named("贷款贴息")), "with": parts.slug(named("科技保险费用"))})
    assert not app.exception
    assert ui.found(app, "mark", "gone")
    assert ui.found(app, "mark", "new")
    rows = compare.rows(versions.pairs([clause("第一条", "甲乙丙丁。")], []), notes.Notes({}))
    assert rows == [("第一条", "第一条甲乙丙丁。", "", "", "右无对应", "", "", "", "", "", "")]


def test_what_readers_noted_stands_in_the_files_of_batch_and_comparison() -> None:
    shelf = library()
    answer = shelf.ask(RATE, ON)
    noted = notes.Notes({answer.citations[0].clause: notes.Note(answer.citations[0].clause, "", ("供给-资金",), "要点")})
    assert batch.rows([answer], noted)[0][-2:] == ("供给-资金", "要点")
    one = clause("第一条", "甲乙丙丁。")
    noted = notes.Notes({one.iri: notes.Note(one.iri, "", ("环境",), "看这里")})
    row = dict(zip(compare._COLUMNS, compare.rows(versions.pairs([], [one]), noted)[0], strict=True))
    assert (row["右：编码"], row["右：备注"], row["左：编码"]) == ("环境", "看这里", "")


def test_a_company_is_matched_as_the_question_is() -> None:
    assert match.question({"rd": 12000, "growth": 16}, "") == "年研发投入12000万元、研发投入增长16%的企业符合哪些补贴？"
    app = ui.open_page("amounts", standards="按条件匹配", rd="12000", growth="16")
    assert not app.exception
    said = ui.text_of(ui.found(app, "section", "answer")[0])
    assert "【符合】" in said
    assert "最高200万元" in said


def test_a_heading_on_its_own_line_keeps_it() -> None:
    text = "## 二、支持研发\n\n新引进的总部，一次性奖补。"
    row = replace(clause("二、", "支持研发新引进的总部，一次性奖补。"), heading="支持研发", start=3, end=len(text))
    assert "".join(p.text for p in browse.words(text, row, [])) == "二、支持研发\n新引进的总部，一次性奖补。"


def test_a_text_that_asks_two_things_gets_both_answered() -> None:
    shelf = library()
    asked = "科技保险费用补贴由谁负责，最高多少？"
    (other,) = followup.left_open(shelf, asked, shelf.ask(asked, ON))
    assert other.startswith("《青岛市科技保险费用补贴管理办法》")
    assert other.endswith("最高多少？")
    app = ui.open_page("ask", q=asked)
    assert not app.exception
    said = [ui.text_of(s) for s in ui.found(app, "section", "answer")]
    assert "青岛市科学技术局" in said[0]
    assert "10万元" in said[1]


@pytest.mark.parametrize(
    "text", [RATE, "研发投入1.2亿元，增长16%，能申请哪些补贴？", "科技保险补贴由谁解释？它依据的文件最高多少？", "科技保险补贴最高多少，比例多少？"]
)
def test_a_text_that_asks_one_thing_or_points_elsewhere_is_left_alone(text: str) -> None:
    shelf = library()
    assert followup.left_open(shelf, text, shelf.ask(text, ON)) == []
