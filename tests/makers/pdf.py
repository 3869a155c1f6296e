"""A policy as PDF files of three makers: reportlab (a font that is only named), fpdf2 (a font that is embedded), chromium (printed from a page)."""

from __future__ import annotations

import io
import subprocess
import tempfile
from html import escape
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer, Table, TableStyle

from tests.makers.policy import Block, Policy

CENTRED = frozenset({"red", "number", "title", "chapter", "caption"})
INDENTED = frozenset({"article", "item", "comma", "round", "dot", "body"})
_FONT = "STSong-Light"
_STYLE = """@page { size: A4 } body { font: 16px serif } p { margin: 4px 0; text-indent: 2em }
.centre { text-align: center; text-indent: 0 } .right { text-align: right }"""


def reportlab(policy: Policy, *, columns: int = 1, head: str | None = None) -> bytes:
    """Return a PDF with "— 3 —" below each page, a running head where one is given, in one or two columns."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    file = io.BytesIO()
    width, height = A4
    gap = 24.0
    room = (width - 144 - gap * (columns - 1)) / columns
    frames = [Frame(72 + i * (room + gap), 80, room, height - 170, leftPadding=0, rightPadding=0) for i in range(columns)]

    def furniture(canvas: Canvas, template: BaseDocTemplate) -> None:
        canvas.setFont(_FONT, 12)
        canvas.drawCentredString(width / 2, 40, f"— {template.page} —")
        if head:
            canvas.drawString(72, height - 50, head)

    template = BaseDocTemplate(file, pagesize=A4)
    template.addPageTemplates(PageTemplate(frames=frames, onPage=furniture))
    template.build([flowable for block in policy.blocks for flowable in _flowables(block, room)])
    return file.getvalue()


def _flowables(block: Block, room: float) -> list[Flowable]:
    """Return the boxes of a block."""
    if block.kind == "table":
        style = ParagraphStyle("cell", fontName=_FONT, fontSize=11, leading=14, wordWrap="CJK")
        rows = [[Paragraph(escape("" if cell in "^<" else cell), style) for cell in row] for row in block.rows]
        table = Table(rows, colWidths=[room / len(rows[0])] * len(rows[0]))
        table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.6, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
        return [table]
    size = {"red": 30, "title": 20}.get(block.kind, 14)
    style = ParagraphStyle(block.kind, fontName=_FONT, fontSize=size, leading=size * 1.7, wordWrap="CJK")
    if block.kind in CENTRED:
        style.alignment = TA_CENTER
    elif block.kind == "sign":
        style.alignment = TA_RIGHT
        style.rightIndent = 2 * size
    elif block.kind in INDENTED:
        style.firstLineIndent = 2 * size
    return [Spacer(1, 12), Paragraph(escape(block.line), style)] if block.kind == "title" else [Paragraph(escape(block.line), style)]


def fpdf(policy: Policy, font: Path) -> bytes:
    """Return a PDF with an embedded font, "3 / 7" below each page, words ranged left."""
    document = FPDF(format="A4")
    document.set_margin(25)
    document.alias_nb_pages()
    document.add_font("cjk", fname=str(font))
    document.set_auto_page_break(True, 30)
    document.add_page()
    for block in policy.blocks:
        document.set_font("cjk", size=18 if block.kind in ("red", "title") else 12)
        if block.kind == "table":
            with document.table(first_row_as_headings=False) as table:
                for row in block.rows:
                    cells = table.row()
                    for cell in row:
                        cells.cell("" if cell in "^<" else cell)
            continue
        align = Align.C if block.kind in CENTRED else Align.R if block.kind == "sign" else Align.L
        words = ("　　" if block.kind in INDENTED else "") + block.line
        document.multi_cell(0, 8, words, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode="CHAR")
    for page in range(1, document.pages_count + 1):
        document.page = page
        document.set_auto_page_break(False)
        document.set_xy(25, 280)
        document.cell(0, 6, f"{page} / {document.pages_count}", align=Align.C)
    return bytes(document.output())


def printed(policy: Policy, browser: str) -> bytes:
    """Return a page printed by a browser, with the address and the day that browsers put on the edges."""
    body = "\n".join(_markup(block) for block in policy.blocks)
    page = f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>打印</title><style>{_STYLE}</style></head><body>{body}</body></html>'
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.html"), Path(folder, "a.pdf")
        source.write_text(page, "utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", source.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return target.read_bytes()


def _markup(block: Block) -> str:
    if block.kind == "table":
        rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in block.rows)
        return f'<table border="1" style="border-collapse: collapse">{rows}</table>'
    kind = "centre" if block.kind in CENTRED else "right" if block.kind == "sign" else ""
    size = "font-size: 24px" if block.kind in ("red", "title") else ""
    indent = "text-indent: 0" if block.kind in ("addressee", "annex") else ""
    return f'<p class="{kind}" style="{size};{indent}">{escape(block.line)}</p>'
