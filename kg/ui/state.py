"""The state of a page lives in its address: the day asked about, choices whose labels change, and widgets bound to a query parameter.

A bound widget's key belongs to one page alone: Streamlit drops from an address what another page has bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_tab_container import TabContainer

from kg.config import today

# Where the session keeps the day and what the address said when it was last read.
_KEY, _ADDRESS = "day", "day-address"
_FIRST, _LAST = date(1949, 10, 1), date(2100, 12, 31)


def day_asked() -> date:
    """Show the field for the day asked about and return the day; it always stands in the address, so that a link tomorrow means the same."""
    chosen = day()
    st.session_state[_KEY] = chosen
    if st.query_params.get("on") != chosen.isoformat():
        st.query_params["on"] = chosen.isoformat()
    st.session_state[_ADDRESS] = chosen.isoformat()
    st.date_input("按哪一天判断效力", key=_KEY, format="YYYY-MM-DD", min_value=_FIRST, max_value=_LAST, on_change=_remember_day)
    return chosen


def day() -> date:
    """Return the day that the address names, else the one that this session asked about last, else today."""
    named = st.query_params.get("on")
    if named is not None and named != st.session_state.get(_ADDRESS):
        return _parsed(named) or today()
    held = st.session_state.get(_KEY) or _parsed(st.session_state.get(_ADDRESS))
    return held if isinstance(held, date) else _parsed(named) or today()


def _parsed(text: str | None) -> date | None:
    """Return a day in ISO form within reason, None for another text."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if _FIRST <= found <= _LAST else None


def _remember_day() -> None:
    """Put the day into the address."""
    chosen = st.session_state[_KEY] or today()
    st.query_params["on"] = chosen.isoformat()
    st.session_state[_ADDRESS] = chosen.isoformat()


def choice(column: DeltaGenerator, title: str, name: str, labels: Mapping[str, str], *, free: bool = False) -> str | None:
    """Draw a choice of values with labels that may change (counts) and return the value, which stands in the address under ``name``.

    ``free`` keeps a value that the address names though it is none of those offered.
    """
    key = f"choice-{name}"
    asked = st.query_params.get(name)
    held = st.session_state.get(key)
    options = [*labels, *dict.fromkeys(v for v in (asked, held) if v and free and v not in labels)]
    # The address wins where it says something new: a link was followed, or the way back.
    if key not in st.session_state or asked != st.session_state.get(f"{key}-address") or held not in options:
        st.session_state[key] = asked if asked in options else None
    st.session_state[f"{key}-address"] = asked
    chosen: str | None = column.selectbox(
        title, options, index=None, key=key, placeholder="不限", format_func=lambda v: labels.get(v, v), on_change=_remember, args=(key, name)
    )
    return chosen


def choices(title: str, name: str, labels: Mapping[str, str], *, most: int) -> list[str]:
    """Draw a choice of several values and return them; they stand in the address under ``name``."""
    key = f"choices-{name}"
    asked = [v for v in st.query_params.get_all(name) if v in labels][:most]
    # The address wins where it says something new: a link was followed, or the way back.
    if key not in st.session_state or asked != st.session_state.get(f"{key}-address"):
        st.session_state[key] = asked
    st.session_state[f"{key}-address"] = asked

    def remember() -> None:
        st.query_params[name] = st.session_state[key]

    picked: list[str] = st.multiselect(
        title, list(labels), key=key, max_selections=most, select_all=False, placeholder="选文件", format_func=lambda v: labels.get(v, v), on_change=remember
    )
    return picked


def _remember(key: str, name: str) -> None:
    """Put a choice into the address."""
    if st.session_state[key] is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = st.session_state[key]


def opened(tabs: Sequence[TabContainer], drawn: Sequence[Callable[[], None]]) -> None:
    """Draw the tab that is open; what the others hold is drawn when they are opened. The tabs must be bound or run the page again."""
    for tab, draw in zip(tabs, drawn, strict=True):
        if tab.open:
            with tab:
                draw()


@contextmanager
def bar(said: str) -> Iterator[None]:
    """Draw a line that says what is shown, with the buttons drawn inside at its end."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(said, width="stretch")
        with st.container(horizontal=True, width="content", gap="small"):
            yield
