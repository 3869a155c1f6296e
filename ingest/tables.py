"""Tables: lines with tabs, and HTML tables in the text; each row by itself, with the names of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.flow import squash
from ingest.lines import Line
from ontology.records import Span

_TAG = re.compile(r"<[^<>]{1,200}>")
_HTML_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.IGNORECASE | re.DOTALL)
_HTML_CELL = re.compile(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", re.IGNORECASE | re.DOTALL)
_RULE = re.compile(r"^\|[-:|]+$")
_FIGURE = re.compile(r"^[\d.,%]+$")
# The line above a table that gives the unit of its figures, and columns that hold none.
_UNIT = re.compile(r"单位[:：]([百千万亿]*元(?:[/·每][^()（）]{1,8})?|%)")
_WORDS = re.compile(r"序号|编号|名称|备注|数量|个数|人数|家数|年限|单位$|部门")
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
    last = -2
    for i, line in enumerate(lines):
        if not line.table:
            continue
        cells = _cells(line.text)
        if _RULE.match(line.key):
            last = i
            continue
        if last != i - 1 or not header:
            if _is_header(cells) and cells not in (header, plain):
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


def _cells(text: str) -> tuple[str, ...]:
    """Return the words of each cell without tags and white space."""
    cells = text.strip().strip("|").split("|") if text.startswith("|") else text.split("\t")
    return tuple(squash(_TAG.sub("", cell)) for cell in cells)


def _is_header(cells: Sequence[str]) -> bool:
    """Say whether cells are names of columns: all filled, short, no figures."""
    return len(cells) > 1 and all(cell and len(cell) <= 20 and not _FIGURE.match(cell) for cell in cells)


def _html(lines: Sequence[Line], table: int) -> list[Row]:
    """Return the rows of HTML tables that stand in one line each or run over several."""
    opened = [i for i, line in enumerate(lines) if "<tr" in line.text.lower()]
    if not opened:
        return []
    found: list[Row] = []
    header: tuple[str, ...] = ()
    count = 0
    for line in (lines[i] for i in opened):
        for match in _HTML_ROW.finditer(line.text):
            cells = tuple(squash(_TAG.sub("", cell)) for cell in _HTML_CELL.findall(match[1]))
            if not header and _is_header(cells):
                table, header = table + 1, cells
                continue
            count += 1
            found.append(Row(f"表{max(table, 1)}行{count}", Span(line.body + match.start(), line.body + match.end()), header))
    return found
