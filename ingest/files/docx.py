"""Word documents (.docx): paragraphs with the labels Word counts by itself, table rows, text boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.files import numbering, rows
from ingest.files.archive import Archive, Element, child, local, setting, value
from ingest.files.errors import Unreadable
from ingest.files.numbering import Numbering
from ingest.files.text import Text, joined

# Elements whose words are not those of the text: deleted or moved away, field codes, notes, pictures' names.
_SILENT = frozenset({"del", "moveFrom", "instrText", "delText", "pPr", "rPr", "tblPr", "sdtPr", "sectPr", "footnoteReference", "endnoteReference", "Fallback"})
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "ptab": " "}
# Elements that hold paragraphs and tables.
_HOLDERS = frozenset({"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"})
_DEEPEST_STYLE = 20


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says of numbering, and the style it is based on."""

    based: str | None
    list_id: str | None
    depth: int | None
    contents: bool  # a line of the contents list, where a tab stands before the page number


@dataclass(frozen=True, slots=True)
class _Book:
    """The parts of a document that its paragraphs look up."""

    styles: Mapping[str, _Style]
    normal: str | None
    lists: Numbering


def read(raw: bytes, name: str) -> Text:
    """Return the text of a document, one line a paragraph or table row; marks name paragraphs 第N段.

    Raises Unreadable where the archive is broken, protected, or unpacks to too much.
    """
    archive = Archive(raw, name)
    folder, main = _main(archive)
    body = child(archive.tree(main), "body")
    if body is None:
        raise Unreadable(name, "不是完整的 Word 文档（没有正文）")
    styles, normal = _styles(archive.tree(f"{folder}styles.xml"))
    book = _Book(styles, normal, numbering.read(archive.tree(f"{folder}numbering.xml")))
    parts: list[tuple[str, str | None]] = []
    for count, lines in enumerate(_blocks(book, body), 1):
        parts += [(line, f"第{count}段") for line in lines]
    return joined(parts)


def _main(archive: Archive) -> tuple[str, str]:
    """Return the folder and the name of the main part."""
    root = archive.tree("_rels/.rels")
    for item in root if root is not None else ():
        if (value(item, "Type") or "").endswith("/officeDocument"):
            target = (value(item, "Target") or "").lstrip("/")
            return target.rpartition("/")[0] + "/" if "/" in target else "", target
    return "word/", "word/document.xml"


def _styles(root: Element | None) -> tuple[dict[str, _Style], str | None]:
    """Read the paragraph styles, and which one stands where a paragraph names none."""
    found: dict[str, _Style] = {}
    normal = None
    for item in root if root is not None else ():
        key = value(item, "styleId")
        if local(item) != "style" or key is None or (value(item, "type") or "paragraph") != "paragraph":
            continue
        owner = child(child(item, "pPr"), "numPr")
        depth = setting(owner, "ilvl")
        title = (setting(item, "name") or "").lower()
        found[key] = _Style(setting(item, "basedOn"), setting(owner, "numId"), int(depth) if depth and depth.isdigit() else None, title.startswith("toc "))
        if value(item, "default") in ("1", "true"):
            normal = key
    return found, normal


def _blocks(book: _Book, holder: Element) -> Iterator[Sequence[str]]:
    """Yield the lines of each paragraph and of each table below a holder, in text order."""
    for item in holder:
        kind = local(item)
        if kind == "p":
            yield _paragraph(book, item)
        elif kind == "tbl":
            yield from _table(book, item)
        elif kind in _HOLDERS:
            yield from _blocks(book, item)
        elif kind == "AlternateContent":
            yield from _blocks(book, _choice(item))


