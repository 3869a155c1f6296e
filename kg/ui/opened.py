"""The build that all sessions read: opened once a generation, reopened when a newer one is switched to."""

from __future__ import annotations

import gc
import threading
from functools import lru_cache
from pathlib import Path

import streamlit as st

from kg import manifest
from kg.config import today
from kg.errors import PolicyKGError
from kg.library import Library
from kg.search import Filters


# The last two: a session that still draws from the earlier one keeps it.
@st.cache_resource(max_entries=2, show_spinner="正在打开语料…")
def _open(build: str, generation: str) -> Library:
    return Library.open(Path(build))


def library(build: Path) -> Library:
    """Return the current library of a build; raises BuildMissing or BuildDamaged."""
    return _open(str(build), generation(build))


def generation(build: Path) -> str:
    """Return the name of a build's current generation; raises BuildMissing or BuildDamaged."""
    try:
        found = (build / manifest.NAME).stat()
    except OSError:
        return manifest.load(build).generation
    return _generation(build, found.st_ino, found.st_mtime_ns, found.st_size)


# A manifest of thousands of sources takes 30 ms to read, and every page asks for its generation; a switch gives the file another inode.
@lru_cache(maxsize=8)
def _generation(build: Path, inode: int, changed_ns: int, size: int) -> str:
    return manifest.load(build).generation


@st.cache_resource(max_entries=2, show_spinner=False)
def warm(_library: Library, generation: str) -> threading.Thread:
    """Load what the first question would wait for (words, vectors, embedding) while the first page is read."""
    thread = threading.Thread(target=lambda: _library.search("政策", today(), Filters(), 1), name=f"warm-{generation}", daemon=True)
    thread.start()
    return thread


@st.cache_resource(max_entries=32, show_spinner=False)
def spare(page: str, generation: str) -> None:
    """Set aside from garbage collection what is alive once a page has been drawn for the first time.

    Streamlit collects the whole heap after every run of every session: 50 ms and more where a library is open, 10 µs where it is set aside.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@st.fragment(run_every=3)
def watch(build: Path, shown: str | None) -> None:
    """Draw nothing, and run the page again as soon as another generation than the shown one is there."""
    try:
        current: str | None = generation(build)
    except PolicyKGError:
        current = None
    if current != shown:
        st.rerun()
