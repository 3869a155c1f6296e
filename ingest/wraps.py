"""Hard-wrapped text: where a line break is only the end of a row of so many characters, and the paragraph goes on below."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ingest import labels
from ontology.records import Span

# Texts copied from the web may break lines by U+2028, U+2029 and U+0085.
LINE = re.compile(r"[^\r\n\x85\u2028\u2029]+")
BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
# - 12 -, 第3页 共9页, 3/9, 某某条例 第3页 共9页
PAGE = re.compile(
    r"[-—–－·]\s{0,3}\d{1,4}\s{0,3}[-—–－·]"
    r"|第\s{0,3}\d{1,4}\s{0,3}页(?:[,，/\s]{0,3}共\s{0,3}\d{1,4}\s{0,3}页)?"
    r"|\d{1,4}\s{0,3}/\s{0,3}\d{1,4}"
    r"|[^\n。；，：第]{4,40}+第\s{0,3}\d{1,4}\s{0,3}页[,，/\s]{0,3}共\s{0,3}\d{1,4}\s{0,3}页"
)
EDGE = " \u3000\xa0\x0b\x0c\ufeff\u200b"
# The longest page number: 第1234页，，，共1234页 with white space.
_LONGEST_PAGE = 40
_LONE = re.compile(r"\d{1,4}")
_NARROW = re.compile(r"[^\u1100-\u115f\u2014-\u2026\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]")
_TOKEN = re.compile(r"[A-Za-z\d.,%:/_-]+|.")
_STOP = re.compile(r"(?:[。；：！？;:!?][”’」』\]】]{0,3}|[）)])$")
# After a stop at the margin, a sentence that says from when and how long the whole text holds opens a paragraph: 本办法自…起施行.
_WHOLE = re.compile(r"本[^，。；]{2,8}?(?:自|由|有效期)")
_SIGN = re.compile(r"[，。；：、,;:]")
_OWN = re.compile(r"#{1,6}\s|[-*+•]\s|>\s|\|")
_GAPS = ("\t", " " * 4, "\u3000" * 4)
# A row of text has between so many columns; a Chinese character takes two.
NARROWEST, WIDEST = 30, 128
# A row may lack two characters and more, where a closing sign or a word did not fit.
SLACK = 4
# Fewer rows than this tell nothing; so large a share of the lines is full, so small a share longer, so many of the full ones end in mid-sentence.
FEWEST, FULL, OVER, OPEN = 6, 0.25, 0.02, 0.6
# Paragraphs are set off by blank lines or indents where this share of them is.
MARKED = 0.8


class _Line(NamedTuple):
    """One line that is neither blank nor a page number: its words and their start, the white space before them, what stands above."""

    start: int
    words: str
    lead: str
    blank: bool
    page: bool
    own: bool  # it stands for itself: table cells, words set apart by blanks, a Markdown heading or bullet


class _Row(NamedTuple):
    """A line measured: its words' span, the columns before and after their end."""

    start: int
    end: int
    words: str
    indent: int
    width: int
    blank: bool
    page: bool
    own: bool


@lru_cache(maxsize=4)
def gaps(text: str) -> tuple[Span, ...]:
    """Return the stretches of white space and page numbers at which a wrapped paragraph goes on in the next line, in text order."""
    if _unwrapped(text):
        return ()
    lines = _lines(text)
    if sum(1 for line in lines if not line.own) < FEWEST:
        return ()
    found = [page for size in (_columns, _signs) if (page := _page(lines, size))]
    return max(found, key=lambda page: page.even).gaps() if found else ()


def inside(text: str, start: int, end: int) -> tuple[Span, ...]:
    """Return the gaps of a text that lie within [start, end) and do not reach its end."""
    found = gaps(text)
    return found[bisect_left(found, start, key=lambda g: g.start) : bisect_left(found, end, key=lambda g: g.end)] if found else ()


def unbroken(text: str, start: int, end: int) -> str:
    """Return text[start:end] without its gaps."""
    found = inside(text, start, end)
    if not found:
        return text[start:end]
    kept = [start, *(side for gap in found for side in (gap.start, gap.end)), end]
    return "".join(text[a:b] for a, b in zip(kept[::2], kept[1::2], strict=True))


def joins(text: str, offset: int) -> bool:
    """Say whether an offset lies in a gap."""
    found = gaps(text)
    i = bisect_right(found, offset, key=lambda g: g.start) - 1
    return i >= 0 and offset < found[i].end


