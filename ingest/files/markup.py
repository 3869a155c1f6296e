"""A parsed page as a small tree of bounded depth, so that whatever walks it may recurse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.files.pagewords import pages

# Elements nested deeper than this go on in the one at this depth; pages made by people stay below 60.
DEEPEST = 150
# Pages nested deeper than this are refused: HTML parsers take time by the square of the depth. Browsers stop at 512.
REFUSED = 4000
# Elements that are not counted: void ones, and those whose end tag is mostly left out.
_FLAT = frozenset(
    [
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"),
        *("li", "td", "th", "tr", "dd", "dt", "option", "thead", "tbody", "tfoot", "html", "head", "body"),
    ]
)
_CLOSES_P = frozenset(
    [
        *("address", "article", "aside", "blockquote", "center", "div", "dl", "fieldset", "footer", "form", "header", "main", "nav"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "section", "table", "ul"),
    ]
)
# Where these are left open, a parser opens each again in every paragraph that follows.
_FORMATS = frozenset(["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
LEFT_OPEN = 500
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_KEPT = ("style", "hidden", "start", "type", "value", "rowspan", "colspan", "name", "content", "reversed")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(slots=True)
class Node:
    """An element: its name, the attributes that matter, and elements and words in it."""

    tag: str
    attrs: Mapping[str, str]
    children: list[Node | str] = field(default_factory=list)
    depth: int = 0

    @property
    def block(self) -> bool:
        """Say whether the element begins a line of its own."""
        return self.tag in _blocks()

    def elements(self) -> Iterator[Node]:
        """Yield the elements right below."""
        return (child for child in self.children if isinstance(child, Node))

    def walk(self) -> Iterator[Node]:
        """Yield this element and all below it in text order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += [child for child in reversed(node.children) if isinstance(child, Node)]

    def words(self) -> str:
        """Return the words of the element, lines joined by blanks."""
        parts: list[str] = []
        waiting: list[Node | str] = [self]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                parts.append(item)
                continue
            if item.block or item.tag == "br":
                parts.append(" ")
            waiting += reversed(item.children)
        return re.sub(r"\s+", " ", "".join(parts)).strip()


@cache
def _blocks() -> frozenset[str]:
    return frozenset(pages().blocks.words)


@cache
def _silent() -> frozenset[str]:
    return frozenset(pages().silent.words)


def too_deep(text: str) -> bool:
    """Say whether elements are nested beyond REFUSED, or more than LEFT_OPEN formats never closed, in one walk over the tags."""
    stack: list[str] = []
    opened: dict[str, int] = {}
    formats = 0

    def close(tag: str) -> None:
        while opened.get(tag):
            last = stack.pop()
            opened[last] -= 1
            if last == tag:
                return

    for match in _TAG.finditer(text):
        tag = match[2].lower()
        if tag in _FORMATS:
            formats = max(0, formats - 1) if match[1] else formats + 1
        elif match[1]:
            close(tag)
        elif tag not in _FLAT:
            if tag in _CLOSES_P:
                close("p")
            stack.append(tag)
            opened[tag] = opened.get(tag, 0) + 1
        if len(stack) > REFUSED or formats > LEFT_OPEN:
            return True
    return False


def parse(text: str) -> tuple[Node, dict[str, str]]:
    """Return the body of a page, hidden elements left out, and the content of its meta elements by name."""
    tree = LexborHTMLParser(text)
    metas = {(node.attributes.get("name") or "").lower(): node.attributes.get("content") or "" for node in tree.css("meta[name][content]")}
    if (title := tree.css_first("title")) is not None:
        metas.setdefault("title", title.text(strip=True))
    return (_copied(tree.body) if tree.body is not None else Node("body", {})), metas


def _copied(top: LexborNode) -> Node:
    """Copy the tree below an element, step by step."""
    root = Node("body", {})
    waiting: list[tuple[LexborNode, Node]] = [(top, root)]
    while waiting:
        source, target = waiting.pop()
        pairs: list[tuple[LexborNode, Node]] = []
        for child in source.iter(include_text=True):
            if child.is_text_node:
                target.children.append(child.text_content or "")
                continue
            tag = child.tag or ""
            if tag in _silent() or tag.startswith(("-", "_", "!")):
                continue
            attrs = {name: value or "" for name, value in child.attributes.items() if name in _KEPT}
            if "hidden" in attrs or _HIDDEN.search(attrs.get("style", "")):
                continue
            if target.depth >= DEEPEST:
                pairs.append((child, target))
                continue
            node = Node(tag, attrs, depth=target.depth + 1)
            target.children.append(node)
            pairs.append((child, node))
        waiting += reversed(pairs)
    return root
