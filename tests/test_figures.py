"""Picking a figure: tiers, contrasts, what a table's cells are about, and that the query weighs as the features say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingest import files
from ingest.read import read
from kg import build, sparql
from kg.answering import amount, ask, ask_graph, grades, tiers, weigh
from kg.answering.evidence import gather
from kg.config import BASE
from kg.question import parse
from kg.shelf import Shelf
from ontology.answers import AmountFact
from tests.cases_of import cases
from tests.evaluate import questions

DAY = date(2026, 11, 20)
TABLE = "某市人才补贴办法\n第一条 标准如下：\n类别\t安家补贴\t贴息上限\nA类\t80万元\t每人9万元\nB类\t30万元\t4万元\n"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("figures") / "build"
    build.ingest(folder, [questions.texts("invented")], base=BASE)
    return Shelf.open(folder)


@pytest.mark.parametrize("case", cases("tiers"), ids=lambda c: c["why"])
def test_tiers(case: dict[str, Any]) -> None:
    found = [{k: v for k, v in (("phrase", t.phrase), ("low", t.low), ("high", t.high)) if v is not None} for t in tiers.of(case["text"])]
    assert found == case["found"]


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        ("市级低空经济创新平台获批，资助多少万元", 1_000_000),  # one of three levels that share their noun
        ("牵头制定一项国家标准奖多少？", 500_000),
        ("取得中型无人机型号合格证能得多少奖励", 5_000_000),
        ("硕士毕业来海门湾工作，生活补贴一个月发多少？", 1500),
        ("C类人才安家补贴有多少", 1_000_000),  # a cell
        ("办一个6万平方米的展览能补助多少", 1_200_000),  # a tier in another unit than money
        ("I期和II期临床分别最高资助多少？", 5_000_000),
        ("知识产权质押的小微贷款，单户最多贷多少？", 5_000_000),  # a part of the sum that comes first
        ("资金池支持的信用贷款余额上限", 3_000_000),
        ("载货航线的补贴，一家企业全年总额不超过多少？", 5_000_000),
        ("私接再生水管道和供水管道，对单位最高罚多少？", 50_000),  # the lower end of a fine; its upper end is high
    ],
)
def test_the_figure_that_is_meant_comes_first(shelf: Shelf, asked: str, value: int) -> None:
    answer = ask(shelf, asked, DAY)
    first = next(f for f in answer.facts if isinstance(f, AmountFact))
    assert first.value == value, answer.answer


def test_points_of_the_query_are_those_of_the_features(shelf: Shelf) -> None:
    question = parse("省级智能工厂再奖励多少万？单个项目补助最高多少？", DAY, shelf.known)
    evidence = gather(shelf, question)
    holders = amount.having(evidence)
    part = amount.parts_of(question)[0]
    units = amount.units_in(part)
    found = {f.id: f for f in weigh.figures(evidence, holders) if f.unit in units}
    words = weigh.baked(weigh.hints(evidence, part, list(found.values())))
    told = weigh.fixed(part, units)
    rows = list(sparql.run(shelf.store, amount.bind(evidence, holders, part)))
    assert len(rows) > 3
    for row in rows:
        figure = found[row.need("fact", str)]
        points = sum(own * (w in figure.own) + case * (w in figure.case) + around * (w in figure.context) for w, own, case, around in words)
        points += weigh.points(told["bound"][figure.bound]) + weigh.points(told["unit"][figure.unit]) + weigh.points(told["purpose"][figure.purpose])
        points += weigh.points(("fit",)) * amount.fits(evidence, holders)[figure.clause]
        assert float(row.need("points", Decimal)) == pytest.approx(points, abs=0.02)


def test_cells_are_about_their_row_and_column(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TABLE, "utf-8")
    facts = [a for pairs in read(files.read(tmp_path / "a.txt", "a.txt")).clauses.values() for _, found in pairs for a in found.amounts]
    assert [(a.about, a.value, a.bound) for a in facts] == [
        ("类别A类安家补贴", 800_000, "exact"),
        ("类别A类贴息上限每人", 90_000, "max"),
        ("类别B类安家补贴", 300_000, "exact"),
        ("类别B类贴息上限", 40_000, "max"),
    ]


def test_grades_of_a_question_are_written_in_other_ways() -> None:
    assert "Ⅱ期" in grades.variants("II期临床")
    assert {"2类", "二类"} <= set(grades.variants("二类器械"))


@pytest.mark.parametrize(
    ("asked", "told", "strange"),
    [
        ("省级创新中心补多少", "对国家级创新中心给予补助", True),
        ("E类人才补多少", "A类、B类人才", True),
        ("II期临床补多少", "完成Ⅱ期临床试验的", False),
        ("大专毕业生补多少", "博士、硕士和本科毕业生", True),
        ("创新中心补多少", "对国家级创新中心给予补助", False),
        ("市财政最多出多少", "市级财政资金支持额度最高1000万元", False),
    ],
)
def test_a_grade_that_the_text_does_not_speak_of(asked: str, told: str, strange: bool) -> None:
    assert weigh.of_another_case(asked, told) is strange


def test_the_sum_decides_which_figure_stands_first(shelf: Shelf) -> None:
    below = ask(shelf, "首年买无人机第三者责任险，保费30万元，能补多少钱？", DAY)
    assert "30万元×60%=18万元" in below.answer
    assert next(f.value for f in below.facts if isinstance(f, AmountFact)) == 60
    above = ask(shelf, "首年买无人机第三者责任险，保费90万元，能补多少钱？", DAY)
    assert "超过上限，按40万元" in above.answer
    assert next(f.value for f in above.facts if isinstance(f, AmountFact)) == 400_000


def test_a_table_of_weights_needs_its_line() -> None:
    filled = ask_graph.table('VALUES (?term ?weight) { ("" 0.0) }', ("term", "weight"), [("补贴", 1.25)])
    assert filled == 'VALUES (?term ?weight) { ("补贴" 1.250) }'
    with pytest.raises(KeyError):
        ask_graph.table("SELECT * { }", ("term", "weight"), [])
