"""Numerals: values, spoken ranges, round trips."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.numerals import _COMMON, multiplier, number, spoken, trim

VALUES = {
    "1,200": 1200,
    "12,345,678": 12345678,
    "1.2万": 12000,
    "0.06亿": 6000000,
    "一千": 1000,
    "一千零五": 1005,
    "两千五百万": 25000000,
    "壹佰万": 1000000,
    "叁仟伍佰": 3500,
    "二〇二四": 2024,
    "1亿2000万": 120000000,
    "3千5百万": 35000000,
    "一点五亿": 150000000,
    "千万": 10000000,
    "百二十": 120,
    "一万五": 15000,
    "300余万": 3000000,
    "十来万": 100000,
    "1个亿": 100000000,
    "30w": 300000,
    "萬": 10000,
}


@pytest.mark.parametrize(("text", "value"), VALUES.items())
def test_values(text: str, value: int) -> None:
    assert number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "六七千万", "十七八", "元", "1万2亿", "1,0000", "五" * 100, "几十", "-5"])
def test_no_value(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("六七千万", 6 * 10**7, 7 * 10**7),
        ("十七八", 17, 18),
        ("三五百", 300, 500),
        ("一百二三十万", 1200000, 1300000),
        ("六、七千万", 6 * 10**7, 7 * 10**7),
        ("两三千", 2000, 3000),
        ("八九十", 80, 90),
        ("一两百万", 10**6, 2 * 10**6),
    ],
)
def test_spoken_ranges(text: str, low: int, high: int) -> None:
    assert spoken(text) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize("text", ["一百二十", "二〇二三", "五五百", "一三千", "六七", "", "三四五"])
def test_no_spoken_range(text: str) -> None:
    assert spoken(text) is None


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=10**12 - 1), st.sampled_from(["low", "up"]))
def test_whole_numbers_make_the_round_trip(value: int, style: str) -> None:
    assert number(cn2an.an2cn(value, style)) == Decimal(value)


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**15))
def test_grouped_digits_make_the_round_trip(value: int) -> None:
    assert number(f"{value:,}") == number(str(value)) == Decimal(value)


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=10**6, places=3), st.sampled_from(["", "万", "亿", "千万"]))
def test_decimals_with_units(value: Decimal, units: str) -> None:
    assert number(f"{value}{units}") == value * multiplier(units)


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4))
def test_trimming_keeps_the_value_and_writes_no_exponent(value: Decimal) -> None:
    assert trim(value) == value
    assert value == 0 or "E" not in str(trim(value)) or abs(value) < Decimal("0.000001")


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    value = number(text)
    assert value is None or value.is_finite()
    pair = spoken(text)
    assert pair is None or pair[0] < pair[1]


@given(st.text(st.sampled_from("零一二三九十百千万亿萬0123456789.,点余个wW"), max_size=60))
@settings(max_examples=300)
def test_a_value_is_none_or_one_that_fits(text: str) -> None:
    for value in (number(text), *(spoken(text) or ())):
        assert value is None or 0 <= value < 10**20


def test_what_is_read_without_cn2an_has_its_value() -> None:
    ones = "一二三四五六七八九"
    tens = [f"{ten}十{one}" for ten in ("", *ones) for one in ("", *ones)]
    hundreds = [f"{head}百{rest}" for head in ones for rest in ("", *(f"零{one}" for one in ones), *tens[10:])]
    for numeral in [f"{n}{unit}" for n in (*ones, *tens, *hundreds, *(f"{one}千" for one in ones)) for unit in ("", "万", "亿")]:
        assert _COMMON.fullmatch(numeral)
        assert number(numeral) == cn2an.cn2an(numeral, "smart")
