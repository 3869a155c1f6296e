"""References: cases as data, spans, names given elsewhere, time."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from ingest.flow import Flow
from ingest.recognise import references
from ontology.records import Reference
from tests import clock

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases" / "references.toml").read_text(encoding="utf-8"))["case"]


def shape(reference: Reference) -> list[str]:
    return [reference.kind, reference.relation, reference.title or "", reference.number or "", reference.clause or ""]


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_references(case: dict[str, Any]) -> None:
    assert [shape(r) for r in references.find(Flow.of(case["text"]), case.get("own"))] == case["found"]


def test_the_span_runs_over_line_breaks_from_title_to_number() -> None:
    text = "按照《外贸促\n进办法》 （甬政发〔2020〕 3 号）执行"
    (reference,) = references.find(Flow.of(text))
    assert text[reference.span.start : reference.span.end] == "《外贸促\n进办法》 （甬政发〔2020〕 3 号）"
    assert (reference.title, reference.number) == ("外贸促进办法", "甬政发〔2020〕3号")


def test_short_titles_of_other_clauses() -> None:
    table = references.short_titles(Flow.of("《外贸促进办法》（以下简称《办法》）印发后"))
    assert table == {"办法": "外贸促进办法"}
    (reference,) = references.find(Flow.of("《办法》明确了标准"), aliases=table)
    assert reference.title == "外贸促进办法"


@pytest.mark.parametrize(
    ("written", "normal"),
    [("甬政发[2020]第03号", "甬政发〔2020〕3号"), ("甬政发（2020）3号", "甬政发〔2020〕3号"), ("国办发【2023】48号", "国办发〔2023〕48号")],
)
def test_normal_numbers(written: str, normal: str) -> None:
    assert references.normal_number(written) == normal


@pytest.mark.parametrize(
    "unit", ["《", "》", "《外贸促进办法》、", "本办法第十条、", "根据《外贸办法》（甬政发〔2020〕3号），", "附件1", "前款", "（以下简称《办法》）"]
)
def test_long_texts_take_linear_time(unit: str) -> None:
    assert clock.grows(lambda times: list(references.find(Flow.of(unit * times))), 1_000, 10_000, 40)
