"""Characters of a page to lines in reading order: columns one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.files.pdf.glyphs import Glyph

# Shares of the height of a character.
SAME_LINE = 0.4
WRITTEN_GAP = 0.08
WORD_GAP = 0.22
LETTER_GAP = 0.55
WIDE_GAP = 1.0
# Columns: lines on either side of the gutter, their characters on average, the room it takes in characters, the share of full lines.
COLUMN_LINES = 6
COLUMN_GLYPHS = 8
GUTTER = 0.5
FULL = 0.5
COLUMN_DEPTH = 3

Run = tuple[float, float, int]


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
    least = WRITTEN_GAP if glyph.spaced else WORD_GAP if last.char.isascii() and glyph.char.isascii() else LETTER_GAP
    return " " if gap > least * size else ""


def ordered(glyphs: Sequence[Glyph]) -> list[tuple[list[Glyph], int]]:
    """Return the characters of each line in reading order with its column, columns one after the other."""
    return _columns(bands(glyphs), 0, COLUMN_DEPTH)


def _columns(found: list[list[Glyph]], column: int, depth: int) -> list[tuple[list[Glyph], int]]:
    """Return the lines of a block, each with its column."""
    gutter = _gutter(found) if depth else None
    if gutter is None:
        return [(band, column) for band in found]
    first, last, x = gutter
    inside = [glyph for band in found[first:last] for glyph in band]
    made = _columns(found[:first], column, depth)
    made += _columns(bands([g for g in inside if g.x0 + g.x1 <= 2 * x]), 2 * column + 1, depth - 1)
    made += _columns(bands([g for g in inside if g.x0 + g.x1 > 2 * x]), 2 * column + 2, depth - 1)
    return made + _columns(found[last:], column, depth - 1)


def _gutter(found: Sequence[list[Glyph]]) -> tuple[int, int, float] | None:
    """Return the lines [first, last) that stand in two columns and the middle of the gutter, None where there are none."""
    if len(found) < COLUMN_LINES:
        return None
    size = median(band[0].size for band in found)
    runs = [_runs(band) for band in found]
    left, right = min(band[0].x0 for band in found), max(band[-1].x1 for band in found)
    best: tuple[int, int, float] | None = None
    step = size / 3
    for i in range(int((right - left) * 0.2 / step), int((right - left) * 0.8 / step) + 1):
        x = left + i * step
        for first, last in _clear(runs, x):
            if (best is None or last - first > best[1] - best[0]) and (middle := _two(runs[first:last], x, size)) is not None:
                best = (first, last, middle)
    return best


def _runs(band: Sequence[Glyph]) -> list[Run]:
    """Part a line where it leaves room for a gutter: (left end, right end, characters)."""
    runs: list[Run] = []
    first = 0
    for i, (a, b) in enumerate(pairwise(band), 1):
        if b.x0 - a.x1 >= GUTTER * min(a.size, b.size):
            runs.append((band[first].x0, band[i - 1].x1, i - first))
            first = i
    return [*runs, (band[first].x0, band[-1].x1, len(band) - first)]


def _clear(runs: Sequence[Sequence[Run]], x: float) -> list[tuple[int, int]]:
    """Return the stretches of at least COLUMN_LINES lines that do not cross x."""
    stretches: list[tuple[int, int]] = []
    begin = 0
    for i, row in enumerate([*runs, [(x - 9, x + 9, 1)]]):
        if any(x0 < x < x1 for x0, x1, _ in row):
            if i - begin >= COLUMN_LINES:
                stretches.append((begin, i))
            begin = i + 1
    return stretches


def _two(rows: Sequence[Sequence[Run]], x: float, size: float) -> float | None:
    """Return the middle of the gutter where lines are two columns of text, else None.

    Each side has enough lines that are long enough, and most lines on the left are full.
    """
    left = [run for row in rows for run in row if run[1] <= x]
    right = [run for row in rows for run in row if run[0] >= x]
    if min(len(left), len(right)) < COLUMN_LINES or min(sum(r[2] for r in side) / len(side) for side in (left, right)) < COLUMN_GLYPHS:
        return None
    end, begin = max(run[1] for run in left), min(run[0] for run in right)
    full = sum(1 for run in left if run[1] >= end - 2 * size)
    return (end + begin) / 2 if begin - end >= GUTTER * size and full >= FULL * len(left) else None
