"""Norms: cases, borders, spaces, time."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.flow import Flow
from ingest.recognise import norms
from ontology.records import Norm
from tests import clock
from tests.cases_of import cases, label, quote

CASES = cases("norms")
LIMIT = 6.0


def found(text: str) -> list[Norm]:
    return list(norms.find(Flow.of(text)))


@pytest.mark.parametrize("case", CASES, ids=label)
def test_case(case: dict[str, Any]) -> None:
    assert [[n.kind, n.who or ""] for n in found(case["text"])] == case["found"], case["why"]


def test_every_kind_has_eight_cases() -> None:
    assert min(Counter(case["kind"] for case in CASES).values()) >= 8


def test_the_span_is_the_sentence_without_its_label() -> None:
    text = "（三）承办方应当公示结果；\n（四）不得收费。"
    assert [quote(text, n.span.start, n.span.end) for n in found(text)] == ["承办方应当公示结果；", "不得收费。"]


@settings(deadline=None)
@given(st.sampled_from([c["text"] for c in CASES]), st.data())
def test_spaces_and_line_breaks_change_nothing(text: str, data: st.DataObject) -> None:
    places = [i for i in range(1, len(text)) if not (text[i - 1].isdigit() and text[i].isdigit())]
    cuts = sorted(data.draw(st.lists(st.sampled_from(places), unique=True, max_size=6)))
    spread = text
    for cut in reversed(cuts):
        spread = spread[:cut] + data.draw(st.sampled_from([" ", "\n", "　"])) + spread[cut:]
    assert [(n.kind, n.who) for n in found(spread)] == [(n.kind, n.who) for n in found(text)]


def test_a_row_border_ends_the_sentence() -> None:
    text = "主体\t要求\n甲\t应当备案\n乙\t不得转让"
    assert [quote(text, n.span.start, n.span.end) for n in found(text)] == ["应当备案", "不得转让"]


@pytest.mark.parametrize("piece", ["单位应当报告；", "应当", "鼓励企业", "此前规定不一致的", "可"])
def test_long_texts_take_seconds(piece: str) -> None:
    assert clock.within(LIMIT, lambda: found(piece * 20_000))
