"""Cases as data: tests/cases/<name>.toml, each a text, what is found in it, and why."""

from __future__ import annotations

import tomllib
from typing import Any

from ingest.flow import squash
from tests.conftest import ROOT


def cases(name: str) -> list[dict[str, Any]]:
    """Return the cases of a file; each has text, found and why."""
    found: list[dict[str, Any]] = tomllib.loads((ROOT / "tests" / "cases" / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    return found


def label(case: dict[str, Any]) -> str:
    """Return a short name of a case for the test report."""
    return f"{case.get('kind', '')}:{case['why'][:40]}"


def quote(source: str, start: int, end: int) -> str:
    """Return source[start:end] without white space."""
    return squash(source[start:end])
