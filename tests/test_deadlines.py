"""Deadlines: cases, borders, spaces, time."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.flow import Flow
from ingest.numerals import trim
from ingest.recognise import deadlines
from ontology.records import Deadline
from tests import clock
from tests.cases_of import cases, label, quote

CASES = cases("deadlines")
LIMIT = 6.0


def found(text: str) -> list[Deadline]:
    return list(deadlines.find(Flow.of(text)))


def limit(deadline: Deadline) -> str:
    if deadline.lasts is not None:
        return f"{trim(deadline.lasts)}{deadline.unit}"
    return deadline.recurs or (deadline.due.isoformat() if deadline.due else "")


@pytest.mark.parametrize("case", CASES, ids=label)
def test_case(case: dict[str, Any]) -> None:
    text = case["text"]
    got = found(text)
    assert [[quote(text, d.span.start, d.span.end), limit(d), d.counts_from or ""] for d in got] == case["found"], case["why"]
    assert all(word in (got[0].what or "") for word in case.get("what", []))


def test_every_kind_has_eight_cases() -> None:
    counts = Counter(case["kind"] for case in CASES)
    assert min(count for kind, count in counts.items() if kind != "none") >= 8


@settings(deadline=None)
@given(st.sampled_from([c["text"] for c in CASES]), st.data())
def test_spaces_and_line_breaks_change_nothing(text: str, data: st.DataObject) -> None:
    places = [i for i in range(1, len(text)) if not (text[i - 1].isdigit() and text[i].isdigit())]
    cuts = sorted(data.draw(st.lists(st.sampled_from(places), unique=True, max_size=6)))
    spread = text
    for cut in reversed(cuts):
        spread = spread[:cut] + data.draw(st.sampled_from([" ", "\n", "　"])) + spread[cut:]
    strip = [(limit(d), d.counts_from, d.what) for d in found(text)]
    assert [(limit(d), d.counts_from, d.what) for d in found(spread)] == strip


def test_a_cell_border_parts_event_and_period() -> None:
    assert [d.counts_from for d in found("自收到通知之日起\t五日内")] == [None]
    assert [d.counts_from for d in found("自收到通知之日起 五日内")] == ["收到通知之日"]


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["应当自收到申请之日起五日内答复。", "3年内，", "每月5日前，", "自", "之日起", "2024年6月底前"])
def test_long_texts_take_seconds(piece: str) -> None:
    assert clock.within(LIMIT, lambda: found(piece * 20_000))
