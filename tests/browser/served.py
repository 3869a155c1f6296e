"""A running app and a browser that watches it: what the browser tests share."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.conftest import ROOT

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
SHOTS = ROOT / "build" / "screenshots"
# Streamlit's own page asks for these below the page's address first and then at the root, where they are.
PROBES = ("/_stcore/health", "/_stcore/host-config")


@contextmanager
def app(build: Path) -> Iterator[str]:
    """Serve a build through ``policykg app`` and yield the address."""
    with serving(build) as (address, _):
        yield address


@contextmanager
def serving(build: Path) -> Iterator[tuple[str, int]]:
    """Serve a build through ``policykg app`` and yield the address and the id of the process that was started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "kg", "app", "--port", str(port), "--build", str(build)]
    SHOTS.mkdir(parents=True, exist_ok=True)
    with (SHOTS / f"app-{port}.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "HOME": str(build)}, stdout=log, stderr=log)
    try:
        _await(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def _await(address: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError(f"the app did not start ({address})")


@contextmanager
def browser(chromium: str) -> Iterator[Browser]:
    """Start a headless chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


@dataclass
class Visit:
    """A page of the app in the browser, with what went wrong on it and what it asked the network for."""

    page: Page
    base: str
    troubles: list[str] = field(default_factory=list)
    abroad: list[str] = field(default_factory=list)

    def open(self, path: str = "", **query: str) -> None:
        """Open an address of the app and wait until it has been drawn."""
        self.page.goto(f"{self.base}/{path}" + (f"?{urlencode(query)}" if query else ""))
        self.settle()

    def settle(self) -> None:
        """Wait until the app has nothing more to draw."""
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        self.page.wait_for_load_state("networkidle")

    def shoot(self, name: str) -> Path:
        """Keep a picture of the whole page."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        size = self.page.viewport_size or DESKTOP
        height = int(self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight"))
        self.page.set_viewport_size({"width": size["width"], "height": min(max(height + 60, size["height"]), 6000)})
        self.page.wait_for_timeout(300)
        self.page.screenshot(path=SHOTS / f"{name}.png")
        self.page.set_viewport_size(size)
        return SHOTS / f"{name}.png"

    def clean(self) -> None:
        """Fail where the page or the console shows an error, or anything was asked of another machine."""
        assert self.abroad == []
        assert self.troubles == []
        assert self.page.locator('[data-testid="stException"]').count() == 0


@contextmanager
def visit(running: Browser, base: str, *, phone: bool = False, dark: bool = False) -> Iterator[Visit]:
    """Open a fresh browser session, watched from its first request."""
    context = running.new_context(viewport=PHONE if phone else DESKTOP, color_scheme="dark" if dark else "light", locale="zh-CN")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched = Visit(context.new_page(), base)
    host = urlsplit(base).netloc

    def asked(request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")) and urlsplit(request.url).netloc != host:
            watched.abroad.append(request.url)

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and not str(message.location.get("url", "")).endswith(PROBES):
            watched.troubles.append(message.text)

    watched.page.on("request", asked)
    watched.page.on("console", said)
    watched.page.on("pageerror", lambda error: watched.troubles.append(str(error)))
    watched.page.on("websocket", lambda socket_: watched.abroad.append(socket_.url) if urlsplit(socket_.url).netloc != host else None)
    yield watched
    context.close()
