"""Answers over documents in forms unlike the corpus: tiers beside each other, cells under a unit, headings that say the kind of thing, several dates."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from ontology.answers import AmountFact, DateFact, DurationFact, TextFact
from tests import elsewhere

ask = partial(elsewhere.ask, folder="afield")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("武汉一家公司去年出口五千来万美元，保费补贴最高能拿多少？", 2_000_000),  # a tier in another clause than the one that fits best
        ("武汉一家公司去年出口一千万美元，保费补贴最高能拿多少？", 800_000),
        ("武汉做跨境电商，年出口头一回破一个亿，奖多少钱？", 600_000),
        ("武汉做跨境电商，年出口首次突破5000万元，奖多少钱？", 300_000),
        ("苏州民办营利性养老院，改造出来的床位每张一次性补多少元？", 6000),  # a bare number under a unit
        ("南昌 八行四轮乘坐式插秧机 市级累加补贴", 9000),
        ("在南昌买一台两百多匹马力的拖拉机，单机补贴最高多少？", 250_000),
        ("西安几个人合伙创业申请创业担保贷款，总额最多能贷多少？", 1_500_000),
    ],
)
def test_the_sum_that_is_meant(question: str, value: int) -> None:
    answer = ask(question)
    assert answer.answered, answer.answer
    assert next(f for f in answer.facts if isinstance(f, AmountFact)).value == Decimal(value), answer.answer


def test_what_heads_its_clauses_is_answered_with_all_of_them() -> None:
    steps = ask("在西安办创业担保贷款要走哪几步？")
    assert str(next(f.value for f in steps.facts if isinstance(f, TextFact))).startswith("（一）提出申请")
    assert len(steps.facts) == 5
    denied = ask("西安创业担保贷款 不受理 情形")
    assert len(denied.facts) == 3


def test_when_something_is_due_is_not_when_the_document_ends() -> None:
    due = ask("南昌2026年农机补贴申请受理截止到几月几号？")
    assert [f.value.isoformat() for f in due.facts if isinstance(f, DateFact)][:1] == ["2026-11-30"]
    within = ask("合肥市首台套名单公布后，研制奖励得在多久之内去申请，晚了就没了？")
    assert [(f.value, f.unit) for f in within.facts if isinstance(f, DurationFact)][:1] == [(Decimal(6), "月")]
    whole = ask("合肥市首台（套）重大技术装备推广应用支持实施细则什么时候到期？")
    assert [f.value.isoformat() for f in whole.facts if isinstance(f, DateFact) and f.meaning == "expires"] == ["2028-06-30"]


def test_a_clause_with_the_figure_is_not_barred_by_what_another_document_leaves_open() -> None:
    answer = ask("给链主做配套的合肥企业，首台套研制奖励上浮以后，一年总共不能超过多少？")
    assert answer.answered
    assert "600万元" in answer.answer


def test_a_coined_word_is_explained_by_its_definition() -> None:
    answer = ask("苏州说的普惠托育服务机构是什么样的机构？")
    assert "普惠服务协议" in answer.answer
