"""What the figures of a table row are about: the names of their row and of their column."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from ingest.flow import Flow, squash
from ontology.records import Amount

_ORDER = re.compile(r"[（(]?\d{1,3}[）).．、]?")
_FIGURE = re.compile(r"[\d.,%]*")
LONGEST = 40  # so much of the name of a row or a column is told


def named(flow: Flow, found: Sequence[Amount], header: Sequence[str]) -> tuple[Amount, ...]:
    """Return the amounts of a row, its cells parted by tabs, with what they are about: 人才类别|C类|安家补贴, and what their own cell says behind it."""
    cells = flow.text.split("\t")
    starts = [0, *accumulate(len(cell) + 1 for cell in cells)]
    out = []
    for one in found:
        column = bisect_right(starts, flow.index[one.span.start]) - 1
        title = squash(header[column])[:LONGEST] if column < len(header) else ""
        row = _row(cells, header, column)
        about = "".join(dict.fromkeys(filter(None, (row, title, one.about))))
        out.append(replace(one, about=about or None))
    return tuple(out)


def _row(cells: Sequence[str], header: Sequence[str], column: int) -> str:
    """Return the name of a row for the figures of a column: its first cell with that column's name, those behind it where that is a number of order."""
    if not column or not cells[0]:
        return ""
    if not _ORDER.fullmatch(cells[0].strip()):
        return f"{squash(header[0])}{squash(cells[0])[:LONGEST]}"
    return "".join(squash(cell) for cell in cells[1:column] if not _FIGURE.fullmatch(cell.strip()))[:LONGEST]
