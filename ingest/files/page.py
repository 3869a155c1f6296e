"""Which part of a page is its text, what its title is, and what its metadata table says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from ingest import genres
from ingest.files.markup import Node
from ingest.files.pagewords import is_edge, is_tool, pages
from ingest.flow import fold, squash

# What may be lost when the text is taken to stand in one element: signs, and their share of all.
LOST = 2
LOST_SHARE = 0.03
# A table inside a cell is an entry up to this many characters, beyond it a part of the page.
SHORT = 200
LABEL, VALUE = 12, 120
TITLE_LINES = 12
_SIGNS = re.compile(r"[。，；、]")
_FIELD_KINDS = ("field_issuer", "field_index", "field_number", "field_issued", "field_published", "field_effective", "field_expires")
_PAIR = re.compile(r"[\[【]?([\u4e00-\u9fff \u3000\xa0]{2,14})[\]】]?[ \u3000\xa0]*[:：][ \u3000\xa0]*(.*)", re.DOTALL)
_SITE = re.compile(r"[_|]| - |—— ?|--")


@cache
def labels() -> frozenset[str]:
    """Return the labels that metadata tables of pages carry, without white space."""
    known = {word for kind in _FIELD_KINDS for word in genres.words(kind)} | set(pages().fields.words)
    return frozenset(squash(word) for word in known)


@cache
def _told() -> frozenset[str]:
    """Return the labels whose fields the metadata of a document is read from."""
    return frozenset(squash(word) for kind in _FIELD_KINDS for word in genres.words(kind))


def main(body: Node) -> Node:
    """Return the smallest element that holds the text of a page: nearly all commas and stops that stand outside links."""
    weights = _weights(body)
    node = body
    while True:
        inner = max(node.elements(), key=lambda child: weights[id(child)], default=None)
        if inner is None or not _holds(inner) or (inner.tag in ("tr", "tbody", "table") and not _one_cell(inner)):
            return node
        lost = weights[id(node)] - weights[id(inner)]
        if lost > max(LOST, LOST_SHARE * weights[id(node)]) or weights[id(inner)] == 0:
            return node
        node = inner


def _one_cell(node: Node) -> bool:
    """Say whether a table or row holds a cell with sentences: the walk may go on into it."""
    return any(child.tag == "td" and _holds(child) and "。" in child.words() for child in node.walk())


def _holds(node: Node) -> bool:
    """Say whether an element holds blocks or line breaks, and is not one paragraph."""
    return any(child.block or child.tag == "br" or _holds(child) for child in node.elements())


def _signs(words: str) -> int:
    """Count the commas and stops of words that are no tool of the page."""
    return 0 if is_tool(words) or is_edge(words) else len(_SIGNS.findall(words))


def _weights(body: Node) -> dict[int, int]:
    """Count commas and stops outside links below each element, by its id()."""
    weights: dict[int, int] = {}
    order = list(body.walk())
    for node in reversed(order):
        weights[id(node)] = 0 if node.tag == "a" else sum(_signs(child) if isinstance(child, str) else weights[id(child)] for child in node.children)
    return weights


def title(body: Node, inside: Node, metas: dict[str, str]) -> str | None:
    """Return the title of the text: as the page declares it, else its heading, else the window title without the site's name."""
    if declared := metas.get("articletitle", "").strip():
        return _plain(declared)
    for tag in ("h1", "h2"):
        found = [node.words() for node in body.walk() if node.tag == tag]
        if len(found) == 1 and 6 <= len(squash(found[0])) <= 150:
            return _plain(found[0])
    window = _SITE.split(metas.get("title", ""))[0].strip()
    return _plain(window) if len(window) >= 8 and genres.title_end().search(fold(window)) else None


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()


def fields(body: Node, inside: Node, metas: dict[str, str]) -> list[tuple[str, str]]:
    """Return label and value of each field that the page prints outside its text, and of those it declares."""
    found: dict[str, str] = {}
    for label, value in _pairs(body, inside):
        if value and len(value) <= VALUE:
            found.setdefault(label, value)
    if not any(label in _told() for label in found):
        found.clear()
    for meta in pages().meta:
        if (value := metas.get(meta.name, "").strip()) and meta.label not in found:
            found[meta.label] = value
    first = [label for label in found if label in _told()]
    return [(label, found[label]) for label in (*first, *(label for label in found if label not in first))]


def _pairs(body: Node, inside: Node) -> Iterator[tuple[str, str]]:
    """Yield label and value: from cells side by side, from a term and its description, from 标签：值 in one block."""
    skip = {id(node) for node in inside.walk()} if inside is not body else set()
    leaves = [node.words() for node in body.walk() if id(node) not in skip and node.block and not any(child.block for child in node.elements())]
    waiting: str | None = None
    for words in leaves:
        if waiting is not None:
            label, waiting = waiting, None
            if _label(words) is None:
                yield label, words
                continue
        for match in [_PAIR.fullmatch(words)]:
            if match and squash(match[1]) in labels():
                if value := match[2].strip():
                    yield squash(match[1]), value
                else:
                    waiting = squash(match[1])
        if waiting is None:
            waiting = _label(words)


def _label(words: str) -> str | None:
    """Return the label that words consist of, or None."""
    name = squash(words).strip(":：[]【】")
    return name if len(name) <= LABEL and name in labels() else None


def headed(lines: Sequence[str], title: str | None, fields: Sequence[tuple[str, str]]) -> list[str]:
    """Put title and fields at the head of the lines; a title that stands there already is not repeated."""
    told = [f"{label}\t{value}" for label, value in fields]
    if title is None:
        return [*told, *([""] if told else []), *lines]
    at = _title_lines(lines, title)
    head = lines[:at] if at else [title]
    return [*head, "", *told, *([""] if told else []), *lines[at:]]


def _title_lines(lines: Sequence[str], title: str) -> int:
    """Return the number of lines up to the end of the title where it stands among the first lines, else 0."""
    wanted = fold(title)
    for i in range(min(TITLE_LINES, len(lines))):
        text = ""
        for j in range(i, min(i + 4, len(lines))):
            text += fold(lines[j])
            if text == wanted:
                return j + 1
            if not wanted.startswith(text):
                break
    return 0
