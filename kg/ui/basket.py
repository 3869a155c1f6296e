"""引文清单: clauses that a session keeps for citing, in any form, copied or as a file."""

from __future__ import annotations

from datetime import date

import streamlit as st

from ingest.flow import squash
from kg import cite
from kg.library import Library
from kg.ui import draw
from kg.ui.nodes import El, el, link, sender
from kg.ui.parts import place, reader
from ontology.answers import Citation

_KEY = "basket"
_ENDINGS = {"GB/T 7714": "txt", "纯文本": "txt", "Markdown": "md", "BibTeX": "bib", "RIS": "ris"}
# The longest quote of a citation, as the contract has it.
_QUOTE = 400


def keep(clause: str | None) -> None:
    """Put a clause on the list; None leaves it as it is."""
    kept = st.session_state.setdefault(_KEY, [])
    if clause and clause not in kept:
        kept.append(clause)
        st.toast("已加入引文清单", icon=":material/bookmark_added:")


def button(clause: str) -> El:
    """Return the button that puts a clause on the list."""
    return sender("收入清单", clause, "加入引文清单，可成批复制或下载")


def show(library: Library, on: date) -> None:
    """Draw the list where there is one."""
    kept: list[str] = st.session_state.get(_KEY, [])
    if not kept:
        return
    with st.expander(f"引文清单（{len(kept)}）", icon=":material/bookmarks:"):
        cited = [c for c in (citation(library, iri, on) for iri in kept) if c is not None]
        form = st.segmented_control("格式", list(_ENDINGS), default="GB/T 7714", key="basket-form", required=True) or "GB/T 7714"
        forms = [dict(cite.every(c, _source(library, c, on)))[form] for c in cited]
        whole = "\n\n".join(f"[{n}] {f}" if form == "GB/T 7714" else f for n, f in enumerate(forms, 1))
        st.code(whole, language=None, wrap_lines=True)
        with st.container(horizontal=True):
            st.download_button("下载", whole, f"citations.{_ENDINGS[form]}", icon=":material/download:", on_click="ignore")
            st.button("清空", icon=":material/delete:", on_click=kept.clear)
        rows = [el("div", "row", _named(library, c, on), sender("移出", c.clause)) for c in cited]
        gone = draw.many(rows, key="basket-list")
        if gone in kept:
            kept.remove(gone)
            st.rerun()


def _named(library: Library, cited: Citation, on: date) -> El:
    clause = library.clause(cited.clause)
    return link("", reader(clause.document, clause.iri, on) if clause else "", f"《{cited.document}》{place(cited.path)}")


def _source(library: Library, cited: Citation, on: date) -> cite.Source:
    clause = library.clause(cited.clause)
    document = library.document(clause.document) if clause else None
    return cite.Source(document.issuers if document else (), on)


def citation(library: Library, iri: str, on: date) -> Citation | None:
    """Return a whole clause as a citation, its quote cut at the longest allowed; None for a clause that is gone."""
    clause = library.clause(iri)
    document = library.document(clause.document) if clause else None
    if clause is None or document is None:
        return None
    quote = clause.text if len(clause.text) <= _QUOTE else squash(clause.text)[:_QUOTE]
    return Citation(
        document=document.title,
        number=document.number,
        issued=document.issued,
        edition=document.edition,
        status=document.status(on),
        path=clause.path,
        clause=iri,
        quote=quote,
        source=clause.source,
        start=clause.start,
        end=clause.end,
        url=document.url,
        place=library.shelf.spot(clause.source, clause.start),
    )
