"""Reading anew from the text that a build holds: what a new version needs of sources whose files are no longer there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.read import read
from kg import layers, marks
from kg.errors import BuildDamaged
from kg.manifest import Entry, Manifest
from kg.manifest import path as parts_of
from kg.readings import Cache
from ontology.records import Reading, Source


def recover(build: Path, old: Manifest, entries: Iterable[Entry]) -> None:
    """Keep readings of those sources that have none and no file any more, made from their texts in the last generation.

    OSError where the disk is full. A source without a text, or with one that a recogniser stumbles over, is left to be refused.
    """
    cache = Cache(build / "readings")
    lacking = {e.source: e for e in entries if not os.path.isfile(e.file) and cache.get(e.source, e.sha256) is None}
    if not lacking:
        return
    for source in _texts(parts_of(build, old), lacking):
        reading = _read(source)
        if reading is not None:
            cache.put(reading)


def _texts(folder: Path, lacking: dict[str, Entry]) -> Iterator[Source]:
    """Yield the lacking sources that the tables hold with the same bytes."""
    try:
        connection = layers.connect(folder)
    except BuildDamaged:
        return
    try:
        for name, digest, text, places in connection.execute(f"SELECT source, sha256, text, {marks.column(connection)} FROM sources"):
            if name in lacking and digest == lacking[name].sha256 and isinstance(text, str):
                yield Source(name, digest, text, marks.unpack(places))
    except sqlite3.Error:
        return
    finally:
        connection.close()


def _read(source: Source) -> Reading | None:
    try:
        return read(source)
    except (ArithmeticError, LookupError, ValueError, RecursionError, TypeError):
        return None
