"""HTML from Python, escaped: nothing of the graph becomes markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

Node = str  # markup that is safe as it stands


def text(words: object) -> Node:
    """Return words as markup."""
    return escape(str(words))


def tag(name: str, *inside: Node, **attributes: str) -> Node:
    """Return an element; an attribute's trailing underscore is dropped (class_), one without value is left out."""
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items() if value)
    return f"<{name}{said}>{''.join(inside)}</{name}>"


def link(address: str, *inside: Node) -> Node:
    """Return a link; only addresses of the web and of this site become one."""
    return tag("a", *inside, href=address) if address.startswith(("http://", "https://", "/", "#")) else "".join(inside)


def rows(pairs: Iterable[tuple[Node, Node]]) -> Node:
    """Return a table of two columns."""
    return tag("table", *(tag("tr", tag("th", head, scope="row"), tag("td", cell)) for head, cell in pairs))


def quoted(path: str) -> str:
    """Return a path or a value percent-encoded for an address."""
    return quote(path, safe="/:~@!$'()*,;")
