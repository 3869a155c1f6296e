"""Whole made-up texts of many kinds and places, read as a file is: documents, clauses and every kind of fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from ingest.flow import squash
from ingest.read import read
from ontology.records import Amount, Clause, Deadline, Document, Facts, Reading, Reference, Responsibility, Source, Span
from tests.cases_of import cases, label

CASES = cases("texts")


@pytest.mark.parametrize("case", CASES, ids=label)
def test_case(case: dict[str, Any]) -> None:
    reading = read(Source("甲.txt", "", case["text"]))
    for kind in ("documents", "clauses", *SHOWN):
        assert list(_shown(reading, kind)) == case.get(kind, []), (kind, case["why"])


@pytest.mark.parametrize("case", CASES, ids=label)
def test_facts_lie_in_their_clauses(case: dict[str, Any]) -> None:
    reading = read(Source("甲.txt", "", case["text"]))
    for pairs in reading.clauses.values():
        for clause, facts in pairs:
            spans = [*(fact.span for fact in facts.amounts), *(fact.span for fact in facts.responsibilities), *(fact.span for fact in facts.references)]
            spans += [*(fact.span for fact in facts.definitions), *(fact.span for fact in facts.deadlines), *(fact.span for fact in facts.norms)]
            assert all(clause.span.covers(span) for span in spans), clause.key


def _shown(reading: Reading, kind: str) -> Iterator[str]:
    """Yield what is compared: one line for each document, clause or fact, in reading order."""
    text = reading.source.text
    for document in reading.documents:
        if kind == "documents":
            yield _document(document)
            continue
        for clause, facts in reading.clauses[document.id]:
            yield from [_clause(clause)] if kind == "clauses" else SHOWN[kind](text, facts)


SHOWN: dict[str, Callable[[str, Facts], Iterable[str]]] = {
    "amounts": lambda text, facts: (_amount(text, fact) for fact in facts.amounts),
    "duties": lambda text, facts: (_duty(fact) for fact in facts.responsibilities),
    "references": lambda text, facts: (_reference(fact) for fact in facts.references),
    "definitions": lambda text, facts: (f"{fact.term} = {fact.meaning[:12]}" for fact in facts.definitions),
    "deadlines": lambda text, facts: (_deadline(text, fact) for fact in facts.deadlines),
    "norms": lambda text, facts: (f"{fact.kind} {_words(text, fact.span)[:12]}" for fact in facts.norms),
}


def _document(one: Document) -> str:
    fields = (one.title, one.notice_title, one.number, "、".join(one.issuers), one.issued, one.effective, one.expires, one.genre, one.place)
    return " | ".join(str(field) if field else "" for field in fields)


def _clause(one: Clause) -> str:
    return one.key + (f" = {one.heading}" if one.heading else "") + (f" [{one.kind}]" if one.kind != "unit" else "")


def _amount(text: str, one: Amount) -> str:
    high = f"-{one.high:f}" if one.high is not None else ""
    cap = f" | {_words(text, one.capped_by)}" if one.capped_by else ""
    return f"{_words(text, one.span)} | {one.bound} {one.value:f}{high} {one.unit} {one.purpose}{cap}"


def _duty(one: Responsibility) -> str:
    return f"{one.surface} = {one.agency} | {one.role}" + (f" | {one.detail}" if one.detail else "")


def _reference(one: Reference) -> str:
    return " ".join(filter(None, (one.relation, one.title, one.number, one.clause)))


def _deadline(text: str, one: Deadline) -> str:
    length = f"{one.lasts:f}{one.unit}" if one.lasts is not None else ""
    return f"{_words(text, one.span)} | {one.due or one.recurs or length}"


def _words(text: str, span: Span) -> str:
    return squash(text[span.start : span.end])
