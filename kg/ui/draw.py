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


def nodes(*shown: Node, key: str, focus: str = "") -> None:
    """Draw nodes; ``focus`` is the anchor to scroll to."""
    component = st.components.v2.component("policykg.text", html='<div class="root"></div>', css=asset("draw.css"), js=asset("draw.js"))
    component(key=key, data={"nodes": plain(shown), "focus": focus})


def many(shown: Iterable[Node], *, key: str) -> None:
    """Draw nodes of an iterable."""
    nodes(*shown, key=key)
