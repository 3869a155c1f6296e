"""Kinds of questions over documents of many places: who leads, what was repealed, a clause by its label, all clauses under a heading, counts."""

from __future__ import annotations

import pytest

from ontology.answers import AgencyFact, ReferenceFact, TextFact
from tests.elsewhere import ask


@pytest.mark.parametrize(
    ("question", "bodies"),
    [
        ("云和县木制玩具用地保障由谁牵头？", {"云和县自然资源和规划局"}),
        ("云和县木制玩具品牌培育的配合单位有哪些？", {"云和县财政局", "云和县市场监督管理局"}),
        ("贵阳装电梯的补助由哪个部门审核？", {"贵阳市住房和城乡建设局"}),
        ("贵阳装电梯的补助由哪个部门拨付？", {"贵阳市财政局"}),
        ("长沙加装电梯由哪些部门各负责什么？", {"长沙市住房和城乡建设局", "长沙市自然资源和规划局", "长沙市市场监督管理局", "长沙市财政局"}),
        ("工信部联企业〔2025〕88号归谁解释", {"财政部", "工业和信息化部"}),
        ("云政办发〔2025〕12号 人才培育 牵头", {"云和县教育局"}),
    ],
)
def test_who(question: str, bodies: set[str]) -> None:
    assert {f.agency for f in ask(question).facts if isinstance(f, AgencyFact)} == bodies


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("筑建发〔2025〕19号废止了哪几个文件？", {"贵阳市物业服务收费管理实施办法", "贵阳市公共租赁住房租金补贴发放细则"}),
        ("筑建发〔2025〕19号修改了哪个文件？", {"贵阳市住宅专项维修资金使用指引"}),
        ("甬科计〔2021〕9号现在被哪个文件取代了？", {"宁波市企业研究开发投入后补助实施办法"}),
    ],
)
def test_what_a_document_does_to_others(question: str, titles: set[str]) -> None:
    assert {f.title for f in ask(question).facts if isinstance(f, ReferenceFact) and f.title} == titles


@pytest.mark.parametrize(
    ("question", "path", "words"),
    [
        ("宁波市企业研究开发投入后补助实施办法第十四条写了什么", "第十四条", "不得用于偿还债务"),
        ("成高管发〔2025〕3号第（八）条怎么规定的", "（八）", "从优、不重复"),
    ],
)
def test_a_clause_by_its_label(question: str, path: str, words: str) -> None:
    answer = ask(question)
    assert answer.citations[0].path[-1] == path
    assert words in answer.answer


def test_all_clauses_under_the_heading_asked_for() -> None:
    answer = ask("厦门 专精特新 奖励 申报条件")
    assert [f.value for f in answer.facts if isinstance(f, TextFact)][2].startswith("（三）2025年度营业收入")  # type: ignore[union-attr]
    assert len(answer.facts) == 4


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("云和木玩行动计划的重点任务有几项？", 6),
        ("申请宁波研发后补助要交几份材料？", 4),
        ("湖南省家政服务条例一共多少条", 17),
        ("厦门专精特新奖励要满足几个申报条件", 4),
    ],
)
def test_counts(question: str, number: int) -> None:
    assert [f.value for f in ask(question).facts if isinstance(f, TextFact)] == [number]


def test_what_lies_between_two_figures_shows_both() -> None:
    answer = ask("厦门首次认定的小巨人与首次认定的专精特新中小企业奖励相差多少？")
    assert answer.type == "compare"
    assert [c.path for c in answer.citations[:2]] == [("二、", "（一）"), ("二、", "（二）")]
    assert "60万元" in answer.answer
    assert "20万元" in answer.answer
