"""What the figures of a table row are about: the names of their row and of their column."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, takewhile

from ingest.flow import Flow, squash
from ontology.records import Amount

_ORDER = re.compile(r"[（(]?\d{1,3}[）).．、]?")
_GRADE = re.compile(r"[一二三四五六七八九十A-FⅠ-Ⅴ]{1,2}[档类级]")
_SUM = re.compile(r"\d[百千万亿]*元|\d%|^[\d.,\s]*$")
_FIGURE = re.compile(r"[\d.,%]*")
_DIGIT = re.compile(r"\d")
SHORT = 8  # a cell behind the first one that names its row too
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
    """Return the name of a row for the figures of a column: its first cell with that column's name and the short ones behind it (苜蓿|旱作).

    A mere grade (四档) is named by the cells behind it too. Where the first is a number of order, it is what stands between that and the figure.
    """
    if not column or not cells[0]:
        return ""
    if not _ORDER.fullmatch(cells[0].strip()):
        if _GRADE.fullmatch(cells[0].strip()) and (named := [squash(cell) for cell in cells[1:column] if not _SUM.search(cell)]):
            return f"{squash(cells[0])}{''.join(named)}"[:LONGEST]
        behind = (squash(cell) for i, cell in enumerate(cells[1:column], 1) if i >= len(header) or not header[i].endswith("单位"))
        more = takewhile(lambda cell: cell and len(cell) <= SHORT and not _DIGIT.search(cell), behind)
        return f"{squash(header[0])}{squash(cells[0])}{''.join(more)}"[:LONGEST]
    return "".join(squash(cell) for cell in cells[1:column] if not _FIGURE.fullmatch(cell.strip()))[:LONGEST]
