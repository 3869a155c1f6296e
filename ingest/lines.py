"""The lines of a source: trimmed, with offsets, and what their look says."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.files.pagewords import MENU, TOOL, is_edge, is_menu, is_tool
from ingest.flow import narrowed, squash
from ingest.wraps import BREAK, EDGE, LINE, PAGE, inside

# Marks that Markdown and PDF tools put before a line: # headings, - bullets, > quotes, ** emphasis.
_MARKS = re.compile(r"(?:#{1,6}\s+|[-*+•]\s+|>\s*|\*\*(?=\S))+")
_END = re.compile(r"[。；：！？.;:!?…](?:[”’」』）)\]】*]{0,3})$")
_STOP = re.compile(r"[。！？!?](?:[”’」』）)\]】*]{0,3})$")
DATE = re.compile(r"(\d{4}|[一二三四五六七八九〇○零OＯ]{4})年(\d{1,2}|[一二三四五六七八九十]{1,3})月(\d{1,2}|[一二三四五六七八九十]{1,3})日")
# Blanks between the cells of a row, and wide ones; rows of a table, and characters of one.
GAP = re.compile(r"(?<=\S)(?:[ \u3000]{3,}|[ ]*\u3000[ \u3000]*)(?=\S)")
_WIDE = re.compile(r"[ \u3000]{3,}|\u3000{2,}")
_ROWS, _ROW = 3, 120
_CHAPTER = re.compile(r"第[一二三四五六七八九十百零\d]+[编章节条]|目录")
_DATE_LINE = re.compile(rf"^[（(]?{DATE.pattern}[）)]?$")
# 第三条⇥…, （二）⇥…, or a long sentence, a stray tab, and the next one
_PROSE = re.compile(
    r"第[^\t]{1,8}[条章节编]"
    r"|(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,3}[.．、])[ \u3000]*\t[^\t]*$"
    r"|[^\t]{40,}[。；，]\t[^\t]+$"
)
_NOTE = re.compile(r"^[（(\[【][^（）()]*(?:公开|印发|发布|属性|联系|信息来|盖章|略|代章)[^（）()]*[）)\]】]$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank: span without white space at its ends, ``body`` where the words begin after Markdown marks."""

    start: int
    end: int
    body: int
    text: str  # words from ``body`` to ``end``, as the source writes them
    key: str  # the same without white space, emphasis and full-width signs
    marks: str  # e.g. "##" or "-"
    spaced: bool  # a blank line stands before it
    wide: bool = False  # a row of a table whose cells stand apart by blanks

    @property
    def rank(self) -> int:
        """Depth of a Markdown heading, 0 for none."""
        return self.marks.count("#")

    @property
    def table(self) -> bool:
        """Say whether the line holds table cells; a tab after a label or between two sentences makes none."""
        if self.wide:
            return True
        if self.text.startswith("|"):
            return self.text.count("|") > 2
        return "\t" in self.text and not _PROSE.match(self.text)

    @property
    def ends(self) -> bool:
        """Say whether the line ends with a stop, colon or semicolon."""
        return bool(_END.search(self.key))

    @property
    def stops(self) -> bool:
        """Say whether the line ends a sentence."""
        return bool(_STOP.search(self.key))

    @property
    def dated(self) -> bool:
        """Say whether the line is nothing but a day."""
        return bool(_DATE_LINE.match(self.key))

    @property
    def note(self) -> bool:
        """Say whether the line is a note in brackets, such as （此件公开发布）."""
        return bool(_NOTE.match(self.key))


def scan(text: str, start: int = 0, end: int | None = None) -> tuple[Line, ...]:
    """Return the lines of text[start:end] that are neither blank nor a page number, offsets counting in the whole text."""
    stop = len(text) if end is None else end
    lines = _whole(text)
    if (start, stop) == (0, len(text)):
        return lines
    # Most ranges begin and end with lines of the whole text, which has been scanned already.
    first = bisect_left(lines, start, key=lambda line: line.start)
    last = bisect_right(lines, stop, key=lambda line: line.end)
    if first < last and lines[first].start == start and lines[last - 1].end == stop:
        return (replace(lines[first], spaced=True), *lines[first + 1 : last])
    return _tabled(tuple(_scan(text, start, stop)))


@lru_cache(maxsize=4)
def _whole(text: str) -> tuple[Line, ...]:
    """Return the lines of a source without what its page prints below the text: 相关链接：…, 版权所有：…."""
    lines = _tabled(tuple(_scan(text, 0, len(text))))
    last = len(lines)
    while last > 1 and is_edge(lines[last - 1].text):
        last -= 1
    return lines[:last]


def _scan(text: str, start: int, end: int) -> Iterator[Line]:
    """Yield the lines; a blank line is seen as a gap between two of them."""
    last = start
    for begin, finish, stripped, folded in _pieces(text, start, end):
        marks = _MARKS.match(stripped)
        size = marks.end() if marks else 0
        key = squash(folded[size:] if size else folded).replace("**", "")
        yield Line(begin, finish, begin + size, stripped[size:], key, marks[0].strip() if marks else "", last == start or _blank(text[last:begin]))
        last = finish


def _tabled(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Mark the rows of tables whose cells stand apart by blanks: three lines and more with as many cells each, figures in them."""
    if sum(1 for line in lines if len(line.text) > len(line.key) + 3 and _WIDE.search(line.text) and not _CHAPTER.match(line.key)) < _ROWS - 1:
        return lines
    counts = [0 if "\t" in line.text or len(line.key) > _ROW or line.ends or _CHAPTER.match(line.key) else len(GAP.findall(line.text)) for line in lines]
    wide: set[int] = set()
    i = 0
    while i < len(lines):
        j = i + 1
        while j < len(lines) and counts[j] == counts[i] > 1:
            j += 1
        apart = sum(len(_WIDE.findall(line.text)) for line in lines[i:j])
        if j - i >= _ROWS and apart * 2 > counts[i] * (j - i) and any(sign.isdigit() for line in lines[i + 1 : j] for sign in line.key):
            wide.update(range(i, j))
        i = j
    return tuple(replace(line, wide=True) if i in wide else line for i, line in enumerate(lines)) if wide else lines


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int, str, str]]:
    """Yield start, end, words and folded words of each line; the rows of a wrapped paragraph are one, spaces where it was broken."""
    joints = {gap.start: gap for gap in inside(text, start, end)}
    whole = narrowed(text)
    words, folded, first, goes_to = "", "", 0, start
    for match in LINE.finditer(text, start, end):
        line = match[0]
        stripped = line.strip(EDGE)
        if match.start() < goes_to > match.end() or not stripped or stripped.isspace():
            continue
        if not words and len(stripped) <= TOOL and (PAGE.fullmatch(stripped) or is_tool(stripped)):
            continue
        if not words and len(stripped) <= MENU and not stripped.endswith(("。", "；")) and is_menu(stripped):
            continue
        begin = match.start() + line.index(stripped)
        finish = begin + len(stripped)
        first = first if words else begin
        words += stripped
        folded += whole[begin:finish]
        if gap := joints.get(finish):
            words += " " * (gap.end - gap.start)
            folded += " " * (gap.end - gap.start)
            goes_to = gap.end
            continue
        yield first, finish, words, folded
        words = folded = ""


def _blank(between: str) -> bool:
    """Say whether a blank line stands between two lines."""
    return between != "\n" and len(BREAK.findall(between)) > 1
