"""What the figures of a table row are about: the names of their row and of their column."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from ingest.flow import Flow, squash
from ontology.records import Amount

LONGEST = 40  # so much of the name of a row or a column is told


def named(flow: Flow, found: Sequence[Amount], header: Sequence[str]) -> tuple[Amount, ...]:
    """Return the amounts of a row, its cells parted by tabs, with what they are about: 人才类别|C类|安家补贴, and what their own cell says behind it."""
    cells = flow.text.split("\t")
    starts = [0, *accumulate(len(cell) + 1 for cell in cells)]
    out = []
    for one in found:
        column = bisect_right(starts, flow.index[one.span.start]) - 1
        title = squash(header[column])[:LONGEST] if column < len(header) else ""
        row = f"{squash(header[0])}{flow.surface(0, min(len(cells[0]), LONGEST))}" if column and cells[0] else ""
        about = "".join(dict.fromkeys(filter(None, (row, title, one.about))))
        out.append(replace(one, about=about or None))
    return tuple(out)
