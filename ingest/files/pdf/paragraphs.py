"""Lines of all pages to paragraphs: running heads and page numbers out, broken lines joined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ingest.files.pdf.grid import joint
from ingest.files.pdf.lines import Line

# Shares of the page height in which running heads and page numbers stand.
MARGIN = 0.13
# A head that comes again on this share of the pages, and at least on so many, is a running one.
RUNNING_SHARE = 0.5
RUNNING_PAGES = 2
# How many lines at the top and at the bottom of a page may be heads or feet.
OUTERMOST = 3
# A line ends at the margin when less than this is missing, in characters: a closing sign or a Latin word goes to the next line.
ROOM = 2.1
INDENT = 0.7
LARGER = 1.15
PITCH = 1.3
# Margins: lines that must end at one place, their share of the column, how near to each other, in characters.
SHARED, SHARE, NEAR = 2, 0.04, 1.2
# Among fewer lines than this, one alone may show the margin.
ALONE = 12
# With fewer lines on one side of the sheets, the margins are those of both sides.
FEW = 40
BOTH = 2
_NUMBER = re.compile(r"^[-—–－·.\s]*\d{1,4}[-—–－·.\s]*$|^第\s*\d{1,4}\s*页(?:[,，/\s]*共\s*\d{1,4}\s*页)?$|^\d{1,4}\s*/\s*\d{1,4}$")
# Centred lines: one that is a note, a number or a heading of its own, and one after which no title goes on.
_NEW = re.compile(r"^[（(〔\[]|^第.{1,6}[章节编条]|^[一二三四五六七八九十]+、|^\d|^目\s*录|^附\s*件")
_DONE = re.compile(r"[。；：号日]\s*[）)]?$|文\s*件$|^附\s*件|^第.{1,6}[章节编]")
# After a stop that stands at the margin, a label opens a paragraph; in mid-sentence it is only a line that begins like one.
_STOP = re.compile(r"[。：；！？][”’）)]?\s*$")
_LABEL = re.compile(r"^(?:第.{1,6}[条章节编]|[（(]?[一二三四五六七八九十]{1,3}[、）)]|\d{1,3}[.．、]|附\s*件)")
# What browsers print on the edges: address and page, day and title.
_PRINTED = re.compile(r"^(?:https?|file)://\S+(?:\s+\d+/\d+)?$|^\d{1,4}/\d{1,2}/\d{1,4},? \d{1,2}:\d\d")


def without_furniture(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """Leave out page numbers and running heads of each page."""
    outer = [_outer(lines, height) for lines, height in zip(pages, heights, strict=True)]
    keys = Counter(key for lines in outer for key in {_key(line) for line in lines})
    least = max(RUNNING_PAGES, RUNNING_SHARE * len(pages))
    running = {key for key, count in keys.items() if count >= least and key[0]}
    gone = [{id(line) for line in lines if _numbers(line) or _key(line) in running} for lines in outer]
    return [[line for line in lines if id(line) not in out] for lines, out in zip(pages, gone, strict=True)]


def _numbers(line: Line) -> bool:
    """Say whether a line is a page number, or what a browser prints around a page."""
    words = line.words.strip()
    return bool(_NUMBER.match(words) or _PRINTED.match(words))


def _outer(lines: Sequence[Line], height: float) -> list[Line]:
    """Return the lines that may be heads or feet of a page: the outermost ones, in its margins, that end no sentence."""
    ordered = sorted(lines, key=lambda line: line.middle)
    return [
        line
        for line in {id(line): line for line in (*ordered[:OUTERMOST], *ordered[-OUTERMOST:])}.values()
        if not (line.row or MARGIN * height < line.middle < (1 - MARGIN) * height or line.words.endswith(("。", "，", "；", "、")))
    ]


def _key(line: Line) -> tuple[str, int]:
    """Return what is the same in a running head on each page: its words without figures, its height."""
    return re.sub(r"[\d\s]", "", line.words), round(line.middle / 6)


def with_margins(pages: Sequence[Sequence[Line]], widths: Sequence[float]) -> list[Line]:
    """Return all lines with the margins of their column: those of all pages of that width on the same side of the sheet.

    Where such pages hold few lines, those of both sides count.
    """
    groups: dict[tuple[int, int, int], list[Line]] = {}
    for lines, width in zip(pages, widths, strict=True):
        for line in lines:
            if not line.row:
                for side in (line.page % 2, BOTH):
                    groups.setdefault((line.column, round(width), side), []).append(line)
    margins = {key: _margins(own) for key, own in groups.items()}
    made: list[Line] = []
    for lines, width in zip(pages, widths, strict=True):
        for line in lines:
            key = (line.column, round(width), line.page % 2)
            left, right = (0.0, 0.0) if line.row else margins[key if len(groups[key]) >= FEW else (*key[:2], BOTH)]
            made.append(replace(line, left=left, right=right))
    return made


def _margins(lines: Sequence[Line]) -> tuple[float, float]:
    """Return the leftmost and rightmost place at which several lines begin and end, else the outermost of all."""
    size = median(line.size for line in lines)
    return -_outermost([-line.x0 for line in lines], size), _outermost([line.x1 for line in lines], size)


def _outermost(places: Sequence[float], size: float) -> float:
    """Return the largest place that several others come near to, else the largest."""
    least = max(SHARED, SHARE * len(places)) if len(places) >= ALONE else 1
    ordered = sorted(places, reverse=True)
    first = 0
    for i, place in enumerate(ordered):
        while ordered[first] > place + NEAR * size:
            first += 1
        if i - first + 1 >= least:
            return ordered[first]
    return ordered[0]


@dataclass(frozen=True, slots=True)
class Usual:
    """What most lines of a file look like: their size, and their distance in shares of it."""

    size: float
    pitch: float


def usual(lines: Sequence[Line]) -> Usual:
    """Return the look of most lines, the longer the more they count."""
    words = Counter[float]()
    for line in lines:
        if not line.row:
            words[round(line.size, 1)] += len(line.words)
    steps = [(a.middle - b.middle) / b.size for a, b in pairwise(lines) if a.page == b.page and not a.row and not b.row]
    near = [step for step in steps if 0.5 < step < 4]
    return Usual(words.most_common(1)[0][0] if words else 0.0, median(near) if near else 2.0)


def joined(lines: Sequence[Line]) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Yield the words of each paragraph, with (offset in it, page) wherever a page begins in it; "" where more room than usual stands between two."""
    look = usual(lines)
    words = ""
    pages: list[tuple[int, int]] = []
    for i, item in enumerate(lines):
        if i and not _goes_on(lines[i - 1], item, look):
            yield words, pages
            if _apart(lines[i - 1], item, look):
                yield "", []
            words, pages = "", []
        elif i:
            words += joint(words, item.words)
        if not i or lines[i - 1].page != item.page:
            pages.append((len(words), item.page))
        words += item.words
    if lines:
        yield words, pages


