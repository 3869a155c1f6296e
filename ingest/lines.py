"""The lines of a source: trimmed, with offsets, and what their look says."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.files.pagewords import is_tool
from ingest.flow import narrowed, squash

# Texts copied from the web may break lines by U+2028, U+2029 and U+0085.
_LINE = re.compile(r"[^\r\n\x85\u2028\u2029]+")
BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
# Marks that Markdown and PDF tools put before a line: # headings, - bullets, > quotes, ** emphasis.
_MARKS = re.compile(r"(?:#{1,6}\s+|[-*+•]\s+|>\s*|\*\*(?=\S))+")
_END = re.compile(r"[。；：！？.;:!?…](?:[”’」』）)\]】*]{0,3})$")
_STOP = re.compile(r"[。！？!?](?:[”’」』）)\]】*]{0,3})$")
DATE = re.compile(r"(\d{4}|[一二三四五六七八九〇○零OＯ]{4})年(\d{1,2}|[一二三四五六七八九十]{1,3})月(\d{1,2}|[一二三四五六七八九十]{1,3})日")
# - 12 -, 第3页 共9页, 3/9
PAGE = re.compile(
    r"[-—–－·]\s{0,3}\d{1,4}\s{0,3}[-—–－·]"
    r"|第\s{0,3}\d{1,4}\s{0,3}页(?:[,，/\s]{0,3}共\s{0,3}\d{1,4}\s{0,3}页)?"
    r"|\d{1,4}\s{0,3}/\s{0,3}\d{1,4}"
)
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

    @property
    def rank(self) -> int:
        """Depth of a Markdown heading, 0 for none."""
        return self.marks.count("#")

    @property
    def table(self) -> bool:
        """Say whether the line holds table cells; a tab after a label or between two sentences makes none."""
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
    return tuple(_scan(text, start, stop))


@lru_cache(maxsize=4)
def _whole(text: str) -> tuple[Line, ...]:
    return tuple(_scan(text, 0, len(text)))


def _scan(text: str, start: int, end: int) -> Iterator[Line]:
    """Yield the lines; a blank line is seen as a gap between two of them."""
    last = start
    folded = narrowed(text)
    for match in _LINE.finditer(text, start, end):
        raw = match[0]
        stripped = raw.strip(" \u3000\xa0\x0b\x0c\ufeff")
        if not stripped.strip() or PAGE.fullmatch(stripped) or is_tool(stripped):
            continue
        begin = match.start() + raw.index(stripped)
        finish = begin + len(stripped)
        marks = _MARKS.match(stripped)
        body = begin + (marks.end() if marks else 0)
        words = text[body:finish]
        key = squash(folded[body:finish]).replace("**", "")
        yield Line(begin, finish, body, words, key, marks[0].strip() if marks else "", last == start or _blank(text[last:begin]))
        last = finish


def _blank(between: str) -> bool:
    """Say whether a blank line stands between two lines."""
    return between != "\n" and len(BREAK.findall(between)) > 1
