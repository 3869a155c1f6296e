"""The state of a page lives in its address: the day asked about, and every widget bound to a query parameter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from kg.config import today


def day_asked() -> date:
    """Show the field for the day asked about and return the day; it stands in the address, so that a link tomorrow means the same."""
    if "on" not in st.session_state and "on" not in st.query_params:
        st.query_params["on"] = today().isoformat()
        st.session_state["on"] = today()
    chosen = st.date_input(
        "按哪一天判断效力", value=None, key="on", bind="query-params", format="YYYY-MM-DD", min_value=date(1949, 10, 1), max_value=date(2100, 12, 31)
    )
    return chosen if isinstance(chosen, date) else today()


def day() -> date:
    """Return the day that the address names, today where it names none."""
    chosen = st.session_state.get("on")
    return chosen if isinstance(chosen, date) else today()


def open_page(path: str, query: Mapping[str, str | list[str]]) -> None:
    """Leave for a page of the app ("" is the first one) with its state."""
    st.switch_page(st.Page(_nowhere, url_path=path, default=not path), query_params=query)


def open_address(address: str) -> None:
    """Leave for an address of the app, as a link on the page has it."""
    parts = urlsplit(address)
    open_page(parts.path.strip("/"), dict(parse_qsl(parts.query)))


def _nowhere() -> None:
    """Stand for a page that is known by its address alone."""
