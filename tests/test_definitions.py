"""Definitions: cases as data, spans, time."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from ingest.flow import Flow
from ingest.recognise import definitions
from tests import clock

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases" / "definitions.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_terms_and_meanings(case: dict[str, Any]) -> None:
    found = list(definitions.find(Flow.of(case["text"]), case.get("own")))
    assert [d.term for d in found] == [term for term, _ in case["found"]]
    for definition, (_, meaning) in zip(found, case["found"], strict=True):
        assert definition.meaning.startswith(meaning)


def test_the_span_covers_term_and_meaning_to_the_end_of_the_sentence() -> None:
    text = "第二条 本办法所称数据 交易，\n是指供方与需方的交易。其他另行规定。"
    (definition,) = definitions.find(Flow.of(text))
    assert text[definition.span.start : definition.span.end].endswith("供方与需方的交易")
    assert "数据 交易" in text[definition.span.start : definition.span.end]


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["是指", "（以下统称", "，是指", "甲是乙，", "数据交易是指交易。"])
def test_long_texts_take_linear_time(unit: str) -> None:
    assert clock.grows(lambda times: list(definitions.find(Flow.of(unit * times), "甲管理办法")), 500, 5_000, 40)