@dataclass(frozen=True, slots=True)
class _Page:
    """The lines of a wrapped text, the columns of a full row, the indents of rows that go on and that open
    a paragraph, and whether paragraphs are set off."""

    rows: Sequence[_Row]
    size: Callable[[str], int]
    margin: int
    even: int  # how many rows are of one width
    base: int = 0
    opening: int = 0
    marked: bool = False

    def gaps(self) -> tuple[Span, ...]:
        """Return what stands between two rows of one paragraph."""
        made: list[Span] = []
        for above, row in pairwise(self.rows):
            first = not (made and made[-1].end == above.start)
            if self._goes_on(above, row) and (self.marked or not (first and _heads(above, row))):
                made.append(Span(above.end, row.start))
        return tuple(made)

    def full(self, row: _Row, below: _Row) -> bool:
        """Say whether the first word of the next line had no room in this one."""
        if row.width >= self.margin - SLACK:
            return True
        token = _TOKEN.match(below.words)
        return bool(token and row.width + self.size(token[0]) > self.margin)

    def _goes_on(self, above: _Row, row: _Row) -> bool:
        """Say whether a paragraph goes on from the line above."""
        if above.own or row.own or abs(row.indent - self.base) > 1 or not self.full(above, row):
            return False
        if above.indent > max(self.base, self.opening) + 1:  # a centred line
            return False
        stopped = bool(_STOP.search(above.words))
        if row.blank and not (row.page and not stopped):
            return False
        if self.marked or not stopped:
            return True
        # Without marks a label after a stop opens a paragraph, and a short line that ends no sentence is a heading or a signature.
        labelled = labels.read(row.words) or labels.annex(row.words) or _WHOLE.match(row.words)
        return not labelled and bool(row.width >= self.margin - SLACK or _STOP.search(row.words))


def _unwrapped(text: str) -> bool:
    """Say whether so many lines are longer than any margin that the text cannot be wrapped, as of most texts; no record is made of a line."""
    lines = LINE.findall(text)
    over, allowed = 0, OVER * len(lines)
    for line in lines:
        if 2 * len(line) > WIDEST + SLACK and _columns(words := line.strip(EDGE)) > WIDEST + SLACK and not (_is_own(words) or words.isspace()):
            over += 1
            if over > allowed:
                return True
    return False


def _is_own(words: str) -> bool:
    """Say whether a line stands for itself."""
    return any(gap in words for gap in _GAPS) or bool(_OWN.match(words))


def _lines(text: str) -> list[_Line]:
    """List the lines that hold words."""
    found: list[_Line] = []
    last, page = 0, False
    for match in LINE.finditer(text):
        line = match[0]
        words = line.strip(EDGE)
        if not words or words.isspace():
            continue
        if len(words) <= _LONGEST_PAGE and (PAGE.fullmatch(words) or _LONE.fullmatch(words)):
            page = True
            continue
        lead = line[: line.index(words)]
        start = match.start() + len(lead)
        found.append(_Line(start, words, lead, len(BREAK.findall(text, last, start)) > 1, page, _is_own(words)))
        last, page = start + len(words), False
    return found


def _columns(words: str) -> int:
    """Count columns up to the widest margin: a Chinese character takes two."""
    # A line with more signs is longer than any margin, however wide they are.
    return len(words) if words.isascii() or len(words) > WIDEST + SLACK else 2 * len(words) - len(_NARROW.findall(words))


def _signs(words: str) -> int:
    """Count columns where each sign takes two, as programs do that wrap by the number of signs."""
    return 2 * len(words)


def _page(lines: Sequence[_Line], size: Callable[[str], int]) -> _Page | None:
    """Return how a text is wrapped, None where it is not."""
    widths = [(size(line.lead), size(line.words)) for line in lines]
    prose = [indent + width for line, (indent, width) in zip(lines, widths, strict=True) if not line.own]
    # Most texts are not wrapped, and have more longer lines than any margin allows.
    if sum(1 for width in prose if width > WIDEST + SLACK) > OVER * len(prose):
        return None
    counts = Counter(prose)
    best = max(range(NARROWEST, WIDEST + 1), key=lambda margin: sum(counts[margin - i] for i in range(SLACK + 1)) * WIDEST + counts[margin])
    full = [line for line, (a, b) in zip(lines, widths, strict=True) if not line.own and best - SLACK <= a + b <= best]
    over = sum(1 for width in prose if width > best + SLACK)
    going = sum(1 for line in full if not _STOP.search(line.words))
    if len(full) < max(FEWEST, FULL * len(prose)) or over > OVER * len(prose) or going < OPEN * len(full):
        return None
    rows = [_Row(one.start, one.start + len(one.words), one.words, a, a + b, *one[3:]) for one, (a, b) in zip(lines, widths, strict=True)]
    page = _Page(rows, size, best, max(counts[best - i] for i in range(SLACK + 1)))
    page = replace(page, base=_base(page), opening=_opening(page))
    return replace(page, marked=_marked(page))


def _base(page: _Page) -> int:
    """Return the indent of most lines that go on from a full one that ends in mid-sentence."""
    indents = Counter(b.indent for a, b in pairwise(page.rows) if not b.blank and page.full(a, b) and not _STOP.search(a.words))
    return indents.most_common(1)[0][0] if indents else 0


def _opening(page: _Page) -> int:
    """Return the indent of most lines that follow one with room left."""
    indents = Counter(b.indent for a, b in pairwise(page.rows) if not page.full(a, b))
    return indents.most_common(1)[0][0] if indents else 0


def _marked(page: _Page) -> bool:
    """Say whether paragraphs are set off by a blank line or an indent, so that a stop at the margin ends none."""
    ends = [b for a, b in pairwise(page.rows) if not page.full(a, b)]
    return sum(1 for row in ends if row.blank or abs(row.indent - page.base) > 1) >= MARKED * len(ends)


def _heads(above: _Row, row: _Row) -> bool:
    """Say whether a line as wide as a row is a title or heading: no sign in it, and a label or an addressee below."""
    return not _SIGN.search(above.words) and bool(row.words.endswith(("：", ":")) or labels.read(row.words))
