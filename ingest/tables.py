"""Tables: lines with tabs or pipes, and HTML tables in the text; each row by itself, with the names of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.flow import squash
from ingest.lines import GAP, Line
from ontology.records import Span

_TAB, _PIPE = re.compile("\t"), re.compile(r"\|")
_HTML_SPAN = re.compile(r"(col|row)span\s*=\s*[\"']?(\d{1,2})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,200}>")
_HTML_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.IGNORECASE | re.DOTALL)
_HTML_CELL = re.compile(r"<t[dh]\b([^>]*)>(.*?)</t[dh]>", re.IGNORECASE | re.DOTALL)
_RULE = re.compile(r"^\|[-:|]+$")
_FIGURE = re.compile(r"^[\d.,%]+$")
# The line above a table that gives the unit of its figures, and columns that hold none.
_UNIT = re.compile(r"单位[:：]([百千万亿]*元(?:[/·每][^()（）]{1,8})?|%)")
_WORDS = re.compile(r"序号|编号|名称|备注|数量|个数|人数|家数|年限|单位$|部门")
# The unit that a name of a column gives, and a sum of money or a share, which no name is.
_MEASURE = re.compile(r"[（(][^（）()]{1,10}[）)]$")
_SUM = re.compile(r"\d[百千万亿]*元|\d%")
CAPTION = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: label 表1行2, span, names of its columns."""

    label: str
    span: Span
    header: tuple[str, ...]


def rows(lines: Sequence[Line]) -> tuple[Row, ...]:
    """Return the rows of all tables in the lines; a header that comes again on the next page is no row."""
    found: list[Row] = []
    header: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    table = count = 0
    double = _double(lines)
    lower = {below for _, below in double.values()}
    last = -2
    for i, line in enumerate(lines):
        if not line.table:
            continue
        cells = double[i][0] if i in double else _cells(line.text)
        if _RULE.match(line.key) or i in lower:
            last = i
            continue
        if last != i - 1 or not header:
            if (i in double or _is_header(cells)) and cells not in (header, plain):
                table, count, header = table + 1, 0, measured(cells, lines[max(0, i - CAPTION) : i])
                last, plain = i, cells
                continue
            if not header:
                table, count, header = table + 1, 0, ()
        last = i
        if cells in (header, plain):
            continue
        count += 1
        end = line.body + len(line.text.rstrip())
        found.append(Row(f"表{table}行{count}", Span(line.start, max(end, line.start + 1)), header))
    return (*found, *_html(lines, table))


def measured(header: tuple[str, ...], above: Sequence[Line]) -> tuple[str, ...]:
    """Return the names of columns with the unit of money that the line above a table gives for all figures: 单位：万元."""
    unit = next((m[1] for line in reversed(above) if (m := _UNIT.search(line.key))), None)
    if unit is None:
        return header
    return tuple(name if i == 0 or "（" in name or "(" in name or _WORDS.search(name) else f"{name}（{unit}）" for i, name in enumerate(header))


def cells(text: str, row: Span) -> tuple[Span, ...]:
    """Return where the words of each cell of a row stand, blank cells too."""
    if text.startswith("<", row.start):
        return tuple(Span(*match.span(2)) for match in _HTML_CELL.finditer(text, row.start, row.end))
    piped = text.startswith("|", row.start)
    between = _PIPE if piped else _TAB if text.find("\t", row.start, row.end) >= 0 else GAP
    gaps = list(between.finditer(text, row.start + piped, row.end))
    stops, starts = [gap.start() for gap in gaps], [row.start + piped, *(gap.end() for gap in gaps)]
    found = [Span(a, b) for a, b in zip(starts, [*stops, row.end], strict=True)]
    return tuple(found[:-1] if piped and stops and not text[found[-1].start : row.end].strip() else found)


def _cells(text: str) -> tuple[str, ...]:
    """Return the words of each cell without tags and white space."""
    between = "|" if text.startswith("|") else "\t"
    words = text.strip().removeprefix("|").removesuffix("|") if between == "|" else text
    cells = words.split(between) if between in text else GAP.split(text)
    return tuple(squash(_TAG.sub("", cell)) for cell in cells)


