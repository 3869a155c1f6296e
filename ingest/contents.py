"""Contents lists: where one stands, and what it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import labels, titles
from ingest.lines import Line

_HEAD = re.compile(r"^(?:目录|目次|目錄|contents)$", re.IGNORECASE)
# An entry with its page: 1.青岛市……办法	23, or 第一章 总则……1
_PAGED = re.compile(r"(?:\t[ \t]*|[.．·…。﹒]{3,}[ \t]*| {3,})[-—]?[ ]?\d{1,4}[ ]?[-—]?$")
_LEAD = re.compile(r"^(?:\d{1,3}[.．、]|[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、)")
_NUMBER = re.compile(r"(\d{1,4})[-—]?$")
_ORDER = re.compile(r"[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[）).．、]?")
# An entry has its words and its page.
CELLS = 2
# Lines that a wrapped entry may take before the page number comes.
_WRAP = 3
_LONGEST = 60
# So many of eight entries come again below a list that has no heading.
_AGAIN = 2
_TAIL = 80


@dataclass(frozen=True, slots=True)
class Contents:
    """A contents list: its lines [first, last), and the keys of its entries without numbers and pages."""

    first: int
    last: int
    entries: tuple[str, ...]


def find(lines: Sequence[Line], start: int = 0, stop: int | None = None) -> Contents | None:
    """Return the first contents list that begins in lines [start, stop), or None; one without a heading of its own names lines that come again below it."""
    later: dict[str, int] | None = None
    for i in range(start, min(stop or len(lines), len(lines))):
        if _HEAD.match(lines[i].key):
            return _paged(lines, i, i + 1) or _plain(lines, i)
        if _page(lines[i]) is not None and len(run := _run(lines, i)) >= 4:
            later = later or {_words(line.text): k for k, line in enumerate(lines)}
            if sum(1 for line in run if later.get(_words(line.text[: _page(line)]), 0) > i) >= _AGAIN:
                return _paged(lines, i, i)
    return None


def _words(text: str) -> str:
    """Return the words of an entry or of the heading that it names, without label and white space."""
    return titles.same(_LEAD.sub("", _bare(text)))


def _run(lines: Sequence[Line], i: int) -> list[Line]:
    """List the paged lines among the eight from line i on; none where they are rows of a table: their last numbers fall, or more cells stand before them."""
    paged = [line for line in lines[i : i + 8] if _page(line) is not None and len(line.key) < _LONGEST * 2]
    pages = [int(match[1]) for line in paged if (match := _NUMBER.search(line.key))]
    if pages != sorted(pages) or any(len(_cells(line)) > CELLS for line in paged):
        return []
    return paged


def _cells(line: Line) -> list[str]:
    """Return the cells of a line that hold more than a number of order."""
    return [cell for cell in line.text.split("\t") if cell.strip() and not _ORDER.fullmatch(cell.strip())]


def _paged(lines: Sequence[Line], first: int, i: int) -> Contents | None:
    """Read entries that end in page numbers; a wrapped entry is joined."""
    entries: list[str] = []
    part = ""
    last = i
    while i < len(lines) and i - last <= _WRAP:
        page = _page(lines[i])
        part += _bare(lines[i].text[:page] if page is not None else lines[i].text)
        if page is not None:
            entries.append(_LEAD.sub("", part))
            part, last = "", i + 1
        elif lines[i].stops or len(part) > 3 * _LONGEST:
            part = ""
        i += 1
    return Contents(first, last, tuple(entries)) if len(entries) >= 3 else None


def _plain(lines: Sequence[Line], first: int) -> Contents:
    """Read entries without pages: labelled or short lines up to the one where the first of them comes again."""
    i = first + 1
    if i >= len(lines):
        return Contents(first, i, ())
    opening = lines[i].key
    top = labels.read(lines[i].text)
    for j in range(i + 1, min(len(lines), first + 400)):
        line = lines[j]
        label = labels.read(line.text)
        if line.key == opening or (label and label.value == 1 and (label.kind == labels.ARTICLE or (top and label.name == top.name))):
            return Contents(first, _before_titles(lines, i, j), tuple(entry.key for entry in lines[i:j]))
        if line.ends or len(line.key) > _LONGEST:
            return Contents(first, j, tuple(entry.key for entry in lines[i:j]))
    return Contents(first, first + 1, ())


def _before_titles(lines: Sequence[Line], i: int, j: int) -> int:
    """Step back over headings without article number (第一章 总则) that already belong to the body."""
    while j - 1 > i and (label := labels.read(lines[j - 1].text)) and label.kind in labels.HEADED and lines[j].key != lines[i].key:
        if any(lines[k].key == lines[j - 1].key for k in range(i, j - 1)):
            j -= 1
        else:
            break
    return j


def _page(line: Line) -> int | None:
    """Return where a line's leader and page number begin, None where it has none."""
    if not line.key[-1:].isdigit() and not line.key.endswith(("-", "—")):
        return None
    # The leader may be long, the rest is short: looking at the end alone keeps a line of blanks cheap.
    offset = max(0, len(line.text) - _TAIL)
    match = _PAGED.search(line.text, offset)
    return match.start() if match else None


def _bare(text: str) -> str:
    """Return an entry's words without white space."""
    return re.sub(r"\s+", "", text)
