"""Opens the build and then starts Streamlit's server as ``python -m streamlit`` does: ``python -m kg.ui run app.py``."""

from __future__ import annotations

import logging
import threading
from importlib import import_module

from kg.errors import PolicyKGError

_THREAD = "preload"
# The server listens no later than this, in seconds, however long a build takes to open: a page then says that it is being opened.
PATIENCE_S = 10.0
# What Streamlit itself loads only when a page first asks for it.
_LATER = ("pandas", "PIL.PngImagePlugin", "streamlit.material_icon_names", "streamlit.runtime.scriptrunner.magic_funcs")


def main() -> None:
    """Run Streamlit's command line; the first visitor finds library and pages loaded.

    The server listens only then: Streamlit's page is some hundred files, each of which would wait for what is loaded beside it.
    """
    loading = threading.Thread(target=preload, name=_THREAD, daemon=True)
    loading.start()
    from streamlit.web import cli

    loading.join(PATIENCE_S)
    cli.main(prog_name="streamlit")


def preload() -> None:
    """Load what every page needs and what the first question would wait for; a build that cannot be opened is left to the page to tell."""
    # Streamlit warns of calls from outside a page's run; here that is meant.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").addFilter(lambda record: record.threadName != _THREAD)
    from kg.config import settings
    from kg.ui import PAGES, opened

    for name in (*_LATER, *(f"kg.ui.{entry.module}" for entry in PAGES)):
        import_module(name)
    try:
        library = opened.library(settings().build)
    except PolicyKGError:
        return
    opened.warm(library, library.generation).join()
    opened.spare("", library.generation)


if __name__ == "__main__":
    main()
