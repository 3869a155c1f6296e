"""The app over a build of the sample corpus: what the tests of its pages share."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

from streamlit.testing.v1 import AppTest

from kg import build
from kg.config import BASE
from tests.conftest import ROOT

DAY = "2026-11-20"


@cache
def sample_build() -> Path:
    """Return a build of the sample corpus, made once a process."""
    return build_of(ROOT / "corpus")


def build_of(*folders: Path) -> Path:
    """Return a fresh build of folders, deleted when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="policykg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    build.ingest(folder, folders, base=BASE)
    return folder


def open_page(which: str, /, folder: Path | None = None, **query: str | list[str]) -> AppTest:
    """Run one page of the app at an address of it, over the sample corpus where no build is given."""
    app = AppTest.from_function(_page, default_timeout=30, kwargs={"build": str(folder or sample_build()), "name": which})
    asked: dict[str, str | list[str]] = {"on": DAY, **query}
    for key, value in asked.items():
        app.query_params[key] = value
    return app.run()


def unfolded(app: AppTest, key: str) -> AppTest:
    """Open a fold of a page, whose content is drawn only then."""
    app.session_state[key] = True
    return app.run()


def _page(build: str, name: str) -> None:
    """Stand as the script of a test: its text is run by itself, so it imports what it needs."""
    from importlib import import_module
    from pathlib import Path

    from kg.ui import opened

    import_module(f"kg.ui.{name}").page(opened.library(Path(build)))


def drawn(app: AppTest) -> str:
    """Return all text that the component of the pages draws, in order, one text node a line."""
    return "\n".join(_texts(nodes(app)))


def nodes(app: AppTest) -> list[object]:
    """Return the nodes that the component draws: texts, or [tag, properties, children]."""
    return [node for element in app.get("bidi_component") for node in json.loads(element.proto.json)["nodes"]]


def found(app: AppTest, tag: str, classes: str | None = None) -> list[list[object]]:
    """Return every drawn element with a tag and classes, at any depth."""
    return [n for n in _elements(nodes(app)) if n[0] == tag and (classes is None or n[1].get("class") == classes)]  # type: ignore[union-attr,attr-defined]


def text_of(node: object) -> str:
    """Return the text of a drawn element."""
    return "".join(_texts([node]))


def _elements(some: list[object]) -> list[list[object]]:
    out: list[list[object]] = []
    for node in some:
        if isinstance(node, list):
            out += [node, *_elements(node[2])]
    return out


def _texts(some: list[object]) -> list[str]:
    out: list[str] = []
    for node in some:
        out += [node] if isinstance(node, str) else _texts(node[2]) if isinstance(node, list) else []
    return out
