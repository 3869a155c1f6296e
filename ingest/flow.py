"""A Flow: text without white space, full-width signs folded, each character knowing its offset in the source."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from ingest.sentences import Sentences
from ingest.wraps import joins, unbroken
from ontology.records import Span

# Full-width ASCII (U+FF01–U+FF5E) folds to ASCII, one character to one; 。 、 《 》 〔 〕 “ ” stay.
_FOLD = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
# Nine in ten of them are these.
_COMMON = (("，", ","), ("（", "("), ("）", ")"), ("；", ";"), ("：", ":"))
_WIDE = re.compile(r"[\uff01-\uff5e]")
# Digits and letters are never full-width by rule; brackets around Chinese words are.
_WIDE_WORD = re.compile(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_BRACKETS = str.maketrans("()", "（）")

_GAP = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]+")
_BREAKS = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
_TAB = re.compile("\t")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")

CELL = "\t"
ROW = "\n"


@dataclass(frozen=True)
class Flow:
    """The folded text of source[start:end]; ``text`` and ``at`` have the same length.

    A tab stays as a cell border, and a line break stays as a row border where one of its lines holds a tab, where it
    stands between two digits that do not form one numeral, or at an offset listed in ``borders``.
    """

    source: str
    text: str
    at: tuple[int, ...]

    @classmethod
    def of(cls, source: str, start: int = 0, end: int | None = None, *, borders: Iterable[int] = (), noise: Iterable[Span] = ()) -> Flow:
        """Fold source[start:end]; borders are offsets before which a row border is put, noise is left out."""
        stop = len(source) if end is None else end
        pieces: list[str] = []
        at: list[int] = []
        folded = narrowed(source)
        for begin, finish, border in _runs(source, start, stop, sorted(borders), sorted(noise)):
            if border and at and pieces[-1] not in (CELL, ROW):
                pieces.append(border)
                at.append(begin - 1 if begin > start else begin)
            pieces.append(folded[begin:finish])
            at.extend(range(begin, finish))
        return cls(source, "".join(pieces), tuple(at))

    @classmethod
    def row(cls, source: str, cells: Sequence[Span], noise: Iterable[Span] = ()) -> Flow:
        """Fold the cells of a table row with one tab between each two, so that the columns count where a cell is blank."""
        left_out = list(noise)
        pieces: list[str] = []
        at: list[int] = []
        for i, cell in enumerate(cells):
            if i:
                pieces.append(CELL)
                at.append(cells[i - 1].end)
            own = cls.of(source, cell.start, cell.end, noise=left_out)
            pieces.append(own.text)
            at.extend(own.at)
        return cls(source, "".join(pieces), tuple(at))

    def span(self, start: int, end: int) -> Span:
        """Return the source span of text[start:end], half-open; start must be below end."""
        return Span(self.at[start], self.at[end - 1] + 1)

    def surface(self, start: int, end: int) -> str:
        """Return the words of text[start:end] as the source writes them, white space left out, digits and letters half-width."""
        return plainly(squash(unbroken(self.source, self.at[start], self.at[end - 1] + 1)))

    def title(self, start: int, end: int) -> str:
        """Return text[start:end] as a title is written: the surface with full-width brackets."""
        return self.surface(start, end).translate(_BRACKETS)

    @cached_property
    def sentences(self) -> Sentences:
        """The cuts of ``text``, made once for all recognisers."""
        return Sentences.of(self.text)

    @cached_property
    def index(self) -> dict[int, int]:
        """Offset in the source → offset in ``text``."""
        return {offset: i for i, offset in enumerate(self.at)}


def squash(text: str) -> str:
    """Return the text without white space and zero-width signs."""
    visible = "".join(text.split())
    # Signs without a look of their own are not printable: nearly every text is done here.
    return visible if visible.isprintable() else _GAP.sub("", visible)


def fold(text: str) -> str:
    """Return the text without white space and with full-width ASCII folded."""
    return narrow(squash(text))


@lru_cache(maxsize=4)
def narrowed(text: str) -> str:
    """Return the text with full-width ASCII folded, one character to one; a source's is made once for all that stands in it."""
    return narrow(text)


