"""The web app in Streamlit: one file a page, each a ``page(library)``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import streamlit as st

from kg import logs
from kg.config import settings
from kg.errors import PolicyKGError, UsageError
from kg.library import Library
from kg.ui import opened, welcome

# Files of the package: an icon named by Streamlit's own names is fetched from elsewhere by the browser.
_ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the app: its address, name, module (loaded when the page is first opened), and whether it takes the whole width."""

    path: str
    title: str
    module: str
    wide: bool = True

    def draw(self, library: Library) -> None:
        """Draw the page; a failure that a person can mend is said in its line."""
        try:
            import_module(f"kg.ui.{self.module}").page(library)
        except PolicyKGError as error:
            st.text(str(error))


PAGES = (
    Entry("", "问答", "ask", wide=False),
    Entry("search", "检索", "search", wide=False),
    Entry("file", "文件", "file"),
    Entry("amounts", "标准", "amounts"),
    Entry("agency", "部门", "agency"),
    Entry("links", "关联", "links"),
    Entry("sparql", "SPARQL", "query"),
    Entry("corpus", "语料", "corpus"),
)


def main() -> None:
    """Draw the app: the page that the address names, over the current build."""
    try:
        own = settings()
        logs.configure(own.log)
        build = own.build
    except UsageError as error:
        st.text(str(error))
        return
    library: Library | None = None
    trouble = ""
    try:
        library = opened.library(build)
    except PolicyKGError as error:
        trouble = str(error)
    entries = {e.path: e for e in PAGES}
    pages = [st.Page(_runner(e, library, trouble), title=e.title, url_path=e.path, default=not e.path) for e in PAGES]
    chosen = st.navigation(pages, position="top")
    entry = entries[chosen.url_path]
    st.set_page_config(page_title=f"{entry.title} · 政策图谱", page_icon=str(_ASSETS / "icon.png"), layout="wide" if entry.wide else "centered")
    st.html(_ASSETS / "page.css")
    st.logo(str(_ASSETS / "logo.svg"), size="large")
    chosen.run()
    opened.watch(build, library.generation if library else None)
    if library:
        opened.warm(library, library.generation)
        opened.spare(entry.path, library.generation)


def _runner(entry: Entry, library: Library | None, trouble: str) -> Callable[[], None]:
    def run() -> None:
        if library is None:
            welcome.page(trouble)
        else:
            entry.draw(library)

    return run
