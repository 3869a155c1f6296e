"""Builds that several test modules share, made once a test run."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

from kg import build
from kg.config import BASE
from kg.library import Library

ROOT = Path(__file__).resolve().parent.parent


@cache
def folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder that goes when the run ends."""
    return tempfile.TemporaryDirectory(prefix=f"policykg-{os.getpid()}-")


@cache
def sample() -> Path:
    """Return a build of the sample corpus; nobody may write into it."""
    path = Path(folder().name) / "sample"
    build.ingest(path, [ROOT / "corpus"], base=BASE)
    return path


@cache
def library() -> Library:
    """Return the sample build, opened."""
    return Library.open(sample())
