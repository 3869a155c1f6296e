"""Web pages: the text without navigation, its metadata table as rows, tables with tabs."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from itertools import accumulate

from ingest.files import encoding, page, rows
from ingest.files.errors import Unreadable
from ingest.files.markup import Node, parse, too_deep
from ingest.files.numbering import spelled
from ingest.files.pagewords import is_edge, is_tool
from ingest.files.text import Text, joined

# Larger pages than this, in bytes, are no policy texts.
LARGEST = 32_000_000
# Lines at either end of the text among which tools and links of the page may stand.
EDGE = 25
_WIDE = r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f“”‘’…—]"
_WRAPPED = re.compile(rf"(?<={_WIDE})[ \t\f]*[\r\n]\s*(?={_WIDE})")
_GAP = re.compile(r"[ \t\r\n\f]+")
_SAVED = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s<>\"']+)", re.IGNORECASE)
_LIST_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_STYLED = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)")
_NUMBERED = re.compile(r"^\s*(?:第[\d零〇一二三四五六七八九十百]+[编章节条]|[（(]?[\d零〇一二三四五六七八九十]{1,3}[）)、.．])")


def read(raw: bytes, name: str) -> Text:
    """Return title, metadata rows and text of a page; marks number its lines, 第N段. Unreadable where its encoding is unknown or it is too large."""
    if len(raw) > LARGEST:
        raise Unreadable(name, f"网页过大（超过 {LARGEST // 1_000_000} MB），没有读取")
    text = encoding.decode(raw)
    if text is None:
        raise Unreadable(name, "网页编码无法识别（请存为 UTF-8）")
    if too_deep(text):
        raise Unreadable(name, "网页嵌套过深，没有读取")
    body, metas = parse(text)
    saved = _SAVED.search(text[:4000])
    if saved:
        metas.setdefault("url", saved[1])
    main = page.main(body)
    lines = _without_tools(render(main))
    title, fields = page.title(body, main, metas), page.fields(body, main, metas)
    told = page.headed(lines, title, fields)
    begun = accumulate(1 if line.strip() else 0 for line in told)
    return joined([(line, f"第{count}段" if line.strip() else None) for line, count in zip(told, begun, strict=True)])


def read_mhtml(raw: bytes, name: str) -> Text:
    """Return the text of a page that a browser saved with its pictures in one file (.mht)."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return read(payload, name)
    raise Unreadable(name, "网页存档里没有网页正文")


def render(top: Node) -> list[str]:
    """Return the lines of an element: one a paragraph or table row."""
    lines: list[str] = []
    words: list[str] = []
    _render(top, lines, words, preformatted=False)
    _flush(lines, words)
    return lines


def _render(node: Node, lines: list[str], words: list[str], *, preformatted: bool) -> None:
    """Append the lines of what stands in an element; ``words`` is the line that is still open."""
    marks = _marks(node) if node.tag == "ol" else None
    for child in node.children:
        if isinstance(child, str):
            words.append(child.replace("\n", "\0") if preformatted else child)
        elif child.tag == "br":
            _flush(lines, words)
        elif child.tag == "table":
            _flush(lines, words)
            lines += rows.lines(_grid(child))
        elif child.block:
            _flush(lines, words)
            if marks and child.tag == "li":
                words.append(_mark(next(marks), child))
            _render(child, lines, words, preformatted=preformatted or child.tag == "pre")
            _flush(lines, words)
        else:
            _render(child, lines, words, preformatted=preformatted)


def _flush(lines: list[str], words: list[str]) -> None:
    """Close the open line; a line break of the markup between Chinese characters is none of the text."""
    if words:
        text = _WRAPPED.sub("", "".join(words))
        for line in text.split("\0"):
            if plain := _GAP.sub(" ", line).strip(" \xa0\u3000"):
                lines.append(plain)
        words.clear()


def _marks(node: Node) -> Iterator[str]:
    """Yield the numbers that a browser prints before the items of a list, "" where it prints none."""
    styled = _STYLED.search(node.attrs.get("style", ""))
    none = styled is not None and styled[1] == "none"
    form = "chineseCounting" if styled and ("cjk" in styled[1] or "chinese" in styled[1]) else _LIST_FORMS.get(node.attrs.get("type", "1"), "decimal")
    number = int(node.attrs["start"]) if re.fullmatch(r"\d{1,4}", node.attrs.get("start", "")) else 1
    while True:
        yield "" if none else spelled(number, form) + ("、" if form == "chineseCounting" else ".")
        number += 1


def _mark(mark: str, item: Node) -> str:
    """Return the number of a list item, "" where its words bring one of their own."""
    return "" if _NUMBERED.match(item.words()[:20]) else mark


def _grid(table: Node) -> list[list[rows.Cell]]:
    """Return the rows of a table; a table that only frames others comes as one column."""
    found = list(_parts(table, "tr"))
    if not any(True for row in found for _ in _parts(row, "td", "th")):
        return [[tuple(render(row))] for row in found or [Node("div", {}, table.children)]]
    if any(_frames(cell) for row in found for cell in _parts(row, "td", "th")):
        return [[tuple(render(cell))] for row in found for cell in _parts(row, "td", "th")]
    grid: list[list[rows.Cell]] = []
    below: dict[int, int] = {}  # column → rows for which a cell from above still takes it
    for row in found:
        cells: list[rows.Cell] = []
        for cell in _parts(row, "td", "th"):
            _fill(cells, below)
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            for column in range(len(cells), len(cells) + wide):
                below[column] = high - 1
            cells.append(tuple(render(cell)))
            cells += [None] * (wide - 1)
        _fill(cells, below)
        grid.append(cells)
    return grid


def _fill(cells: list[rows.Cell], below: dict[int, int]) -> None:
    """Add a blank for each next column that a cell from a row above still takes."""
    while below.get(len(cells), 0) > 0:
        below[len(cells)] -= 1
        cells.append(())


def _parts(top: Node, *tags: str) -> Iterator[Node]:
    """Yield the rows or cells of a table, not those of tables inside it."""
    for node in top.elements():
        if node.tag in tags:
            yield node
        elif node.tag in ("thead", "tbody", "tfoot", "caption", "form"):
            yield from _parts(node, *tags)


def _frames(cell: Node) -> bool:
    """Say whether a cell holds a table that is more than an entry of this one."""
    inner = next((node for node in cell.walk() if node.tag == "table"), None)
    words = inner.words() if inner else ""
    return len(words) > page.SHORT or "。" in words


def _span(cell: Node, name: str) -> int:
    """Return how many columns or rows a cell takes."""
    text = cell.attrs.get(name, "")
    return max(1, min(63, int(text))) if re.fullmatch(r"\d{1,4}", text) else 1


def _without_tools(lines: list[str]) -> list[str]:
    """Leave out what the page prints around its text: 打印, 字体：大 中 小, 上一篇, breadcrumbs."""
    last = len(lines) - EDGE
    return [line for i, line in enumerate(lines) if not is_tool(line) and (EDGE <= i < last or not is_edge(line))]
