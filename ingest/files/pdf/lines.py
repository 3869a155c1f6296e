"""Characters of a page to lines in reading order: columns one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ingest.files.pdf.glyphs import Glyph

# Shares of the height of a character.
SAME_LINE = 0.4
WORD_GAP = 0.22
WIDE_GAP = 1.0
# Columns: lines that must show the gutter, characters on either side of it, its least width in shares of a character.
COLUMN_LINES = 6
COLUMN_GLYPHS = 6
GUTTER = 1.2
FULL = 0.5
COLUMN_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its words, its box, the size of most of its characters, its page (from 0) and column margins."""

    words: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    page: int = 0
    column: int = 0  # 0 where lines run over the whole page, else the columns from left to right
    left: float = 0.0  # margins of the column it stands in
    right: float = 0.0
    row: bool = False  # a table row or a line of a table

    @property
    def middle(self) -> float:
        """Return the height at which the middle of the line stands."""
        return (self.y0 + self.y1) / 2


def bands(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Group characters into lines from top to bottom, each from left to right."""
    found: list[list[Glyph]] = []
    base = size = 0.0
    for glyph in sorted(glyphs, key=lambda g: -g.base):
        if found and base - glyph.base <= SAME_LINE * min(size, glyph.size):
            found[-1].append(glyph)
            continue
        found.append([glyph])
        base, size = glyph.base, glyph.size
    return [sorted(band, key=lambda g: g.x0) for band in found]


def line(band: Sequence[Glyph]) -> Line:
    """Make a line of characters from left to right; blanks stand where there is more room than between letters."""
    size = median(glyph.size for glyph in band)
    words = ""
    last: Glyph | None = None
    for glyph in band:
        if last is not None:
            if glyph.char == last.char and abs(glyph.x0 - last.x0) < 0.15 * size:
                continue  # the same character printed twice, a shadow or bold made by hand
            words += _blank(last, glyph, size)
        words += glyph.char
        last = glyph
    return Line(words, band[0].x0, min(g.y0 for g in band), max(g.x1 for g in band), max(g.y1 for g in band), size)


def _blank(last: Glyph, glyph: Glyph, size: float) -> str:
    """Return the blank between two characters: none, one, or two where they clearly stand apart."""
    gap = glyph.x0 - last.x1
    if gap > WIDE_GAP * size:
        return "  "
    narrow = last.char.isascii() and glyph.char.isascii()
    return " " if gap > (WORD_GAP if narrow else 2.5 * WORD_GAP) * size else ""


def read(glyphs: Sequence[Glyph], page: int) -> list[Line]:
    """Return the lines of a page in reading order, columns one after the other."""
    return [replace(line(band), page=page, column=column) for band, column in _columns(bands(glyphs), 0, COLUMN_DEPTH)]


def _columns(found: list[list[Glyph]], column: int, depth: int) -> list[tuple[list[Glyph], int]]:
    """Return the lines of a block, each with its column."""
    gutter = _gutter(found) if depth else None
    if gutter is None:
        return [(band, column) for band in found]
    first, last, x = gutter
    left = [own for band in found[first:last] if (own := [g for g in band if g.x1 <= x])]
    right = [own for band in found[first:last] if (own := [g for g in band if g.x1 > x])]
    made = _columns(found[:first], column, depth - 1)
    made += _columns(_regrouped(left), 2 * column + 1, depth - 1)
    made += _columns(_regrouped(right), 2 * column + 2, depth - 1)
    return made + _columns(found[last:], column, depth - 1)


def _regrouped(found: list[list[Glyph]]) -> list[list[Glyph]]:
    """Group the characters of a column anew: lines of two columns need not stand at one height."""
    return bands([glyph for band in found for glyph in band])


def _gutter(found: Sequence[list[Glyph]]) -> tuple[int, int, float] | None:
    """Return the lines [first, last) that stand in two columns and the middle of the gutter, None where there are none."""
    gaps = [[(a.x1, b.x0) for a, b in pairwise(band) if b.x0 - a.x1 >= GUTTER * min(a.size, b.size)] for band in found]
    votes = Counter(round((a + b) / 20) * 10 for row in gaps for a, b in row)
    for x, count in votes.most_common(3):
        if count < COLUMN_LINES:
            break
        for first, last in _runs(found, gaps, float(x)):
            if _two(found[first:last], float(x)):
                return first, last, float(x)
    return None


def _runs(found: Sequence[list[Glyph]], gaps: Sequence[list[tuple[float, float]]], x: float) -> list[tuple[int, int]]:
    """Return the stretches of lines that do not cross x."""
    runs: list[tuple[int, int]] = []
    begin: int | None = None
    for i, band in enumerate(found):
        clear = any(a - 6 <= x <= b + 6 for a, b in gaps[i]) or band[-1].x1 <= x or band[0].x0 >= x
        if clear and begin is None:
            begin = i
        elif not clear and begin is not None:
            runs.append((begin, i))
            begin = None
    if begin is not None:
        runs.append((begin, len(found)))
    return sorted(runs, key=lambda run: run[0] - run[1])


def _two(block: Sequence[list[Glyph]], x: float) -> bool:
    """Say whether lines are columns of text: enough of them have words on both sides, and most lines on the left are full."""
    left = [[g for g in band if g.x1 <= x + 6] for band in block]
    both = sum(1 for band, own in zip(block, left, strict=True) if len(own) >= COLUMN_GLYPHS and len(band) - len(own) >= COLUMN_GLYPHS)
    if both < COLUMN_LINES:
        return False
    ends = [own[-1].x1 for own in left if own]
    size = median(g.size for band in block for g in band)
    return sum(1 for end in ends if end >= max(ends) - 2 * size) >= FULL * len(ends)
