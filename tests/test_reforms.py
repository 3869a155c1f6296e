"""Bodies that were renamed or taken over: rows by place, short forms by date, answers that say so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.read import read
from ingest.recognise import registry
from kg.library import Library
from ontology.records import Source
from tests.policies import ingest

DAY = date(2026, 11, 20)
OLD = """保定市会展业促进办法

第一条 为促进会展业发展，制定本办法。

第二条 市质量技术监督局负责展台搭建材料的抽检。市环保局负责展馆噪声的监测。

第三条 市商务局审核展会补贴，每场最高50万元。

保定市人民政府
{year}年4月1日
"""
NEW = """保定市展馆改造方案

第一条 为改造展馆，制定本方案。

第二条 市市场监督管理局负责计量器具的检定。

保定市人民政府
2023年4月1日
"""


@pytest.mark.parametrize(
    ("name", "successor", "day"),
    [
        ("保定市工商行政管理局", "保定市市场监督管理局", "2019-03-31"),
        ("河北省环境保护厅", "河北省生态环境厅", "2018-12-31"),
        ("杭州市经济和信息化委员会", "杭州市经济和信息化局", "2019-03-31"),
        ("济南市经济和信息化委员会", "济南市工业和信息化局", "2019-03-31"),
        ("天津市科学技术委员会", "天津市科学技术局", "2019-03-31"),
        ("中国银行保险监督管理委员会保定监管局", "国家金融监督管理总局保定监管局", "2023-12-31"),
        ("国家工商行政管理总局", "国家市场监督管理总局", "2018-03-17"),
        ("国家环境保护总局", "环境保护部", "2008-03-15"),
        ("北京市科学技术委员会", None, None),
        ("上海市经济和信息化委员会", None, None),
        ("肥西县环境保护局", None, None),
        ("武汉市国土资源局", None, None),
        ("保定市市场监督管理局", None, None),
        ("某某协会", None, None),
    ],
)
def test_who_took_over(name: str, successor: str | None, day: str | None) -> None:
    known = registry.known(name)
    assert (known.successor, known.succeeded and known.succeeded.isoformat()) == (successor, day)


def test_chains_end_with_a_body_of_today() -> None:
    found = registry.with_successors(["保定市卫生局"])
    assert {a.name: a.successor for a in found} == {
        "保定市卫生局": "保定市卫生和计划生育委员会",
        "保定市卫生和计划生育委员会": "保定市卫生健康委员会",
        "保定市卫生健康委员会": None,
    }


@pytest.mark.parametrize(
    ("year", "written", "name"),
    [
        (2016, "市环保局", "保定市环境保护局"),
        (2021, "市环保局", "保定市生态环境局"),
        (2021, "市环境保护局", "保定市环境保护局"),
        (2021, "原市环保局", "保定市环境保护局"),
    ],
)
def test_a_short_form_means_the_body_of_its_day(year: int, written: str, name: str) -> None:
    reading = read(Source("甲.txt", "", OLD.format(year=year).replace("市环保局", written)))
    found = [m.agency for pairs in reading.clauses.values() for _, facts in pairs for m in facts.mentions if m.surface.endswith(("环保局", "环境保护局"))]
    assert found == [name]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("reforms")
    (folder / "in").mkdir()
    (folder / "in" / "旧.txt").write_text(OLD.format(year=2016), "utf-8")
    (folder / "in" / "新.txt").write_text(NEW, "utf-8")
    ingest(folder / "build", folder / "in")
    return Library.open(Path(folder / "build"))


@pytest.mark.parametrize(
    ("question", "says", "quotes"),
    [
        ("保定市市场监督管理局负责哪些工作？", ["保定市市场监督管理局共涉及2处", "原保定市质量技术监督局名下1处"], ["市质量技术监督局", "市市场监督管理局"]),
        ("市质监局承担哪些职责？", ["现保定市市场监督管理局名下1处"], ["市质量技术监督局", "市市场监督管理局"]),
        ("保定市生态环境局负责哪些工作？", ["原保定市环境保护局名下1处"], ["市环保局"]),
        ("市工商局负责哪些工作？", ["保定市工商行政管理局（现保定市市场监督管理局）"], ["市市场监督管理局"]),
        ("展馆噪声由哪个部门监测？", ["保定市环境保护局（现保定市生态环境局）负责"], ["市环保局"]),
    ],
)
def test_an_answer_says_the_names_of_then_and_now(library: Library, question: str, says: list[str], quotes: list[str]) -> None:
    answer = library.ask(question, DAY)
    assert all(words in answer.answer for words in says), answer.answer
    cited = "".join(c.quote for c in answer.citations)
    assert all(words in cited for words in quotes), cited
