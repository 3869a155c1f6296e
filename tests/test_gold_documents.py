"""The gold labels of whole documents fit their texts: spans inside, figures in their quotes, paths among the clauses, kinds from the lists."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any, get_args

import pytest

from ontology.records import NormKind, Purpose, Relation, Role
from tests.evaluate import documents

NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
UNITS = {"亿": 100_000_000, "万": 10_000, "千": 1_000, "": 1}
OUTSIDE = {"前言", "尾款"}


@pytest.fixture(scope="module", params=documents.gold(), ids=lambda p: p.stem)
def labels(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return each file of labels in turn."""
    return documents.load(request.param)


def test_there_are_labels() -> None:
    assert documents.gold()


def test_spans_lie_inside_the_document(labels: dict[str, Any]) -> None:
    low, high = labels["span"]
    for kind in ("document", *documents.KINDS):
        for label in [labels[kind]] if kind == "document" else labels[kind]:
            for name, value in label.items():
                if isinstance(value, list) and value and isinstance(value[0], int):
                    assert low <= value[0] < value[1] <= high, (kind, name, label)


def test_paths_are_clauses(labels: dict[str, Any]) -> None:
    clauses = [tuple(c["path"]) for c in labels["clauses"]]
    assert len(set(clauses)) == len(clauses)
    for kind in documents.KINDS[1:]:
        for label in labels[kind]:
            path = tuple(label["path"])
            assert path in clauses or path[0] in OUTSIDE or path[0].startswith("附件"), (kind, label)


def test_kinds_are_legal(labels: dict[str, Any]) -> None:
    allowed = {
        "amounts": {"purpose": get_args(Purpose), "bound": ("max", "min", "exact", "range"), "unit": ("CNY", "percent")},
        "responsibilities": {"role": get_args(Role), "detail": ("lead", "approve", "supervise", None)},
        "references": {"relation": get_args(Relation), "kind": ("internal", "external")},
        "norms": {"kind": get_args(NormKind)},
    }
    for kind, fields in allowed.items():
        for label in labels[kind]:
            for field, values in fields.items():
                assert label[field] in values, (kind, label)


def test_caps_cap_rates(labels: dict[str, Any]) -> None:
    amounts = labels["amounts"]
    for amount in amounts:
        assert (amount["bound"] == "range") == (amount["high"] is not None), amount
        if (cap := amount["capped_by"]) is not None:
            assert (amount["unit"], amounts[cap]["unit"], amounts[cap]["bound"]) == ("percent", "CNY", "max"), amount
            assert amounts[cap]["path"] == amount["path"], amount


def test_internal_references_name_a_clause(labels: dict[str, Any]) -> None:
    for reference in labels["references"]:
        wanted = "target_clause" if reference["kind"] == "internal" else "target_title"
        assert reference[wanted], reference


def test_quotes_hold_what_they_are_labelled_with(labels: dict[str, Any], shared: Path) -> None:
    expanded = documents.expand(next(p for p in documents.gold() if p.stem == labels["id"]), shared / "corpus")
    for amount in expanded["amounts"]:
        figures = _figures(amount["quote"])
        assert {amount["value"], amount["high"]} - {None} <= figures, amount
    for duty in expanded["responsibilities"]:
        assert _fold(duty["surface"]) in _fold(duty["quote"]), duty
    for reference in expanded["references"]:
        for part in (reference["target_title"], reference["target_number"], reference["target_clause"]):
            assert part is None or _fold(part) in _fold(reference["quote"]), reference
    for definition in expanded["definitions"]:
        assert _fold(definition["term"]) in _fold(definition["quote"]), definition
    for clause in expanded["clauses"]:
        heading, starts = _fold(clause["heading"] or ""), _fold(clause["starts"])
        assert heading.startswith(starts) or starts.startswith(heading), clause


def test_no_sentence_is_kept() -> None:
    for path in documents.gold():
        labels = documents.load(path)
        for kind in documents.KINDS:
            for label in labels[kind]:
                assert all(len(v) <= 39 for v in label.values() if isinstance(v, str)), label


def test_clauses_stand_in_the_order_of_the_text(labels: dict[str, Any]) -> None:
    starts = [c["starts"][0] for c in labels["clauses"]]
    assert starts == sorted(starts)


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _figures(quote: str) -> set[float]:
    """Return every figure that a quote can stand for, in yuan or as a percentage; a unit may follow a later figure of the same list or range."""
    found: set[float] = set()
    for number, unit in re.findall(r"(\d+(?:\.\d+)?|[一二三四五六七八九](?=[千万]))(亿|万|千)?", _fold(quote)):
        value = float(NUMERALS.get(number, 0) or number)
        found |= {value * UNITS[unit]}
    return found
