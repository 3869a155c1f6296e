"""Rows of tables as lines: a tab between cells, one line a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

# The lines of a cell, none where it is blank or goes on from the row above; None for a column that the cell before it takes too.
Cell = tuple[str, ...] | None

# A cell with more text than this, in characters, holds a part of the text and is no entry of a table.
LONGEST_CELL = 1200


def lines(grid: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """Yield a line for each row; the cells of a table that only frames text, and a cell that takes a whole row, stand as lines of their own."""
    frame = framing(grid)
    for row in grid:
        cells = [cell for cell in row if cell is not None]
        if frame or len(cells) <= 1:
            yield from (line for cell in cells for line in cell)
        elif any(cells):
            yield "\t".join(entry(cell) for cell in row)


def framing(grid: Sequence[Sequence[Cell]]) -> bool:
    """Say whether a table only frames text: one column, or a cell as long as a text."""
    return all(len(row) <= 1 for row in grid) or any(sum(map(len, cell)) > LONGEST_CELL for row in grid for cell in row if cell)


def entry(cell: Cell) -> str:
    """Return the words of a cell in one line; two blanks stand where a line ended, so that figures do not run together."""
    return "  ".join(line.replace("\t", " ").strip() for line in cell or () if line.strip())
