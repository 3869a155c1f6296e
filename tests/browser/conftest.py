"""One app over the sample corpus and one browser for all browser tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests import ui
from tests.browser import served
from tests.browser.served import Visit


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """Serve the sample corpus and yield the address."""
    with served.app(ui.sample_build()) as address:
        yield address


@pytest.fixture(scope="session")
def running(chromium: str) -> Iterator[Browser]:
    """Start the browser."""
    with served.browser(chromium) as opened:
        yield opened


@pytest.fixture
def visit(running: Browser, base: str) -> Iterator[Visit]:
    """Open a desktop session; what went wrong in it fails the test at its end."""
    with served.visit(running, base) as opened:
        yield opened
        opened.clean()
