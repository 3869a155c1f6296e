"""Builds of the invented policies of tests/gold/elsewhere and tests/gold/afield, each made once a test run."""

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
def library(folder: str = "elsewhere") -> Library:
    """Return the build of a folder of tests/gold, opened; nobody may write into it."""
    path = Path(built.folder().name) / folder
    build.ingest(path, [ROOT / "tests" / "gold" / folder], base=BASE)
    return Library.open(path)


@cache
def ask(question: str, on: date = DAY, folder: str = "elsewhere") -> Answer:
    """Answer a question about the invented policies of a folder."""
    return library(folder).ask(question, on)