def plainly(text: str) -> str:
    """Return the text with full-width digits and letters folded, other signs as they are."""
    return _WIDE_WORD.sub(_narrow, text)


def narrow(text: str) -> str:
    """Return the text with full-width ASCII folded; six times as fast as str.translate, which looks up every character."""
    for wide, plain in _COMMON:
        text = text.replace(wide, plain)
    return _WIDE.sub(_narrow, text)


def _narrow(match: re.Match[str]) -> str:
    return _FOLD[match[0]]


def _runs(source: str, start: int, stop: int, borders: list[int], noise: list[Span]) -> list[tuple[int, int, str]]:
    """List the runs of visible characters as (start, end, border before it or "")."""
    cuts = [b for b in borders if start < b < stop]
    runs: list[tuple[int, int, str]] = []
    position = start
    waiting = ""
    rows = _Rows.of(source, start, stop)
    gaps = [(m.start(), m.end()) for m in _GAP.finditer(source, start, stop)]
    gaps += [(max(n.start, start), min(n.end, stop)) for n in noise if n.start < stop and n.end > start]
    for gap_start, gap_end in [*sorted(gaps), (stop, stop)]:
        if gap_start > position:
            _split(runs, position, gap_start, cuts, waiting)
            waiting = ""
        if gap_end > position:
            position = max(position, gap_end)
            border = _border(source, gap_start, gap_end, rows) if gap_end < stop else ""
            if border and waiting != ROW:
                waiting = border
            if bisect_right(cuts, gap_start) < bisect_right(cuts, gap_end):
                waiting = ROW
    return runs


def _split(runs: list[tuple[int, int, str]], begin: int, finish: int, cuts: list[int], waiting: str) -> None:
    """Append source[begin:finish], cut at the wanted borders."""
    first = bisect_left(cuts, begin)
    inside = cuts[first : bisect_left(cuts, finish)]
    points = inside if inside[:1] == [begin] else [begin, *inside]
    for i, (a, b) in enumerate(pairwise([*points, finish])):
        runs.append((a, b, ROW if i or points is inside else waiting))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where the tabs and line breaks of a stretch of text stand: a line with a tab is a table row."""

    tabs: list[int]
    breaks: list[int]

    @classmethod
    def of(cls, source: str, start: int, stop: int) -> _Rows:
        """Look through source[start:stop]; without tabs the breaks do not matter."""
        tabs = [m.start() for m in _TAB.finditer(source, start, stop)]
        return cls(tabs, [m.start() for m in _BREAKS.finditer(source, start, stop)] if tabs else [])

    def beside(self, start: int, end: int) -> bool:
        """Say whether source[start:end], the line that ends at it or the line that begins at it holds a tab."""
        i = bisect_left(self.breaks, start)
        j = bisect_left(self.breaks, end)
        first = bisect_left(self.tabs, self.breaks[i - 1] if i else 0)
        return first < len(self.tabs) and (j == len(self.breaks) or self.tabs[first] < self.breaks[j])


def _border(source: str, start: int, end: int, rows: _Rows) -> str:
    """Say which border a gap of white space is: a cell, a row, or none."""
    gap = source[start:end]
    if not _BREAKS.search(gap):
        if "\t" in gap:
            return CELL
        return ROW if len(gap) > 1 and start and source[start - 1].isdigit() and source[end].isdigit() else ""
    if rows.tabs and rows.beside(start, end):
        return ROW
    digits = start and source[start - 1].isdigit() and source[end].isdigit()
    if digits and not _one_numeral(source, start, end) and not joins(source, start):
        return ROW
    return ""


def _one_numeral(source: str, start: int, end: int) -> bool:
    """Say whether digits before and after a line break are one year (20⏎24年)."""
    left = re.search(r"\d{1,3}\Z", source[max(0, start - 4) : start])
    right = re.match(r"\d{1,3}(?=\s*[年)）\]〕])", source[end : end + 12])
    return bool(left and right and _YEAR.match(left[0] + right[0]) and len(left[0] + right[0]) == 4)