def _apart(above: Line, item: Line, look: Usual) -> bool:
    """Say whether a line stands apart from the one above, by the room between them or by its size."""
    if above.row or item.row or above.page != item.page:
        return False
    return above.middle - item.middle > PITCH * look.pitch * item.size or not 1 / LARGER <= above.size / item.size <= LARGER


def _goes_on(above: Line, item: Line, look: Usual) -> bool:
    """Say whether a paragraph goes on from the line above."""
    if above.row or item.row or not 1 / LARGER <= above.size / item.size <= LARGER:
        return False
    step = above.middle - item.middle
    if above.page == item.page and 0 < step > PITCH * look.pitch * item.size:
        return False
    full = above.x1 >= above.right - ROOM * above.size
    if _centred(item) and (_centred(above) or (full and item.size > LARGER * look.size)):
        return above.page == item.page and not _NEW.match(item.words) and not _DONE.search(above.words)
    if _STOP.search(above.words) and _LABEL.match(item.words):
        return False
    return full and item.x0 <= item.left + INDENT * item.size


def _centred(line: Line) -> bool:
    """Say whether a line stands in the middle of its column, with room on both sides."""
    left, right = line.x0 - line.left, line.right - line.x1
    return min(left, right) > 0.5 * line.size and abs(left - right) < 1.5 * line.size
