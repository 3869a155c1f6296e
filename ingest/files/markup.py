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
