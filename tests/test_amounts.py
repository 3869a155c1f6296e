"""Amounts: cases, borders, spans, time."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.flow import Flow
from ingest.recognise import amounts
from ingest.recognise.amounts import cells
from ontology.records import Amount, Span
from tests import clock
from tests.cases_of import cases, label, quote

CASES = cases("amounts")
LIMIT = 6.0  # seconds for 20,000 amounts on a busy machine; a quadratic pass takes minutes


def found(text: str) -> list[Amount]:
    return list(amounts.find(Flow.of(text)))


def facts(text: str) -> list[tuple[Any, ...]]:
    return [(a.value, a.high, a.unit, a.bound, a.purpose, a.about, a.per, a.condition, a.rate_of, a.capped_by is not None) for a in found(text)]


def words(text: str, span: Span | None) -> str:
    return quote(text, span.start, span.end) if span else ""


@pytest.mark.parametrize("case", CASES, ids=label)
def test_case(case: dict[str, Any]) -> None:
    text = case["text"]
    got = found(text)
    assert [a.value for a in got] == [Decimal(str(want["value"])) for want in case["found"]], case["why"]
    for amount, want in zip(got, case["found"], strict=True):
        for key in ("bound", "unit", "purpose", "per", "rate_of"):
            assert key not in want or getattr(amount, key) == want[key], (key, case["why"])
        if "high" in want or amount.high is not None:
            assert amount.high == Decimal(str(want.get("high", amount.high)))
        assert "quote" not in want or words(text, amount.span) == want["quote"]
        assert "cap" not in want or words(text, amount.capped_by) == want["cap"]
        for key in ("about", "condition"):
            assert all(part in (getattr(amount, key) or "") for part in want.get(key, [])), (key, getattr(amount, key))


def test_every_kind_has_eight_cases() -> None:
    assert min(Counter(case["kind"] for case in CASES).values()) >= 8


@settings(deadline=None)
@given(st.sampled_from([c["text"] for c in CASES if "\t" not in c["text"]]), st.data())
def test_spaces_and_line_breaks_change_nothing(text: str, data: st.DataObject) -> None:
    places = [i for i in range(1, len(text)) if not (text[i - 1].isdigit() and text[i].isdigit())]
    cuts = sorted(data.draw(st.lists(st.sampled_from(places), unique=True, max_size=8)))
    spread = text
    for cut in reversed(cuts):
        spread = spread[:cut] + data.draw(st.sampled_from([" ", "\n", "\n\n", "　", "\u200b"])) + spread[cut:]
    assert facts(spread) == facts(text)
    assert [words(spread, a.span) for a in found(spread)] == [words(text, a.span) for a in found(text)]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["最高10万元", "5%", "不超过投资额的", "20万元以上", "30万元以下", "给予", "、", "，"]), min_size=2, max_size=8))
def test_no_amount_crosses_a_cell_or_a_row(cells: list[str]) -> None:
    text = "项目\t" + "\t".join(cells) + "\n" + "\t".join(cells)
    for amount in found(text):
        assert not {"\t", "\n"} & set(text[amount.span.start : amount.span.end])
        assert amount.sentence is not None
        assert amount.sentence.covers(amount.span)


def test_a_cell_border_parts_what_a_space_joins() -> None:
    assert [a.bound for a in found("最高\t10万元")] == ["exact"]
    assert [a.bound for a in found("最高 10万元")] == ["max"]
    assert [a.bound for a in found("一万元以上\t五万元以下")] == ["min", "max"]


@settings(deadline=None)
@given(st.text(alphabet="最高不超过给予万亿元%一二三百千分之、，。；（）0123456789.\t\n至以上下对的按", max_size=60))
def test_spans_lie_in_order_and_hold_their_figures(text: str) -> None:
    got = found(text)
    assert all(a.span.end <= b.span.start for a, b in pairwise(got))
    assert all(0 <= a.span.start < a.span.end <= len(text) for a in got)
    assert all(a.high is None or a.high > a.value for a in got)
    assert {a.capped_by for a in got} - {None} <= {a.span for a in got}


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["对入选的给予最高10万元奖补；", "10万元、", "给予10万元，", "按10%补贴，", "（一）不低于10万元。"])
def test_twenty_thousand_amounts_take_seconds(piece: str) -> None:
    flow = Flow.of(piece * 20_000)
    assert sum(1 for _ in amounts.find(flow)) == 20_000
    assert clock.within(LIMIT, lambda: list(amounts.find(flow)))


@pytest.mark.parametrize("text", ["1" * 200_000, "五" * 200_000, "千万" * 100_000, "（" * 100_000, "1万-" * 50_000, "，" * 200_000])
def test_no_text_takes_quadratic_time(text: str) -> None:
    assert clock.within(LIMIT, lambda: list(amounts.find(Flow.of(text))))


HEADER = ("序号", "企业类型", "年营业收入", "补助比例", "补助上限")


def test_columns_of_a_table_say_what_its_figures_are() -> None:
    flow = Flow.of("2\t加工企业\t300万元（含）—800万元\t6%\t90万元")
    threshold, rate, cap = cells.of_row(flow, tuple(amounts.find(flow)), HEADER)
    assert (threshold.purpose, threshold.bound, threshold.condition) == ("threshold", "range", None)
    assert (rate.purpose, rate.capped_by, rate.condition) == ("benefit", cap.span, "加工企业，300万元（含）—800万元")
    assert (cap.purpose, cap.bound, cap.value) == ("benefit", "max", 900000)


def test_a_cell_that_speaks_for_itself_is_not_overruled_by_its_column() -> None:
    text = "3\t服务企业\t不限\t对新入驻的企业按实际支付租金给予每月不低于2000元的支持\t无"
    flow = Flow.of(text)
    (one,) = cells.of_row(flow, tuple(amounts.find(flow)), HEADER)
    assert one.bound == "min"


def test_what_is_said_of_the_second_case_leaves_the_first_out() -> None:
    old, new = amounts.find(Flow.of("建设渔港体系，对老港给予最高200万元奖补，对新港给予最高1000万元奖补"))
    assert "老港" in (old.about or "")
    assert "老港" not in (new.about or "")
