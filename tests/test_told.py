"""What a question tells without saying it in full: sums without 元, words people say, names of places inside others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ingest.flow import Flow
from kg import question
from kg.called import named_places
from kg.cues import said, spoken_words
from kg.known import Known
from kg.question import given
from kg.titles import Titles
from kg.told import decimals

NOTHING = Known(Titles([], dict))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("研究开发费用六千万最高补多少", [(60_000_000, None, "CNY")]),
        ("投了500万，涨16个点", [(5_000_000, None, "CNY"), (16, None, "percent")]),
        ("今年涨了三成五", [(35, None, "percent")]),
        ("年出口破一个亿", [(100_000_000, None, "CNY")]),
        ("花了六七千万", [(60_000_000, 70_000_000, "CNY")]),
        ("有3万平方米，2万人，五千来万美元", [(50_000_000, None, "USD")]),  # what is counted is not paid; dollars are told in full
        ("研发投入1200万元", [(12_000_000, None, "CNY")]),
        ("第一百万件", []),
    ],
)
def test_sums_without_a_unit_of_money(text: str, found: list[tuple[int, int | None, str]]) -> None:
    assert [(a.value, a.high, a.unit) for a in given(Flow.of(text))] == [(Decimal(v), None if h is None else Decimal(h), u) for v, h, u in found]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("武汉中欧班列每个标箱补多少", ["武汉"]),  # 汉中 lies inside
        ("合肥市包河区首台套", ["合肥市包河区"]),
        ("在汉中办厂", ["汉中"]),
    ],
)
def test_a_place_does_not_begin_inside_another(text: str, names: list[str]) -> None:
    assert list(named_places(text, None, {})) == names


def test_words_people_say_count_at_the_borders_of_words() -> None:
    assert said("骗补会有什么后果", NOTHING)["骗补"]
    assert "家电" in spoken_words()
    assert "家电" not in said("国家电网的补贴", NOTHING)


def test_words_that_texts_write_themselves_need_no_others() -> None:
    seldom = {"还钱": 6.0, "偿还": 2.0}
    known = Known(Titles([], dict), rarity=lambda word: seldom.get(word, 5.0))
    assert known.written_for("还钱", ("偿还", "归还")) == ("偿还",)
    assert known.written_for("偿还", ("还钱",)) == ()


def test_a_dialect_form_of_how_much_asks_for_a_sum() -> None:
    asked = question.parse("每个标箱补几多", date(2026, 11, 20), NOTHING)
    assert asked.kind == "amount"
    assert asked.units == ("CNY",)


@pytest.mark.parametrize(
    ("said_so", "written"), [("费率零点八以下", "费率0.8以下"), ("一点五倍", "1.5倍"), ("下午三点十分", "下午三点十分"), ("几点开始", "几点开始")]
)
def test_decimals_in_words(said_so: str, written: str) -> None:
    assert decimals(said_so) == written


def test_a_coined_word_inside_a_longer_word_is_none() -> None:
    assert question.coined_in("服务业占比", {"服务"}) == ()
    assert question.coined_in("电商服务占比", {"服务"}) == ("服务",)
    assert question.coined_in("青科贷贴息", {"青科贷"}) == ("青科贷",)