def _paragraph(book: _Book, item: Element) -> list[str]:
    """Return the lines of a paragraph: first those of text boxes anchored in it, then its own with its label."""
    properties = child(item, "pPr")
    style = setting(properties, "pStyle") or book.normal
    label = _label(book, properties, style)
    look = book.styles.get(style or "")
    tab = "\t" if look and look.contents else " "
    lines = [line for box in _boxes(item) for block in _blocks(book, box) for line in block if line.strip()]
    words = "".join(_words(item, tab))
    return [*lines, *(label + words if words.strip() else words).split("\n")]


def _label(book: _Book, properties: Element | None, style: str | None) -> str:
    """Return the automatic label of a paragraph, by its own numbering or that of its styles; the paragraph is counted."""
    own = child(properties, "numPr")
    list_id, depth = setting(own, "numId"), setting(own, "ilvl")
    level = int(depth) if depth and depth.isdigit() else None
    key = style
    for _ in range(_DEEPEST_STYLE):
        if list_id is not None or key is None or key not in book.styles:
            break
        look = book.styles[key]
        list_id = look.list_id
        if list_id is not None and level is None:
            level = look.depth if look.depth is not None else book.lists.styled.get(key, ("", 0))[1]
        key = look.based
    return "" if list_id in (None, "0") else book.lists.label(list_id or "", level or 0)


def _words(item: Element, tab: str) -> Iterator[str]:
    """Yield the words of a paragraph or a part of it; text boxes are read apart."""
    for part in item:
        kind = local(part)
        if kind == "t":
            yield part.text or ""
        elif kind == "tab":
            yield tab
        elif kind in _SIGNS:
            yield _SIGNS[kind]
        elif kind == "AlternateContent":
            yield from _words(_choice(part), tab)
        elif kind == "r":
            if not _hidden(part):
                yield from _words(part, tab)
        elif kind not in _SILENT and kind != "txbxContent":
            yield from _words(part, tab)


def _hidden(run: Element) -> bool:
    """Say whether a run is set in hidden type."""
    mark = child(child(run, "rPr"), "vanish")
    return mark is not None and value(mark) not in ("0", "false")


def _choice(item: Element) -> Element:
    """Return the first of the alternatives that hold the same thing twice, such as a text box in two notations."""
    return next((part for part in item if local(part) == "Choice"), next((part for part in item if local(part) == "Fallback"), item))


def _boxes(item: Element) -> Iterator[Element]:
    """Yield the text boxes anchored in a paragraph, none twice."""
    for part in item:
        kind = local(part)
        if kind == "txbxContent":
            yield part
        elif kind == "AlternateContent":
            yield from _boxes(_choice(part))
        elif kind not in _SILENT:
            yield from _boxes(part)


def _table(book: _Book, item: Element) -> Iterator[Sequence[str]]:
    """Yield the rows of a table as lines; a table that only frames text gives its paragraphs."""
    grid = [_row(book, row) for row in _below(item, "tr")]
    for line in rows.lines(grid):
        yield (line,)


def _row(book: _Book, row: Element) -> list[rows.Cell]:
    """Return the cells of a row, a gap for each column that a merged cell takes beyond its first."""
    before = setting(child(row, "trPr"), "gridBefore")
    cells: list[rows.Cell] = [()] * _count(before, 0)
    for cell in _below(row, "tc"):
        properties = child(cell, "tcPr")
        merge = child(properties, "vMerge")
        goes_on = merge is not None and (value(merge) or "continue") == "continue"
        lines = tuple(line for block in _blocks(book, cell) for line in block if line.strip())
        cells.append(() if goes_on else lines)
        cells += [None] * (_count(setting(properties, "gridSpan"), 1) - 1)
    return cells


def _below(item: Element, kind: str) -> Iterator[Element]:
    """Yield rows or cells, those inside content controls too."""
    for part in item:
        if local(part) == kind:
            yield part
        elif local(part) in _HOLDERS:
            yield from _below(part, kind)


def _count(text: str | None, default: int) -> int:
    """Return how many columns a cell takes, 63 at most as in Word."""
    return min(63, int(text)) if text and text.isdigit() else default
