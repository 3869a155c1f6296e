"""The same policy in every format gives the same clause tree and the same facts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import files
from ingest.read import read
from ontology.records import Document, Facts, Reading
from tests.makers import docx, html, pdf, plain
from tests.makers.policy import MEASURES, RULES, Policy

POLICIES = {"rules": RULES, "measures": MEASURES}
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FONT = next((file for folder in ("/usr/share/fonts", "/usr/local/share/fonts") for file in sorted(Path(folder).rglob("Noto*CJK*Regular.*"))), None)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="no chromium to print a page with")
needs_font = pytest.mark.skipif(FONT is None, reason="no Chinese font file to embed")

Maker = Callable[[Policy], bytes]
MAKERS: dict[str, tuple[str, Maker]] = {
    "markdown": (".md", lambda p: plain.make(p).encode()),
    "utf-16 text": (".txt", lambda p: plain.make(p).encode("utf-16")),
    "text with returns": (".txt", lambda p: plain.make(p).replace("\n", "\r").encode("gb18030")),
    "docx styles": (".docx", docx.styled),
    "docx direct": (".docx", docx.formatted),
    "docx numbered": (".docx", docx.numbered),
    "pdf named font": (".pdf", lambda p: pdf.reportlab(p, head="安庆市人民政府公报")),
    "pdf two columns": (".pdf", lambda p: pdf.reportlab(p, columns=2)),
    "pdf embedded font": (".pdf", lambda p: pdf.fpdf(p, FONT or Path())),
    "pdf printed": (".pdf", lambda p: pdf.printed(p, BROWSER or "")),
    "html": (".html", lambda p: html.make(p).encode()),
    "html in gb18030 that says utf-8": (".html", lambda p: html.make(p, charset="utf-8").encode("gb18030")),
    "html in utf-8 that says gb2312": (".htm", lambda p: html.make(p, charset="gb2312").encode()),
    "html named txt": (".txt", lambda p: html.make(p).encode()),
    "docx named pdf": (".pdf", docx.styled),
}
MARKS = {"pdf embedded font": needs_font, "pdf printed": needs_browser}
PARAMS = [pytest.param(name, marks=MARKS[name]) if name in MARKS else name for name in MAKERS]


def reading(folder: Path, name: str, raw: bytes) -> Reading:
    """Read a file that holds one document."""
    path = folder / name
    path.write_bytes(raw)
    return read(files.read(path, name))


def heading_of(document: Document) -> dict[str, object]:
    """Return what the head and foot of a document say."""
    return {
        name: getattr(document, name)
        for name in ("title", "notice_title", "number", "issuers", "issued", "effective", "expires", "validity_basis", "genre", "place", "effective_like")
    }


def said(facts: Facts) -> dict[str, list[object]]:
    """Return the facts of a clause without their offsets."""
    return {
        "amounts": [(a.value, a.high, a.unit, a.bound, a.purpose) for a in facts.amounts],
        "mentions": [(m.agency, m.surface) for m in facts.mentions],
        "duties": [(r.agency, r.role, r.detail) for r in facts.responsibilities],
        "references": [(r.kind, r.relation, r.title, r.number, r.clause) for r in facts.references],
        "definitions": [(d.term, d.meaning) for d in facts.definitions],
        "deadlines": [(d.due, d.recurs, d.lasts, d.unit, d.counts_from) for d in facts.deadlines],
        "norms": [(n.kind, n.who) for n in facts.norms],
    }


def told(reading: Reading) -> list[tuple[object, ...]]:
    """Return every clause of every document with its facts; the notice above the text may hold metadata rows."""
    return [
        (clause.key, clause.kind, clause.heading, clause.header, said(facts))
        for document in reading.documents
        for clause, facts in reading.clauses[document.id]
        if not (clause.kind == "row" and clause.path[0] == "前言")
    ]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("maker", PARAMS)
def test_every_format_says_the_same(tmp_path: Path, policy: str, maker: str) -> None:
    ending, make = MAKERS[maker]
    expected = reading(tmp_path, "文.txt", plain.make(POLICIES[policy], fields="html" in maker).encode())
    found = reading(tmp_path, f"件{ending}", make(POLICIES[policy]))
    assert [heading_of(d) for d in found.documents] == [heading_of(d) for d in expected.documents]
    assert told(found) == told(expected)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_expected_reading_is_the_right_one(tmp_path: Path, policy: str) -> None:
    found = reading(tmp_path, "文.txt", plain.make(POLICIES[policy]).encode())
    (document,) = found.documents
    clauses = found.clauses[document.id]
    keys = [clause.key for clause, _ in clauses]
    amounts = [(str(a.value), a.unit) for _, facts in clauses for a in facts.amounts]
    if policy == "rules":
        assert document.title == "安庆市数据产业促进办法"
        assert document.number == "宜政办发〔2024〕8号"
        assert keys == [
            *("前言", "第一章", "第一章/第一条", "第一章/第二条", "第一章/第三条", "第二章", "第二章/第四条", "第二章/第五条", "第二章/第六条"),
            *("第三章", "第三章/第七条", "第三章/第八条", "附件1", "附件1/表1行1", "附件1/表1行2", "附件1/表1行3"),
        ]
        assert ("1500000", "CNY") in amounts
    else:
        assert document.title == "安庆市人民政府关于支持低空经济高质量发展的若干措施"
        assert keys[1:9] == ["一、", "一、/（一）", "一、/（二）", "二、", "二、/（一）", "二、/（一）/1.", "二、/（一）/2.", "二、/（二）"]
        assert ("10000000", "CNY") in amounts


def test_pages_and_paragraphs_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "文.pdf"
    path.write_bytes(pdf.reportlab(RULES))
    source = files.read(path, path.name)
    assert [name for _, name in source.marks][:2] == ["第1页", "第2页"]
    assert files.place_at(source.marks, source.text.index("总则")) == "第1页"
    assert files.place_at(source.marks, source.text.index("城市算力平台")) == source.marks[-1][1]
    path = tmp_path / "文.docx"
    path.write_bytes(docx.styled(RULES))
    source = files.read(path, path.name)
    assert files.place_at(source.marks, source.text.index("第二条")) == "第11段"


def test_metadata_table_of_a_page(tmp_path: Path) -> None:
    (document,) = reading(tmp_path, "文.html", html.make(RULES).encode()).documents
    assert document.index_number == "003256781/2024-00117"
    assert document.number == "宜政办发〔2024〕8号"
    assert document.published is not None
    assert document.published.isoformat() == "2025-01-20"


def test_a_page_gives_neither_navigation_nor_tools(tmp_path: Path) -> None:
    path = tmp_path / "文.html"
    path.write_bytes(html.make(MEASURES).encode())
    text = files.read(path, path.name).text
    for words in ("首页", "字体", "打印", "相关解读", "上一篇", "主办", "ICP备", "不是正文"):
        assert words not in text


def test_makers_are_not_skipped_where_all_is_required() -> None:
    if os.environ.get("POLICYKG_REQUIRE_ALL"):
        assert BROWSER
        assert FONT
