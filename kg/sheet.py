"""Tables to open in a spreadsheet: CSV with a byte-order mark and workbooks; no cell of text is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

import xlsxwriter

# A text that begins so is taken for a formula by spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# The longest text of a cell in a workbook.
CELL = 32_767

Cell = str | int | float | Decimal | None


def defused(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet computes: a text that begins like a formula gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file in UTF-8 with a byte-order mark, lines ended by CRLF."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows(["" if cell is None else defused(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def xlsx_bytes(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]) -> bytes:
    """Return a workbook of (name, columns, rows); texts stay texts, numbers are numbers."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for name, columns, rows in sheets:
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(len(columns) - 1, 0), 22, wrap)
            sheet.write_row(0, 0, columns, bold)
            for at, row in enumerate(rows, 1):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(at, column, cell[:CELL])
                    elif cell is not None:
                        sheet.write_number(at, column, float(cell))
    return file.getvalue()
