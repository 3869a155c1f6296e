"""A company's facts against schemes: place, age, standing, figures, and only what is in force."""

from __future__ import annotations

from datetime import date

import pytest

from tests.elsewhere import ask


@pytest.mark.parametrize(
    ("question", "verdict", "words"),
    [
        ("宁波注册3年的公司，去年研发费用800万元、营业收入1亿元，能拿研发后补助吗？", "【符合】", "最高50万元"),
        ("宁波注册3年的公司，去年研发费用800万元，能拿研发后补助吗？", "【缺信息】", "研发投入占营业收入比重要求不低于3%"),
        ("宁波一家公司研发费用80万元，研发后补助符合条件吗？", "【不符合】", "100万元"),
        ("宁波公司注册半年，研发费用500万，能申请研发后补助吗", "【不符合】", "注册满一年"),
        ("厦门的公司，成立2年，专精特新中小企业，营收5000万，能申报奖励吗？", "【不符合】", "成立满三年"),
        ("厦门企业，成立5年，首次认定专精特新小巨人，能拿什么奖？", "【缺信息】", "营业收入要求不低于2000万元"),
        ("杭州注册的公司研发费用600万元，可以拿宁波的研发后补助吗", "【不符合】", "注册地须在宁波市"),
        ("注册在成都高新区的企业研发费用300万元够得上研发投入补助吗", "【不符合】", "500万元"),
    ],
)
def test_verdicts(question: str, verdict: str, words: str) -> None:
    answer = ask(question)
    assert answer.type == "match"
    assert verdict in answer.answer
    assert words in answer.answer


def test_only_schemes_in_force_count() -> None:
    question = "宁波注册3年的公司，研发费用300万元、营业收入1000万元，能申请哪些奖补？"
    assert "实施办法" in ask(question).answer
    assert not ask(question, date(2024, 6, 30)).answered


def test_what_a_text_demands_is_no_match() -> None:
    assert ask("宁波研发费用300万元的企业，想拿研发后补助，占比要求多少？").type != "match"
