"""What all tests share: where the real texts and a browser are, and that a skip fails where everything is required."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of the real texts and the gold labels; skip where it is absent."""
    if not (SHARED / "corpus").is_dir():
        pytest.skip("no ../shared with the real texts")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a chromium; skip where none is installed."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no chromium: browser tests not run")
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where POLICYKG_REQUIRE_ALL is set, as on the CI machine."""
    report = yield
    if _required() and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be: {_reason(report.longrepr)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same for a module that skips itself while it is collected."""
    report = yield
    if _required() and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped where nothing may be: {_reason(report.longrepr)}"
    return report


def _required() -> bool:
    return os.environ.get("POLICYKG_REQUIRE_ALL") == "1"


def _reason(longrepr: object) -> str:
    return str(longrepr[-1]) if isinstance(longrepr, tuple) else str(longrepr)
