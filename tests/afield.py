"""A build of the invented policies of tests/gold/afield, made once a test run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kg import build
from kg.config import BASE
from kg.library import Library
from ontology.answers import Answer
from tests import built
from tests.conftest import ROOT
from tests.elsewhere import DAY


@cache
def library() -> Library:
    """Return the build, opened; nobody may write into it."""
    path = Path(built.folder().name) / "afield"
    build.ingest(path, [ROOT / "tests" / "gold" / "afield"], base=BASE)
    return Library.open(path)


@cache
def ask(question: str) -> Answer:
    """Answer a question about the invented policies."""
    return library().ask(question, DAY)
