"""What a page draws: elements and text, plain data that the browser turns into text nodes and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class El:
    """An element: tag, CSS classes, children; ``href`` leads to a page of the app or to http(s).

    ``copy`` is what a click puts on the clipboard, ``send`` what it tells the page.
    """

    tag: str
    classes: str
    kids: tuple[El | str, ...]
    href: str = ""
    copy: str = ""
    hint: str = ""
    anchor: str = ""
    label: str = ""
    send: str = ""


Node = El | str


def el(tag: str, classes: str, *kids: Node | None, hint: str = "", anchor: str = "") -> El:
    """Return an element; None among the children is left out."""
    return El(tag, classes, tuple(k for k in kids if k is not None), hint=hint, anchor=anchor)


def link(classes: str, href: str, *kids: Node) -> El:
    """Return a link."""
    return El("a", classes, kids, href=href)


def copier(label: str, text: str) -> El:
    """Return a button that copies a text."""
    return El("button", "copy", (label,), copy=text)


def sender(label: str, value: str, hint: str = "") -> El:
    """Return a button that tells the page a value."""
    return El("button", "copy", (label,), send=value, hint=hint)


def href(path: str, **query: str | int | None) -> str:
    """Return the address of a page of the app with its state; None is left out."""
    kept = {k: v for k, v in query.items() if v is not None}
    return f"/{path}" + (f"?{urlencode(kept)}" if kept else "")


def plain(nodes: Iterable[Node]) -> list[object]:
    """Return nodes as JSON data: a text, or [tag, properties, children]."""
    return [n if isinstance(n, str) else [n.tag, _properties(n), plain(n.kids)] for n in nodes]


def _properties(node: El) -> dict[str, str]:
    named = {"class": node.classes, "href": node.href, "copy": node.copy, "title": node.hint, "id": node.anchor, "label": node.label, "send": node.send}
    return {k: v for k, v in named.items() if v}
