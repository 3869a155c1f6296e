"""Read-only views of a build for people: a clause's words in their context, with marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from kg.shelf import ClauseRow, Shelf
from ontology.records import Span

# White space that is shown: a line break stays after a sentence or before a label, a tab is a cell's border.
_RUNS = re.compile(r"\s+|\S+")
_ENDS = frozenset("。；：！？.;:!?”」』）)】》")
_LABEL = re.compile(
    r"第[〇零一二三四五六七八九十百千\d]{1,7}[编章节条款项]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|\d{1,3}[.．、](?!\d)|#|附件|[-—]"
)
_HEADING = re.compile(r"^#{1,6}(?:\s|$)", re.M)
CELL = " ｜ "


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a source text to be marked, half-open offsets in the text as read; ``kind`` names why, ``hint`` says it."""

    start: int
    end: int
    kind: str
    hint: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text to be shown, and the mark it lies in."""

    text: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause to be shown: its words in pieces, and a little of what stands before and after it."""

    before: str
    pieces: tuple[Piece, ...]
    after: str


def passage(shelf: Shelf, clause: ClauseRow, marks: Iterable[Mark], around: int = 60) -> Passage:
    """Return a clause with its marks and up to ``around`` characters of the document on either side."""
    text = shelf.text(clause.source) or ""
    document = shelf.documents[clause.document]
    before = beside(text, max(document.start, clause.start - around), clause.start)
    after = beside(text, clause.end, min(document.end, clause.end + around))
    cut_before = "…" if clause.start - around > document.start else ""
    cut_after = "…" if clause.end + around < document.end else ""
    return Passage(cut_before + before, words(text, clause, marks), after + cut_after)


def words(text: str, clause: ClauseRow, marks: Iterable[Mark]) -> tuple[Piece, ...]:
    """Return a clause of a source text in pieces; a heading that stands on a line of its own keeps it."""
    return pieces(text, clause.start, clause.end, marks, _heading_end(text, clause))


def _heading_end(text: str, clause: ClauseRow) -> int:
    """Return the offset behind a clause's label and heading, -1 where it has no heading or no more text."""
    title = f"{clause.label}{clause.heading or ''}"
    if not clause.heading or not clause.text.startswith(title) or len(clause.text) == len(title):
        return -1
    left = len(title)
    for at in range(clause.start, clause.end):
        left -= not text[at].isspace()
        if not left:
            return at + 1
    return -1


def bare(clause: ClauseRow) -> bool:
    """Say whether a clause is a heading and nothing else."""
    return bool(clause.heading) and len(clause.text) <= len(clause.label) + len(clause.heading or "") + 2


def beside(text: str, start: int, end: int) -> str:
    """Return what stands beside a clause, as it is shown, without the signs of Markdown headings."""
    return _HEADING.sub("", shown(text, start, end)).strip()


def shown(text: str, start: int, end: int) -> str:
    """Return a stretch of a source text as it is shown."""
    return "".join(p.text for p in pieces(text, start, end, ()))


def pieces(text: str, start: int, end: int, marks: Iterable[Mark], line: int = -1) -> tuple[Piece, ...]:
    """Cut a stretch of a source text at the edges of its marks; where marks overlap the shorter one is seen.

    White space that only wraps lines is left out, so that the words read as sentences; a line break at the offset ``line`` stays.
    """
    out: list[Piece] = []
    at = start
    for mark in settled(marks, start, end):
        out.append(Piece(_readable(text, at, mark.start, Span(start, end), line)))
        out.append(Piece(_readable(text, mark.start, mark.end, Span(start, end), line), mark))
        at = mark.end
    out.append(Piece(_readable(text, at, end, Span(start, end), line)))
    return tuple(p for p in out if p.text)


def settled(marks: Iterable[Mark], start: int, end: int) -> list[Mark]:
    """Return the marks inside a stretch in order and without overlaps, as if the shorter were laid over the longer."""
    painted: list[Mark | None] = [None] * (end - start)
    inside = [m for m in marks if start <= m.start < m.end <= end]
    for mark in sorted(inside, key=lambda m: m.start - m.end):
        painted[mark.start - start : mark.end - start] = [mark] * (mark.end - mark.start)
    runs = ((mark, list(run)) for mark, run in groupby(range(len(painted)), key=painted.__getitem__))
    return [replace(mark, start=start + run[0], end=start + run[-1] + 1) for mark, run in runs if mark is not None]


def _readable(text: str, start: int, end: int, whole: Span, line: int) -> str:
    """Return text[start:end] with white space as it is shown; it lies inside a whole whose ends have none."""

    def space(match: re.Match[str]) -> str:
        left, right = match.start(), match.end()
        if left <= whole.start or right >= whole.end:
            return ""
        run = match[0]
        if "\n" in run or "\r" in run:
            return "\n" if left == line or text[left - 1] in _ENDS or _LABEL.match(text, right) else _between(text[left - 1], text[right])
        return CELL if "\t" in run else " "

    return "".join(space(m) if m[0].isspace() else m[0] for m in _RUNS.finditer(text, start, end))


def _between(left: str, right: str) -> str:
    return " " if left.isascii() and right.isascii() and left.isalnum() and right.isalnum() else ""
