"""``policykg app`` as a process: what ends the command ends the app."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.ui import __main__ as start
from tests import built
from tests.conftest import ROOT


def _reached(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _until(port: int, reached: bool) -> bool:
    end = time.monotonic() + 60
    while time.monotonic() < end and _reached(port) is not reached:
        time.sleep(0.1)
    return _reached(port) is reached


@pytest.mark.parametrize(("patience", "order"), [(30.0, ["loaded", "listens"]), (0.01, ["listens", "loaded"])])
def test_the_app_listens_when_all_is_loaded_and_no_later_than_its_patience(monkeypatch: pytest.MonkeyPatch, patience: float, order: list[str]) -> None:
    begun: list[str] = []

    def load() -> None:
        time.sleep(0.3)
        begun.append("loaded")

    monkeypatch.setattr(start, "PATIENCE_S", patience)
    monkeypatch.setattr(start, "preload", load)
    monkeypatch.setattr("streamlit.web.cli.main", lambda **_: begun.append("listens"))
    start.main()
    time.sleep(0.5)
    assert begun == order


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_app_outlives_its_command(number: signal.Signals, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "kg", "app", "--port", str(port), "--build", str(built.sample())]
    app = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "HOME": str(tmp_path)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert _until(port, True)
        app.send_signal(number)
        app.wait(timeout=20)
        assert _until(port, False)
    finally:
        app.kill()
