"""Tables without rules: lines one below the other whose parts begin or stand centred at the same places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.files.pdf.glyphs import Glyph
from ingest.files.pdf.lines import Line, line

# Room between two cells, and how far cells of one column may be out of line, in characters.
ROOM = 1.5
SLIP = 0.7
# Lines that must agree; a column of figures or labels must show that they are no names of bodies signed side by side.
LEAST = 3
_FIGURE = re.compile(r"^[\d.,%％—–-]+(?:万元|亿元|元|年|月|日|个|家|项)?$|[:：]$")


def read(bands: Sequence[tuple[list[Glyph], int]], page: int) -> list[Line]:
    """Make lines of a page's characters by column; those that form a table without rules become rows with tabs."""
    found = [(replace(line(band), page=page, column=column), parts(band)) for band, column in bands]
    made: list[Line] = []
    i = 0
    while i < len(found):
        last = i + 1
        while last < len(found) and len(found[i][1]) > 1 and _agree(found[last - 1], found[last]):
            last += 1
        own = found[i:last]
        rows = last - i >= LEAST and _told([cells for _, cells in own])
        made += [replace(item, words="\t".join(cell.words for cell in cells), row=True) if rows else item for item, cells in own]
        i = last
    return made


def parts(band: Sequence[Glyph]) -> list[Line]:
    """Part a line where it leaves room for a border."""
    cells: list[list[Glyph]] = [[band[0]]]
    for last, glyph in pairwise(band):
        if glyph.x0 - last.x1 >= ROOM * min(last.size, glyph.size):
            cells.append([])
        cells[-1].append(glyph)
    return [line(cell) for cell in cells]


def _agree(above: tuple[Line, list[Line]], below: tuple[Line, list[Line]]) -> bool:
    """Say whether two lines have cells at the same places."""
    if len(above[1]) != len(below[1]) or above[0].column != below[0].column:
        return False
    return all(
        abs(a.x0 - b.x0) <= SLIP * a.size or abs(a.x0 + a.x1 - b.x0 - b.x1) <= 2 * SLIP * a.size or abs(a.x1 - b.x1) <= SLIP * a.size
        for a, b in zip(above[1], below[1], strict=True)
    )


def _told(rows: Sequence[Sequence[Line]]) -> bool:
    """Say whether a column of figures or labels shows that the rows are a table."""
    columns = list(zip(*rows, strict=True))
    return any(2 * sum(1 for cell in column if _FIGURE.search(cell.words)) >= len(column) for column in columns)