def _double(lines: Sequence[Line]) -> dict[int, tuple[tuple[str, ...], int]]:
    """Return, by the first line of a header in two rows, the names of its columns and its second line: 任务|责任分工||时限 over |牵头单位|配合单位|."""
    found: dict[int, tuple[tuple[str, ...], int]] = {}
    for i, line in enumerate(lines[:-1]):
        if not line.table or (i and lines[i - 1].table):
            continue
        below = i + 2 if _RULE.match(lines[i + 1].key) and i + 2 < len(lines) else i + 1
        if lines[below].table and (names := _joined(_cells(line.text), _cells(lines[below].text))):
            found[i] = names, below
    return found


def _joined(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Return the names of two rows of a header as one, () where they are none: names stand in the lower one only below a cell that takes several columns.

    Such a cell is written once, blank ones behind it, or in each of its columns.
    """
    size = max(len(upper), len(lower))
    upper, lower = (*upper, *[""] * (size - len(upper))), (*lower, *[""] * (size - len(lower)))
    first = [i for i, name in enumerate(upper) if name and not (i and name == upper[i - 1])]
    if not first or first[0] or len(first) == size or not _is_header([upper[i] for i in first]):
        return ()
    names = []
    for begin, end in pairwise((*first, size)):
        above, below = upper[begin], lower[begin:end]
        if end - begin == 1:
            if below[0] not in ("", above):
                return ()
            names.append(above)
            continue
        if not _is_header(below) or any(_SUM.search(name) for name in below):
            return ()
        names += [_under(above, name) for name in below]
    return tuple(names) if len(names) > sum(" " in name for name in names) else ()


def _under(above: str, below: str) -> str:
    """Return the name of a column below a cell that takes several: 补贴标准（元/亩） over 第一年 is 补贴标准 第一年（元/亩）."""
    unit = _MEASURE.search(above)
    own = "" if unit is None or _MEASURE.search(below) else unit[0]
    return f"{_MEASURE.sub('', above)} {below}{own}"


def own_name(name: str) -> str:
    """Return the name of a column without that of the cell above it."""
    return name.rpartition(" ")[2]


def _is_header(cells: Sequence[str]) -> bool:
    """Say whether cells are names of columns: all filled, short, no figures."""
    return len(cells) > 1 and all(cell and len(cell) <= 20 and not _FIGURE.match(cell) for cell in cells)


def _html(lines: Sequence[Line], table: int) -> list[Row]:
    """Return the rows of HTML tables that stand in one line each or run over several; a row that cells from above reach into has the names of its own cells."""
    found: list[Row] = []
    header: tuple[str, ...] = ()
    count = 0
    below: dict[int, int] = {}  # column → rows for which a cell from above still takes it
    above: list[tuple[int, int, str]] = []  # the cells of the header
    for line in (line for line in lines if "<tr" in line.text.lower()):
        end = 0
        for match in _HTML_ROW.finditer(line.text):
            if "<table" in line.text[end : match.start()].lower():
                header, count, below = (), 0, {}
            end = match.end()
            parts = list(_columns(match[1], below))
            words = [squash(_TAG.sub("", cell)) for _, _, cell in parts]
            if not header and _is_header(words):
                above = parts
                table, header = table + 1, tuple(word for word, (_, wide, _) in zip(words, parts, strict=True) for _ in range(wide))
                continue
            spanned = [c for column, wide, _ in above if wide > 1 for c in range(column, column + wide)]
            above = []
            if spanned == [column for column, _, _ in parts] and _is_header(words):
                for (column, _, _), word in zip(parts, words, strict=True):
                    header = (*header[:column], _under(header[column], word), *header[column + 1 :])
                continue
            count += 1
            own = tuple(header[column] if column < len(header) else "" for column, _, _ in parts) if header else ()
            found.append(Row(f"表{max(table, 1)}行{count}", Span(line.body + match.start(), line.body + end), own))
    return found


def _columns(row: str, below: dict[int, int]) -> Iterator[tuple[int, int, str]]:
    """Yield column, width and words of each cell of an HTML row; ``below`` is kept for the next row."""
    column = 0
    taken = {c for c, rows_ in below.items() if rows_ > 0}
    for c in taken:
        below[c] -= 1
    for match in _HTML_CELL.finditer(row):
        while column in taken:
            column += 1
        sizes = {name.lower(): int(size) for name, size in _HTML_SPAN.findall(match[1])}
        wide = max(1, sizes.get("col", 1))
        for c in range(column, column + wide):
            below[c] = max(below.get(c, 0), sizes.get("row", 1) - 1)
        yield column, wide, match[2]
        column += wide
