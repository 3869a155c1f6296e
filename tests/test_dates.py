"""Dates: cases, spaces, every day of the calendar."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import days
from ingest.flow import Flow
from ingest.recognise import dates
from tests.cases_of import cases, label, quote

FORMS = ["{0.year}年{0.month}月{0.day}日", "{0.year}-{0.month:02}-{0.day:02}", "{0.year}.{0.month}.{0.day}", "{0.year} 年 {0.month} 月\n{0.day} 日"]
DAYS = st.dates(min_value=date(1949, 10, 1), max_value=date(2099, 12, 31))


@pytest.mark.parametrize("case", cases("dates"), ids=label)
def test_case(case: dict[str, Any]) -> None:
    got = [[m.date.isoformat(), m.precision, quote(case["text"], m.span.start, m.span.end)] for m in dates.find(Flow.of(case["text"]))]
    assert got == case["found"], case["why"]


@settings(deadline=None)
@given(DAYS, st.sampled_from(FORMS))
def test_every_day_is_read(day: date, form: str) -> None:
    assert [(m.date, m.precision) for m in dates.find(Flow.of(f"自{form.format(day)}起"))] == [(day, "day")]


@settings(deadline=None)
@given(DAYS)
def test_every_day_in_chinese_numerals_is_read(day: date) -> None:
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    text = f"{year}年{cn2an.an2cn(day.month)}月{cn2an.an2cn(day.day)}日".replace("一十", "十")
    assert [m.date for m in dates.find(Flow.of(text))] == [day]


def test_last_days() -> None:
    assert days.last(date(2024, 2, 1), "month") == date(2024, 2, 29)
    assert days.last(date(2024, 1, 1), "year") == date(2024, 12, 31)
    assert days.last(date(2024, 5, 7), "day") == date(2024, 5, 7)


@settings(deadline=None)
@given(st.text(alphabet="0123456789年月日-./ 〇二四\n", max_size=40))
def test_spans_lie_in_order(text: str) -> None:
    got = list(dates.find(Flow.of(text)))
    assert all(a.span.end <= b.span.start for a, b in pairwise(got))
