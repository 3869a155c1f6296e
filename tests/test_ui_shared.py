"""What the pages stand on: passages with marks, forms of citation, spreadsheets, nodes."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest

from kg import browse, cite, sheet
from kg.browse import Mark
from kg.library import Library
from kg.ui import PAGES, draw, nodes
from kg.ui.nodes import el, href, link
from ontology.answers import Citation
from tests import ui

CITED = Citation(
    document="试验办法",
    number="试字〔2024〕1号",
    issued=date(2024, 5, 6),
    edition="digest",
    status="lapsed",
    path=("第二章", "第九条"),
    clause="http://127.0.0.1:8502/id/x/第二章/第九条",
    quote="每家最高10万元_$x$_。",
    source="x.txt",
    start=10,
    end=24,
    url=None,
)
BY = cite.Source(("甲市科技局", "甲市财政局"), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("市发\n\n展改革委负责。", "市发展改革委负责。"),
        ("第一句。\n第二句。", "第一句。\n第二句。"),
        ("总则\n第一条 甲。", "总则\n第一条 甲。"),
        ("甲\t乙", "甲 ｜ 乙"),
        ("AI\ncode", "AI code"),
    ],
)
def test_line_breaks_that_only_wrap_are_not_shown(text: str, shown: str) -> None:
    assert browse.shown(text, 0, len(text)) == shown


def test_marks_cut_the_text_without_losing_any_of_it() -> None:
    text = "补贴最高\n10万元，每年一次。"
    cut = browse.pieces(text, 0, len(text), [Mark(2, 9, "amount"), Mark(5, 7, "figure"), Mark(10, 12, "when")])
    assert [(p.text, p.mark.kind if p.mark else None) for p in cut] == [
        ("补贴", None),
        ("最高", "amount"),
        ("10", "figure"),
        ("万元", "amount"),
        ("，", None),
        ("每年", "when"),
        ("一次。", None),
    ]


def test_a_clause_shows_what_stands_around_it_inside_its_document() -> None:
    library = Library.open(ui.sample_build())
    document = next(d for d in library.documents() if "科技保险" in d.title)
    clauses = library.shelf.clauses_of(document.iri)
    middle = next(c for c in clauses if c.label == "第十四条")
    passage = browse.passage(library.shelf, middle, [])
    assert passage.before.startswith("…")
    assert "".join(p.text for p in passage.pieces).replace(" ", "").replace("\n", "") == middle.text
    last = browse.passage(library.shelf, clauses[-1], [])
    assert last.after == ""


def test_citation_in_gbt_7714() -> None:
    said = cite.gbt7714(CITED, BY)
    assert said == "甲市科技局，甲市财政局. 试验办法：试字〔2024〕1号[Z]. (2024-05-06)[2026-11-20]. 第二章第九条（摘编，非官方文本）."


def test_citation_in_markdown_and_bibtex_is_escaped() -> None:
    assert r"10万元\_\$x\$\_" in cite.markdown(CITED, BY)
    assert r"10万元\_\$x\$\_" in cite.bibtex(CITED, BY)
    assert "author = {{甲市科技局} and {甲市财政局}}" in cite.bibtex(CITED, BY)


def test_citation_in_ris_has_one_author_a_line() -> None:
    lines = cite.ris(CITED, BY).split("\r\n")
    assert lines[:3] == ["TY  - GOVDOC", "AU  - 甲市科技局", "AU  - 甲市财政局"]
    assert "ER  - " in lines


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_a_cell_that_begins_like_a_formula_is_defused(cell: str) -> None:
    rows = list(csv.reader(io.StringIO(sheet.csv_bytes(["甲"], [[cell]]).decode("utf-8-sig"))))
    assert rows == [["甲"], [f"'{cell}"]]


def test_numbers_stay_numbers_and_long_digits_stay_text_in_a_workbook() -> None:
    data = sheet.xlsx_bytes([("表", ["数", "号", "式"], [[-5, "00123456789012345678", "=1+1"]])])
    row = next(openpyxl.load_workbook(io.BytesIO(data))["表"].iter_rows(min_row=2))
    assert [c.value for c in row] == [-5, "00123456789012345678", "=1+1"]
    assert [c.data_type for c in row] == ["n", "s", "s"]


def test_nodes_are_tags_properties_and_text() -> None:
    node = el("p", "lead", "甲<script>", link("", href("file", doc="x y", at=None), "乙"), None)
    assert nodes.plain([node]) == [["p", {"class": "lead"}, ["甲<script>", ["a", {"href": "/file?doc=x+y"}, ["乙"]]]]]


def test_the_component_parses_no_markup() -> None:
    script = draw.asset("draw.js")
    assert "createTextNode" in script
    assert not [word for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser") if word in script]


@pytest.mark.parametrize("page", [e.module for e in PAGES])
def test_no_page_uses_what_streamlit_gives_up(page: str, caplog: pytest.LogCaptureFixture) -> None:
    for view in ({}, {"q": "科技保险补贴最高多少？"}, {"s": "补贴", "genre": "办法"}, {"standards": "并列比较"}, {"tab": "来源与导入"}):
        assert not ui.open_page(page, **view).exception
    assert not [r for r in caplog.records if "deprecat" in r.getMessage().lower() or "will be removed" in r.getMessage().lower()]
