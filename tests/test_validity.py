"""Validity: what a text says itself, and its status on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import validity
from ingest.validity import Validity
from tests import clock
from tests.cases_of import cases, label

CASES = cases("validity")
DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))
LIMIT = 4.0  # seconds for 20,000 sentences on a busy machine


@pytest.mark.parametrize("case", [case for case in CASES if case["kind"] == "text"], ids=label)
def test_read(case: dict[str, Any]) -> None:
    want = case["found"]
    found = validity.read(case["text"], case.get("issued"))
    assert found == Validity(want.get("effective"), want.get("expires"), want["basis"], want.get("like")), case["why"]


@pytest.mark.parametrize("case", [case for case in CASES if case["kind"] == "status"], ids=label)
def test_status(case: dict[str, Any]) -> None:
    assert validity.status(case.get("effective"), case.get("issued"), case.get("expires"), case["on"]) == case["found"]["status"]


@given(DAYS, DAYS, st.none() | DAYS)
def test_status_runs_one_way(first: date, second: date, expires: date | None) -> None:
    order = {"not yet": 0, "in force": 1, "lapsed": 2}
    early, late = sorted((first, second))
    begun = date(2010, 1, 1)
    assert order[validity.status(begun, None, expires, early)] <= order[validity.status(begun, None, expires, late)]


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(1, 20))
def test_years_end_the_day_before(start: date, years: int) -> None:
    text = f"本办法自{start.year}年{start.month}月{start.day}日起施行，有效期{years}年。"
    expires = validity.read(text, None).expires
    assert expires is not None
    assert abs((expires - start).days - 365.25 * years) < 2


def test_long_text_is_read_in_linear_time() -> None:
    assert clock.within(LIMIT, lambda: validity.read("本办法自2021年5月6日起施行，有效期三年" * 20_000, None))
