"""Blank forms that documents bring along, as files to fill in."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from itertools import groupby

import docx

from kg.shelf import ClauseRow, Shelf

# What a text of XML may not hold, and what a file's name may not.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_PATH = re.compile(r'[\x00-\x1f<>:"|?*\\/\s]+')
# Widest table that is made of tabs.
_COLUMNS = 40


def forms(clauses: Sequence[ClauseRow]) -> list[ClauseRow]:
    """Return the clauses that are forms to fill in."""
    return [c for c in clauses if c.kind == "form"]


def words(shelf: Shelf, form: ClauseRow) -> str:
    """Return a form as it stands in its source, a line a row, a tab between cells."""
    return (shelf.text(form.source) or "")[form.start : form.end]


def name(form: ClauseRow) -> str:
    """Return what a form's file is called, without its ending."""
    return _PATH.sub(" ", f"{form.label} {form.heading or ''}").strip(" .")[:60] or "表"


def as_docx(text: str) -> bytes:
    """Return a form as a document: lines with tabs become tables with borders, the first other line its title."""
    made = docx.Document()
    lines = [_CONTROL.sub("", line).rstrip("\r ") for line in text.split("\n")]
    first = True
    for tabbed, run in groupby(lines, key=lambda line: "\t" in line):
        block = list(run)
        if tabbed:
            _table(made, [line.split("\t")[:_COLUMNS] for line in block])
            continue
        for line in filter(None, map(str.strip, block)):
            made.add_paragraph(line.lstrip("# ") if first else line, style="Heading 1" if first else None)
            first = False
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _table(made: docx.document.Document, rows: list[list[str]]) -> None:
    wide = max(map(len, rows))
    table = made.add_table(rows=0, cols=wide, style="Table Grid")
    for row in rows:
        cells = table.add_row().cells
        for cell, words in zip(cells, row, strict=False):
            cell.text = words.strip()
