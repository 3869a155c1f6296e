"""The web app in Streamlit: one file a page, each a ``page(library)``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from kg.config import settings
from kg.errors import BuildDamaged, BuildMissing
from kg.library import Library
from kg.ui import agency, amounts, ask, corpus, file, links, opened, query, search, welcome

Page = Callable[[Library], None]
# Files of the package: an icon named by Streamlit's own names is fetched from elsewhere by the browser.
_ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the app: its address, name, and whether it takes the whole width."""

    path: str
    title: str
    page: Page
    wide: bool = True


PAGES = (
    Entry("", "问答", ask.page, wide=False),
    Entry("search", "检索", search.page, wide=False),
    Entry("file", "文件", file.page),
    Entry("amounts", "标准", amounts.page),
    Entry("agency", "部门", agency.page),
    Entry("links", "关联", links.page),
    Entry("sparql", "SPARQL", query.page),
    Entry("corpus", "语料", corpus.page),
)


def main() -> None:
    """Draw the app: the page that the address names, over the current build."""
    build = settings().build
    library: Library | None = None
    trouble = ""
    try:
        library = opened.library(build)
    except (BuildMissing, BuildDamaged) as error:
        trouble = str(error)
    entries = {e.path: e for e in PAGES}
    pages = [st.Page(_runner(e, library, trouble), title=e.title, url_path=e.path, default=not e.path) for e in PAGES]
    chosen = st.navigation(pages, position="top")
    entry = entries[chosen.url_path]
    st.set_page_config(page_title=f"{entry.title} · 政策图谱", page_icon=str(_ASSETS / "icon.png"), layout="wide" if entry.wide else "centered")
    st.logo(str(_ASSETS / "logo.svg"), size="large")
    chosen.run()
    opened.watch(build, library.generation if library else None)


def _runner(entry: Entry, library: Library | None, trouble: str) -> Callable[[], None]:
    def run() -> None:
        if library is None:
            welcome.page(trouble)
        else:
            entry.page(library)

    return run
