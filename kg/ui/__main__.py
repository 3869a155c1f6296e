"""Starts Streamlit's server as ``python -m streamlit`` does, and opens the build beside it: ``python -m kg.ui run app.py``."""

from __future__ import annotations

import logging
import threading
from importlib import import_module

from kg.errors import PolicyKGError

_THREAD = "preload"


def main() -> None:
    """Run Streamlit's command line; the first visitor finds library and pages loaded."""
    threading.Thread(target=preload, name=_THREAD, daemon=True).start()
    from streamlit.web import cli

    cli.main(prog_name="streamlit")


def preload() -> None:
    """Load what every page needs and what the first question would wait for; a build that cannot be opened is left to the page to tell."""
    # Streamlit warns of calls from outside a page's run; here that is meant.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").addFilter(lambda record: record.threadName != _THREAD)
    from kg.config import settings
    from kg.ui import PAGES, opened

    import_module("pandas")
    for entry in PAGES:
        import_module(f"kg.ui.{entry.module}")
    try:
        library = opened.library(settings().build)
    except PolicyKGError:
        return
    opened.warm(library, library.generation).join()
    opened.spare("", library.generation)


if __name__ == "__main__":
    main()
