"""Tables drawn with rules: which cells they bound, and the words in each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.files import rows
from ingest.files.pdf.glyphs import Glyph, Rule, Sheet
from ingest.files.pdf.lines import Line, bands, line

# Rules nearer to each other than this, in points, are the two sides of one border.
NEAR = 4.0
# How far a rule may end before the one it meets, in points.
REACH = 5.0
MOST_CELLS = 4000


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its box, and the borders between its columns and rows, rows from top to bottom."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    level: tuple[Rule, ...]
    upright: tuple[Rule, ...]

    def holds(self, glyph: Glyph) -> bool:
        """Say whether a character stands inside the outer border."""
        return self.x[0] <= (glyph.x0 + glyph.x1) / 2 <= self.x[-1] and self.y[-1] <= glyph.middle <= self.y[0]


def find(sheet: Sheet) -> list[Table]:
    """Return the tables of a page: rules that meet, with at least two columns and two rows or one row of two cells."""
    level, upright = _merged(sheet.level), _merged(sheet.upright)
    if len(level) < 2 or len(upright) < 3:
        return []
    return [table for own in _groups(level, upright) if (table := _table(*own)) is not None]


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Join rules that lie on one line and touch."""
    found: list[Rule] = []
    for rule in sorted(rules, key=lambda r: (round(r.at / NEAR), r.low)):
        last = found[-1] if found else None
        if last and abs(last.at - rule.at) <= NEAR and rule.low <= last.high + NEAR:
            found[-1] = Rule(last.at, last.low, max(last.high, rule.high))
        else:
            found.append(rule)
    return found


def _groups(level: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Part rules into groups of those that meet."""
    parent = list(range(len(level) + len(upright)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, flat in enumerate(level):
        for j, tall in enumerate(upright):
            if flat.low - REACH <= tall.at <= flat.high + REACH and tall.low - REACH <= flat.at <= tall.high + REACH:
                parent[root(i)] = root(len(level) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate([*level, *upright]):
        own = groups.setdefault(root(i), ([], []))
        own[i >= len(level)].append(rule)
    return list(groups.values())


def _table(level: list[Rule], upright: list[Rule]) -> Table | None:
    """Make a table of rules that meet, None where they bound fewer than two columns."""
    x, y = _places(upright), _places(level)[::-1]
    if len(x) < 3 or len(y) < 2 or len(x) * len(y) > MOST_CELLS:
        return None
    return Table(tuple(x), tuple(y), tuple(level), tuple(upright))


def _places(rules: Sequence[Rule]) -> list[float]:
    """Return where rules lie, those of one border once, ascending."""
    found: list[float] = []
    for at in sorted(rule.at for rule in rules):
        if not found or at - found[-1] > NEAR:
            found.append(at)
    return found


def read(table: Table, glyphs: Sequence[Glyph]) -> list[str]:
    """Return the rows of a table as lines, cells of merged columns and rows once."""
    columns, count = len(table.x) - 1, len(table.y) - 1
    owner = _owners(table, columns, count)
    inside: dict[tuple[int, int], list[Glyph]] = {}
    heights = [-y for y in table.y]
    for glyph in glyphs:
        column = min(columns, max(1, bisect_left(table.x, (glyph.x0 + glyph.x1) / 2))) - 1
        row = min(count, max(1, bisect_left(heights, -glyph.middle))) - 1
        inside.setdefault(owner[row, column], []).append(glyph)
    grid: list[list[rows.Cell]] = []
    for row in range(count):
        cells: list[rows.Cell] = []
        for column in range(columns):
            first_row, first_column = owner[row, column]
            if first_column < column:
                cells.append(None)
            else:
                cells.append(_words(inside.get((row, column), ())) if first_row == row else ())
        grid.append(cells)
    return list(rows.lines(grid))


def _owners(table: Table, columns: int, count: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for each place the row and column where its cell begins."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(count):
        height = (table.y[row] + table.y[row + 1]) / 2
        for column in range(columns):
            width = (table.x[column] + table.x[column + 1]) / 2
            own = (row, column)
            if column and not _drawn(table.upright, table.x[column], height):
                own = (owner[row, column - 1][0], owner[row, column - 1][1])
            elif row and not _drawn(table.level, table.y[row], width):
                own = owner[row - 1, column]
            owner[row, column] = own
    return owner


def _drawn(rules: Sequence[Rule], at: float, across: float) -> bool:
    """Say whether a rule at a place crosses a height or width."""
    return any(abs(rule.at - at) <= NEAR and rule.low - 1 <= across <= rule.high + 1 for rule in rules)


def _words(glyphs: Sequence[Glyph]) -> tuple[str, ...]:
    """Return the paragraphs of a cell: a line much shorter than the widest one ends one."""
    found: list[Line] = [line(band) for band in bands(glyphs)]
    if not found:
        return ()
    size = median(item.size for item in found)
    right = max(item.x1 - item.x0 for item in found)
    parts = [found[0].words]
    for above, item in pairwise(found):
        if above.x1 - above.x0 >= right - 1.9 * size:
            parts[-1] += joint(parts[-1], item.words) + item.words
        else:
            parts.append(item.words)
    return tuple(parts)


def joint(before: str, after: str) -> str:
    """Return what stands between the parts of a broken line: a blank between Latin words, else nothing."""
    a, b = before[-1:], after[:1]
    return " " if a.isascii() and b.isascii() and (a.isalpha() or a in ",;:)") and (b.isalpha() or b == "(") else ""
