"""Fines in another clause than what they punish: by a reference to its item, by the whole document, or none."""

from __future__ import annotations

from decimal import Decimal

from ontology.answers import AmountFact
from tests.elsewhere import ask


def test_a_fine_is_found_behind_the_item_that_it_names() -> None:
    answer = ask("湖南家政公司扣押阿姨身份证，罚多少钱？")
    first = next(f for f in answer.facts if isinstance(f, AmountFact))
    assert (first.value, first.high) == (Decimal(5000), Decimal(20000))
    assert answer.citations[0].path[-1] == "第十四条"


def test_an_item_that_no_fine_names_has_none() -> None:
    answer = ask("按湖南省家政服务条例，泄露消费者个人信息罚多少钱？")
    assert not answer.answered
    assert not answer.facts


def test_the_one_fine_of_a_notice_is_for_what_breaks_the_notice() -> None:
    answer = ask("海口货车闯限行罚多少")
    assert next(f.value for f in answer.facts if isinstance(f, AmountFact)) == 200


def test_two_places_at_once_are_compared() -> None:
    answer = ask("加装电梯，长沙和贵阳每台补助各多少？")
    assert [f.value for f in answer.facts if isinstance(f, AmountFact)][-1] == 150_000
    assert {c.document for c in answer.citations[:2]} == {"长沙市既有住宅加装电梯实施细则", "贵阳市既有住宅加装电梯财政补助办法"}
