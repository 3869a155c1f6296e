"""PDF with a text layer: paragraphs and table rows in reading order, page by page."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.files.errors import Unreadable
from ingest.files.pdf import aligned, grid, lines, paragraphs
from ingest.files.pdf.glyphs import Sheet, TooMuch, sheet
from ingest.files.pdf.lines import Line
from ingest.files.text import Text

MOST_PAGES = 3000
MOST_GLYPHS = 20_000_000
# Seconds after which a file is given up, looked at after each page.
LONGEST = 120.0
# Fewer characters a page than this are a stamp on a scan, no text layer.
FEWEST = 8
# Share of characters without a code from which the text layer is of no use.
GARBLED = 0.3
# pdfium keeps state outside its documents: one thread at a time.
_LOCK = threading.Lock()


def read(raw: bytes, name: str) -> Text:
    """Return the paragraphs of a PDF, one line each, table rows with tabs; marks name pages 第N页.

    Raises Unreadable for damaged, protected, scanned and garbled files and for those beyond the limits.
    """
    with _LOCK:
        sheets = _sheets(raw, name)
    glyphs = [glyph for page in sheets for glyph in page.glyphs]
    if len(glyphs) < FEWEST * len(sheets):
        raise Unreadable(name, "扫描件，没有文字层，请先做文字识别（OCR）")
    if sum(1 for g in glyphs if g.char == "\ufffd" or "\ue000" <= g.char <= "\uf8ff" or g.char < " ") > GARBLED * len(glyphs):
        raise Unreadable(name, "文字层是乱码（字体没有编码表），请先做文字识别（OCR）")
    pages = paragraphs.without_furniture([_lines(page, number) for number, page in enumerate(sheets)], [page.height for page in sheets])
    return _text(paragraphs.with_margins(pages, [page.width for page in sheets]))


def _sheets(raw: bytes, name: str) -> list[Sheet]:
    """Return the pages of a file."""
    begun = time.monotonic()
    found: list[Sheet] = []
    total = 0
    try:
        with pdfium.PdfDocument(raw) as document:
            if len(document) > MOST_PAGES:
                raise Unreadable(name, f"页数过多（超过 {MOST_PAGES} 页），没有读取")
            for page in document:
                found.append(sheet(page))
                page.close()
                total += len(found[-1].glyphs)
                if total > MOST_GLYPHS or time.monotonic() - begun > LONGEST:
                    raise Unreadable(name, "PDF 过大或过于复杂，没有读取")
    except TooMuch as error:
        raise Unreadable(name, "PDF 过大或过于复杂，没有读取") from error
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD
        raise Unreadable(name, "文件有密码保护，无法读取" if locked else "PDF 已损坏，无法读取") from error
    return found


def _lines(page: Sheet, number: int) -> list[Line]:
    """Return the lines of a page, each table as rows at its place among them."""
    tables = grid.find(page)
    inside = [[glyph for glyph in page.glyphs if table.holds(glyph)] for table in tables]
    taken = {id(glyph) for own in inside for glyph in own}
    found = aligned.read(lines.ordered([glyph for glyph in page.glyphs if id(glyph) not in taken]), number)
    for table, own in zip(tables, inside, strict=True):
        made = [_row(words, table, number) for words in grid.read(table, own)]
        place = next((i for i, line in enumerate(found) if line.middle < table.y[0] and line.x0 <= table.x[-1]), len(found))
        found[place:place] = made
    return found


def _row(words: str, table: grid.Table, number: int) -> Line:
    """Make a line of a table row."""
    return Line(words, table.x[0], table.y[-1], table.x[-1], table.y[0], 1.0, number, row=True)


def _text(found: Sequence[Line]) -> Text:
    """Join lines into paragraphs with a mark where each page begins."""
    parts: list[str] = []
    marks: list[tuple[int, str]] = []
    offset = 0
    for words, pages in paragraphs.joined(found):
        marks += [(offset + at, f"第{page + 1}页") for at, page in pages if not marks or marks[-1][1] != f"第{page + 1}页"]
        parts.append(words)
        offset += len(words) + 1
    return Text("\n".join(parts), tuple(marks))
