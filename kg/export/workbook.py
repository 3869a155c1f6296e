"""One workbook of all tables: text stays text, links lead to the clause or document, nothing is read as a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kg.export import tables, whole
from kg.export.whole import Stamp
from kg.shelf import Shelf

# The format's own bounds: rows of a sheet (one is the head), characters of a cell, links of a sheet, digits of a number.
_ROWS = 1_048_575
_CHARACTERS = 32_767
_LINKS = 65_000
_DIGITS = 15
_LINK_CHARACTERS = 2000
_CUT = "…（全文见 CSV）"
_FORMULA = ("=", "+", "-", "@")

_NAMES = {
    "documents": "文件", "clauses": "条款", "amounts": "数额", "responsibilities": "职责", "references": "引用", "definitions": "定义",
    "deadlines": "期限", "norms": "规范语句", "agencies": "机构",
}  # fmt: skip
_WIDE = {"text": 80, "quote": 40, "meaning": 50, "document": 40, "title": 40, "clause": 30, "name": 30, "path": 24, "task": 40, "condition": 30, "who": 24}

Cell = object
Where = dict[str, tuple[str, int]]  # clause or document → sheet and row (from 1) that tell of it


@dataclass(slots=True)
class _Sheet:
    """A sheet while it is filled, and the links it has."""

    inner: Worksheet
    formats: _Formats
    links: int = 0


@dataclass(frozen=True, slots=True)
class _Formats:
    """The formats of cells: text, text that could be taken for a formula, dates, links, heads."""

    text: Format
    quoted: Format
    day: Format
    link: Format
    head: Format


@dataclass(slots=True)
class _Book:
    """The workbook, the columns that are numbers or dates, and where clauses and documents stand."""

    inner: xlsxwriter.Workbook
    formats: _Formats
    where: Where = field(default_factory=dict)


def write_workbook(shelf: Shelf, path: Path, on: date) -> dict[str, int]:
    """Write one sheet a table, behind a sheet that says what this is, and return the numbers of rows."""
    stamp = Stamp.of(shelf.manifest, on)
    with whole.file(path) as fresh:
        book = _open(fresh, stamp)
        listed = {name: list(tables.rows(shelf, name, on)) for name in tables.COLUMNS}
        counts = {name: len(rows) for name, rows in listed.items()}
        _cover(book, stamp, counts)
        _place(book, listed)
        for name, rows in listed.items():
            for part in range(0, max(1, len(rows)), _ROWS):
                _fill(book, name, part // _ROWS, rows[part : part + _ROWS])
        book.inner.close()
    return counts


def _open(path: Path, stamp: Stamp) -> _Book:
    inner = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True})
    inner.set_properties({"title": "政策知识图谱", "created": whole.moment(stamp), "comments": str(stamp)})
    formats = _Formats(
        inner.add_format({"num_format": "@", "valign": "top"}),
        inner.add_format({"num_format": "@", "valign": "top", "quote_prefix": True}),
        inner.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
        inner.add_format({"num_format": "@", "valign": "top", "font_color": "#0550AE", "underline": 1}),
        inner.add_format({"bold": True, "bg_color": "#EAEEF2", "border": 1}),
    )
    return _Book(inner, formats)


def _cover(book: _Book, stamp: Stamp, counts: dict[str, int]) -> None:
    sheet = book.inner.add_worksheet("说明")
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 60)
    lines = (
        ("内容", "政策知识图谱的全部数据表"),
        ("构建", stamp.build),
        ("构建时间", stamp.built),
        ("效力判断日", stamp.on.isoformat()),
        ("IRI 前缀", stamp.base),
    )
    for row, (head, words) in enumerate(lines):
        sheet.write_string(row, 0, head, book.formats.head)
        sheet.write_string(row, 1, words, book.formats.text)
    for row, (name, count) in enumerate(counts.items(), len(lines) + 1):
        sheet.write_url(row, 0, f"internal:'{_NAMES[name]}'!A1", book.formats.link, _NAMES[name])
        sheet.write_string(row, 1, f"{count} 行（{name}.csv）", book.formats.text)


def _place(book: _Book, listed: dict[str, list[tuple[Cell, ...]]]) -> None:
    """Note where each clause and each document stands, so that cells that name them can lead there."""
    for name in ("documents", "clauses"):
        for number, row in enumerate(listed[name]):
            book.where.setdefault(str(row[0]), (_title(name, number // _ROWS), number % _ROWS + 2))


def _title(name: str, part: int) -> str:
    return _NAMES[name] + (f" {part + 1}" if part else "")


def _fill(book: _Book, name: str, part: int, rows: Iterable[tuple[Cell, ...]]) -> None:
    columns = tables.COLUMNS[name]
    sheet = _Sheet(book.inner.add_worksheet(_title(name, part)), book.formats)
    sheet.inner.freeze_panes(1, 0)
    last = 0
    for column, head in enumerate(columns):
        sheet.inner.set_column(column, column, _WIDE.get(head, 14))
        sheet.inner.write_string(0, column, head, book.formats.head)
    writers = [_writer(book, sheet, name, head) for head in columns]
    for last, row in enumerate(rows, 1):
        for column, (write, cell) in enumerate(zip(writers, row, strict=True)):
            if cell is not None and cell != "":
                write(last, column, str(cell))
    sheet.inner.autofilter(0, 0, last, len(columns) - 1)


def _writer(book: _Book, sheet: _Sheet, name: str, head: str) -> Callable[[int, int, str], None]:
    """Return how the cells of a column are written."""
    kind = tables.TYPES.get(head, "string")
    if kind in ("integer", "number"):
        return lambda row, column, words: _number(sheet, row, column, words)
    if kind == "date":
        return lambda row, column, words: _day(sheet, row, column, words)
    if head == "url":
        return lambda row, column, words: _link(sheet, row, column, words, words)
    own = (name, head) in (("documents", "document"), ("clauses", "clause"))
    if head in ("clause", "document", "resolved", "copy_of") and not own:
        return lambda row, column, words: _link(sheet, row, column, _inside(book, words), words)
    return lambda row, column, words: _text(sheet, row, column, words)


def _inside(book: _Book, words: str) -> str:
    """Return the address of the row that tells of a clause or document, "" where there is none."""
    place = book.where.get(words)
    return "" if place is None else f"internal:'{place[0]}'!A{place[1]}"


def _text(sheet: _Sheet, row: int, column: int, words: str) -> None:
    """Write text as text, with the mark that keeps an editor from reading a formula where it begins like one."""
    if len(words) > _CHARACTERS:
        words = words[: _CHARACTERS - len(_CUT)] + _CUT
    sheet.inner.write_string(row, column, words, sheet.formats.quoted if words.startswith(_FORMULA) else sheet.formats.text)


def _number(sheet: _Sheet, row: int, column: int, words: str) -> None:
    """Write a number as a number, unless it has more digits than a cell keeps."""
    if sum(sign.isdigit() for sign in words) > _DIGITS:
        _text(sheet, row, column, words)
    else:
        sheet.inner.write_number(row, column, float(words))


def _day(sheet: _Sheet, row: int, column: int, words: str) -> None:
    sheet.inner.write_datetime(row, column, datetime.fromisoformat(words), sheet.formats.day)


def _link(sheet: _Sheet, row: int, column: int, address: str, words: str) -> None:
    """Write words that lead somewhere, as far as a sheet can hold links."""
    if address.startswith(("internal:", "http://", "https://")) and len(address) <= _LINK_CHARACTERS and sheet.links < _LINKS:
        sheet.links += 1
        sheet.inner.write_url(row, column, address, sheet.formats.link, words)
    else:
        _text(sheet, row, column, words)
