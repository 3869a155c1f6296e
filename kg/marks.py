"""Where the pages or paragraphs of a source begin, as one short text a source in the tables."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator

# (offset in the text, name of the place that begins there), offsets ascending
Marks = tuple[tuple[int, str], ...]
_NUMBER = re.compile(r"[0-9]{1,9}")
_ENTRY = re.compile(r"([0-9]+)(\S*)")


def pack(marks: Iterable[tuple[int, str]]) -> str | None:
    """Write marks as steps from offset to offset, each with its name unless that counts on: "0第1页 812 790 655第6页"; None where there are none.

    Names hold no white space and do not begin with a digit.
    """
    entries = []
    at, before = 0, ""
    for offset, name in marks:
        entries.append(f"{offset - at}{'' if before and name == _next(before) else name}")
        at, before = offset, name
    return " ".join(entries) or None


def unpack(packed: str | None) -> Marks:
    """Read what ``pack`` wrote; what is no entry is left out."""
    return tuple(_entries(packed or ""))


def _entries(packed: str) -> Iterator[tuple[int, str]]:
    at, name = 0, ""
    for entry in filter(None, map(_ENTRY.fullmatch, packed.split())):
        at += int(entry[1])
        name = entry[2] or _next(name)
        yield at, name


def _next(name: str) -> str:
    """Return the name with its number counted on by one: 第3页, 第4页."""
    return _NUMBER.sub(lambda number: str(int(number[0]) + 1), name, count=1)


def column(connection: sqlite3.Connection) -> str:
    """Return what to select of ``sources`` for the marks: NULL where the build is from before they were kept."""
    held = connection.execute("SELECT count(*) FROM pragma_table_info('sources') WHERE name = 'marks'").fetchone()[0]
    return "marks" if held else "NULL"
