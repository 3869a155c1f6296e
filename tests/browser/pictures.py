"""Draws the pictures of docs/images anew, over the sample corpus only: ``python -m tests.browser.pictures``."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field

from tests import ui
from tests.browser import served
from tests.conftest import BROWSERS, ROOT

IMAGES = ROOT / "docs" / "images"
RATE = "首次购买“青科保”的企业，保险费用补贴比例是多少？"


@dataclass(frozen=True)
class Picture:
    """One picture: its file, the address it shows, and how."""

    name: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    phone: bool = False
    dark: bool = False
    height: int = 1000


def pictures() -> list[Picture]:
    """Return what is shown in the README and the documentation."""
    return [
        Picture("ask", "", {"q": RATE}),
        Picture("ask-phone-dark", "", {"q": RATE}, phone=True, dark=True, height=844),
        Picture("search", "search", {"s": "保险费用补贴"}),
        Picture("reader", "file", {"doc": _named("科技财政金融协同"), "at": "二、/（六）"}),
        Picture("amounts", "amounts", {"least": "500"}, height=760),
        Picture("agency", "agency", {"net": "协作网络"}, height=900),
        Picture("links", "links", height=960, dark=True),
        Picture("sparql", "sparql", height=900),
        Picture("corpus", "corpus", height=900),
    ]


def _named(words: str) -> str:
    from kg.library import Library
    from kg.ui import parts

    return parts.slug(next(d.iri for d in Library.open(ui.sample_build()).documents() if words in d.title))


def main() -> None:
    """Draw every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, BROWSERS)))
    with served.app(ui.sample_build()) as base, served.browser(chromium) as running:
        for one in pictures():
            with served.visit(running, base, phone=one.phone, dark=one.dark) as visit:
                visit.open(one.path, **one.query, on=ui.DAY)
                size = served.PHONE if one.phone else served.DESKTOP
                visit.page.set_viewport_size({"width": size["width"], "height": one.height})
                visit.page.wait_for_timeout(1200)
                visit.page.screenshot(path=IMAGES / f"{one.name}.png")
                visit.clean()
                print(f"docs/images/{one.name}.png")


if __name__ == "__main__":
    main()
