"""Questions about documents of many places: the place asked about, the rule in force, and why the build cannot say."""

from __future__ import annotations

from datetime import date

import pytest

from kg.called import named_places
from kg.cues import cues
from tests.elsewhere import ask


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("长沙市加装电梯补助多久内申请？", "长沙市既有住宅加装电梯实施细则"),
        ("贵阳加装电梯补助多久内申请？", "贵阳市既有住宅加装电梯财政补助办法"),
        ("成都市对研发投入补助的门槛是多少？", "成都高新区管委会关于支持企业研发投入的若干措施"),
        ("云和的绿色改造由谁牵头？", "云和县木制玩具产业提质行动计划（2025—2027年）"),
    ],
)
def test_the_place_of_a_question_decides_between_like_schemes(question: str, title: str) -> None:
    assert ask(question).citations[0].document == title.replace("（", "(").replace("）", ")") or ask(question).citations[0].document == title


def test_a_national_rule_holds_in_every_place() -> None:
    assert ask("宁波的企业做数字化改造，中央财政对单个企业补助比例最高多少？").citations[0].document.startswith("中小企业数字化改造")


def test_the_rule_in_force_answers_for_the_one_it_repealed() -> None:
    answer = ask("申请宁波研发后补助要交哪些材料？")
    assert answer.citations[0].number == "甬科计〔2024〕18号"
    assert "已失效" not in answer.answer


def test_a_lapsed_document_asked_for_by_number_says_what_took_its_place() -> None:
    answer = ask("甬科计〔2021〕9号要求交哪些申请材料？")
    assert "【已失效】" in answer.answer
    assert "现行规定见《宁波市企业研究开发投入后补助实施办法》（甬科计〔2024〕18号）" in answer.answer
    assert "现行规定" not in ask("甬科计〔2021〕9号要求交哪些申请材料？", date(2024, 6, 30)).answer


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("武汉加装电梯一台补多少钱？", "没有武汉市的政策文件"),
        ("《宁波市科技创新条例》第五条说了什么？", "没有《宁波市科技创新条例》，它未收录，只被《宁波市企业"),
        (
            "湘建房〔2022〕77号规定加装电梯补多少？",
            "没有湘建房〔2022〕77号，它未收录，只被《长沙市既有住宅加装电梯实施细则》（长住建发〔2024〕56号）第一条引用",
        ),
        ("《火星移民办法》由谁负责？", "没有《火星移民办法》。"),
        ("贵阳市物业服务收费管理实施办法的收费标准是多少", "未收录"),
        ("厦门专精特新第二批申报什么时候截止？", "“第二批申报时间另行通知。”"),
        ("湖南家政培训补贴每人多少钱？", "具体标准由省人力资源社会保障厅、省财政厅另行规定"),
    ],
)
def test_a_refusal_says_why(question: str, reason: str) -> None:
    answer = ask(question)
    assert not answer.answered
    assert answer.facts == ()
    assert reason in answer.answer


def test_who_makes_the_later_rule_is_an_answer() -> None:
    answer = ask("湖南家政培训补贴的具体标准由哪个部门规定？")
    assert answer.answered
    assert "湖南省财政厅" in answer.answer


@pytest.mark.parametrize(("question", "found"), [("在香港首发上市补贴多少", []), ("赴上海参展补助多少", []), ("上海的企业参展补助多少", ["上海"])])
def test_where_something_is_done_is_not_where_a_policy_holds(question: str, found: list[str]) -> None:
    assert list(named_places(question, None, {}, cues().aim)) == found
