"""The one component that shows corpus text: elements and text nodes, never HTML or Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources

import streamlit as st

from kg.ui.nodes import Node, plain


@cache
def asset(name: str) -> str:
    """Return the text of a file of the component."""
    return resources.files("kg.ui").joinpath("assets", name).read_text("utf-8")


def nodes(*shown: Node, key: str, focus: str = "") -> str | None:
    """Draw nodes and return what a clicked sender tells, None where none was clicked; ``focus`` is the anchor to scroll to."""
    component = st.components.v2.component("policykg.text", html='<div class="root"></div>', css=asset("draw.css"), js=asset("draw.js"))
    sent = component(key=key, data={"nodes": plain(shown), "focus": focus}, on_send_change=_stay).send
    return None if sent is None else str(sent)


def many(shown: Iterable[Node], *, key: str) -> str | None:
    """Draw nodes of an iterable and return what a clicked sender tells."""
    return nodes(*shown, key=key)


def _stay() -> None:
    """Let the click be read where the component is mounted."""
