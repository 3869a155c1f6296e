"""What a reader of a format returns: the words of a file and where its pages or paragraphs begin."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The words of a file; ``marks`` are (offset in words, name of the place that begins there), offsets ascending."""

    words: str
    marks: tuple[tuple[int, str], ...] = ()


def joined(parts: Sequence[tuple[str, str | None]]) -> Text:
    """Join lines, each with the name of the place it begins or None, into one Text; empty lines stay."""
    words: list[str] = []
    marks: list[tuple[int, str]] = []
    offset = 0
    for line, place in parts:
        if place is not None and (not marks or marks[-1][1] != place):
            marks.append((offset, place))
        words.append(line)
        offset += len(line) + 1
    return Text("\n".join(words), tuple(marks))


def place_at(marks: Sequence[tuple[int, str]], offset: int) -> str | None:
    """Return the name of the page or paragraph that an offset lies in, None before the first mark."""
    i = bisect_right(marks, offset, key=lambda mark: mark[0]) - 1
    return marks[i][1] if i >= 0 else None
