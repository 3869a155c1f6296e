"""A policy as Word documents: headings by style, direct formatting with a text box, labels that only numbering.xml holds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docx.table import Table

from tests.makers.policy import Block, Policy

STYLES: Mapping[str, str] = {"title": "Title", "chapter": "Heading 1", "article": "Normal", "comma": "Heading 1", "round": "Heading 2", "dot": "List Paragraph"}
# Kind → (list, level, number format, text of the label) as a person sets them in Word.
LEVELS: Mapping[str, tuple[int, int, str, str]] = {
    "chapter": (1, 0, "chineseCountingThousand", "第%1章"),
    "article": (2, 0, "chineseCountingThousand", "第%1条"),
    "item": (3, 0, "chineseCounting", "（%1）"),
    "comma": (4, 0, "chineseCounting", "%1、"),
    "round": (4, 1, "chineseCounting", "（%2）"),
    "dot": (4, 2, "decimal", "%3."),
}
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def styled(policy: Policy) -> bytes:
    """Return a document with heading styles, made by python-docx."""
    document = Document()
    for block in policy.blocks:
        if block.kind == "table":
            _table(document.add_table(len(block.rows), len(block.rows[0])), block)
        else:
            document.add_paragraph(block.line, style=STYLES.get(block.kind, "Normal"))
    return _saved(document)


def formatted(policy: Policy) -> bytes:
    """Return a document without styles: bold, size and centring by hand, words cut into runs."""
    document = Document()
    for block in policy.blocks:
        if block.kind == "table":
            _table(document.add_table(len(block.rows), len(block.rows[0])), block)
            continue
        paragraph = document.add_paragraph()
        if block.kind in ("red", "number", "title", "chapter", "annex", "caption"):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for i in range(0, len(block.line), 7):
            run = paragraph.add_run(block.line[i : i + 7])
            run.bold = block.kind in ("title", "chapter", "comma")
            run.font.size = Pt(22 if block.kind == "title" else 16)
    return _saved(document)


def numbered(policy: Policy) -> bytes:
    """Return a bare package in which no paragraph holds its label: numbering.xml alone does; the red head stands in a text box."""
    body = "".join(_xml(block) for block in policy.blocks)
    return package(f'<w:document xmlns:w="{_W}" xmlns:mc="urn:mc" xmlns:v="urn:v"><w:body>{body}</w:body></w:document>', _numbering())


def package(document: str, numbering: str | None = None, styles: str | None = None) -> bytes:
    """Return an archive with a main part and, where given, numbering and styles."""
    parts = {"word/document.xml": document}
    if numbering:
        parts["word/numbering.xml"] = numbering
    if styles:
        parts["word/styles.xml"] = styles
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{_MAIN}.{name[5:-4]}+xml"/>' for name in parts)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{_TYPES}">{overrides}</Types>')
        archive.writestr(
            "_rels/.rels", f'<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
        )
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def _saved(document: object) -> bytes:
    file = io.BytesIO()
    document.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


def _table(table: Table, block: Block) -> None:
    """Fill a table and merge the cells that go on from another."""
    table.style = "Table Grid"
    for i, row in enumerate(block.rows):
        for j, words in enumerate(row):
            if words == "^":
                table.cell(i - 1, j).merge(table.cell(i, j))
            elif words == "<":
                table.cell(i, j - 1).merge(table.cell(i, j))
            else:
                table.cell(i, j).text = words


def _xml(block: Block) -> str:
    """Return the markup of a block."""
    if block.kind == "table":
        rows = "".join("<w:tr>" + "".join(f"<w:tc>{_p(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in block.rows)
        return f"<w:tbl>{rows}</w:tbl>"
    if block.kind == "red":
        box = f"<w:txbxContent>{_p(block.words)}</w:txbxContent>"
        return (
            "<w:p><w:r><mc:AlternateContent>"
            f"<mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict><v:shape>{box}</v:shape></w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r></w:p>"
        )
    if block.kind in LEVELS:
        number, level, _, _ = LEVELS[block.kind]
        return _p(block.words, f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>')
    return _p(block.words)


def _p(words: str, properties: str = "") -> str:
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r></w:p>'


def _numbering() -> str:
    """Return lists for all labels."""
    families: dict[int, list[str]] = {}
    for number, level, form, text in LEVELS.values():
        families.setdefault(number, []).append(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="{"nothing" if "、" in text else "space"}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
        )
    abstracts = "".join(f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>' for number, levels in families.items())
    lists = "".join(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>' for number in families)
    return f'<w:numbering xmlns:w="{_W}">{abstracts}{lists}</w:numbering>'
