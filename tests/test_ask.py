"""Answers over the sample corpus: cases as data, and what holds for every answer."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from functools import cache
from typing import Any

import pytest

from kg import present, sparql
from kg.store import Store
from ontology.answers import AgencyFact, AmountFact, Answer, DateFact, DurationFact
from ontology.terms import PK
from tests import built
from tests.cases_of import quote
from tests.conftest import ROOT

DAY = date(2026, 11, 20)
CASES: list[dict[str, Any]] = tomllib.loads((ROOT / "tests" / "cases" / "questions.toml").read_text("utf-8"))["case"]


@cache
def ask(question: str, on: date = DAY) -> Answer:
    return built.library().ask(question, on)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["why"])
def test_case(case: dict[str, Any]) -> None:
    answer = ask(case["question"])
    assert answer.type == case["kind"]
    assert answer.answered != ("refused" in case), answer.answer
    for words in [case["refused"]] if "refused" in case else case.get("says", []):
        assert words in answer.answer
    facts = answer.facts
    if "value" in case:
        first = next(f for f in facts if isinstance(f, AmountFact))
        assert (first.value, first.unit) == (case["value"], case["unit"])
        assert first.bound == case.get("bound", first.bound)
    if "agencies" in case:
        assert {f.agency for f in facts if isinstance(f, AgencyFact)} == set(case["agencies"])
    if "date" in case:
        assert date.fromisoformat(case["date"]) in {f.value for f in facts if isinstance(f, DateFact)}
    if "duration" in case:
        assert case["duration"] in {f.value for f in facts if isinstance(f, DurationFact)}
    if "document" in case:
        assert answer.citations[0].document == case["document"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["why"])
def test_what_holds_for_every_answer(case: dict[str, Any]) -> None:
    answer = ask(case["question"])
    shelf = built.library().shelf
    assert answer.facts if answer.answered else not answer.facts
    assert answer.citations
    for c in answer.citations:
        clause = shelf.clauses([c.clause])[c.clause]
        assert clause.start <= c.start < c.end <= clause.end
        assert quote(shelf.text(c.source) or "", c.start, c.end) == c.quote
        assert 0 < len(c.quote) <= 400
    assert len(answer.answer) <= (1200 if answer.type in ("list", "compare", "procedure", "eligibility", "definition") else 300) + answer.answer.count(" ")
    lapsed = "lapsed" in {shelf.documents[shelf.clauses([f.clause])[f.clause].document].status(DAY) for f in answer.facts}
    assert ("【已失效】" in answer.answer) == lapsed


@pytest.mark.parametrize("case", [c for c in CASES if "value" in c], ids=lambda c: c["why"])
def test_the_stored_query_returns_the_fact_and_a_changed_figure(case: dict[str, Any]) -> None:
    answer = ask(case["question"])
    first = next(f for f in answer.facts if isinstance(f, AmountFact))
    inner = built.library().shelf.store.inner
    rows = list(sparql.run(built.library().shelf.store, answer.sparql))
    assert first.value in {r.get("value", object) for r in rows}
    fact = next(r.need("fact", str) for r in rows if r.get("value", object) == first.value and r.get("clause", object) == first.clause)
    changed = Store.memory()
    changed.inner.extend(inner)
    changed.inner.update(
        f"DELETE {{ GRAPH ?g {{ <{fact}> <{PK.value}> ?v }} }} INSERT {{ GRAPH ?g {{ <{fact}> <{PK.value}> 987654321.0 }} }}"
        f" WHERE {{ GRAPH ?g {{ <{fact}> <{PK.value}> ?v }} }}"
    )
    again = list(sparql.run(changed, answer.sparql))
    assert 987654321 in {r.get("value", object) for r in again if r.get("fact", object) == fact}


def test_status_turns_on_the_day_after_the_last() -> None:
    question = "硕果计划什么时候到期？"
    assert "已失效" not in ask(question, date(2025, 5, 7)).answer
    assert "已失效" in ask(question, date(2025, 5, 8)).answer


def test_the_same_question_gives_the_same_answer() -> None:
    question = CASES[0]["question"]
    one, other = (present.as_json(built.library().ask(question, DAY)) for _ in range(2))
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    assert json.dumps(one | {"ms": 0}) == json.dumps(other | {"ms": 0})


def test_json_has_the_contracts_shape() -> None:
    data = present.as_json(ask(CASES[0]["question"]))
    assert isinstance(data, dict)
    assert list(data) == ["question", "on", "type", "answered", "answer", "facts", "citations", "sparql", "ms"]
    assert {"kind", "value", "high", "unit", "bound", "purpose", "about", "condition", "capped_by", "clause"} == set(data["facts"][0])
    assert set(data["citations"][0]) == {
        "document", "number", "issued", "edition", "status", "path", "clause", "quote", "source", "start", "end", "url",
    }  # fmt: skip
    assert data["citations"][0]["edition"] == "digest"
