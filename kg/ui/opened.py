"""The build that all sessions read: opened once a generation, reopened when a newer one is switched to."""

from __future__ import annotations

import threading
from pathlib import Path

import streamlit as st

from kg import manifest
from kg.config import today
from kg.errors import BuildDamaged, BuildMissing
from kg.library import Library
from kg.search import Filters


# The last two: a session that still draws from the earlier one keeps it.
@st.cache_resource(max_entries=2, show_spinner="正在打开语料…")
def _open(build: str, generation: str) -> Library:
    return Library.open(Path(build))


def library(build: Path) -> Library:
    """Return the current library of a build; raises BuildMissing or BuildDamaged."""
    return _open(str(build), manifest.load(build).generation)


@st.cache_resource(max_entries=2, show_spinner=False)
def warm(_library: Library, generation: str) -> threading.Thread:
    """Load what the first question would wait for (words, vectors, embedding) while the first page is read."""
    thread = threading.Thread(target=lambda: _library.search("政策", today(), Filters(), 1), name=f"warm-{generation}", daemon=True)
    thread.start()
    return thread


@st.fragment(run_every=3)
def watch(build: Path, shown: str | None) -> None:
    """Draw nothing, and run the page again as soon as another generation than the shown one is there."""
    try:
        current: str | None = manifest.load(build).generation
    except (BuildMissing, BuildDamaged):
        current = None
    if current != shown:
        st.rerun()
