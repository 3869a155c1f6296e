"""A build of the invented policies of tests/gold/elsewhere, made once a test run."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from kg import build
from kg.config import BASE
from kg.library import Library
from ontology.answers import Answer
from tests import built
from tests.conftest import ROOT

DAY = date(2026, 11, 20)


@cache
def library() -> Library:
    """Return the build, opened; nobody may write into it."""
    path = Path(built.folder().name) / "elsewhere"
    build.ingest(path, [ROOT / "tests" / "gold" / "elsewhere"], base=BASE)
    return Library.open(path)


@cache
def ask(question: str, on: date = DAY) -> Answer:
    """Answer a question about the invented policies."""
    return library().ask(question, on)
