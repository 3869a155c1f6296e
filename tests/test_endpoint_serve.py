"""The command: what it says, when it does not start, and that nothing is left of it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg import endpoint
from kg.confine import Sealed
from kg.endpoint.walls import stand
from kg.errors import PolicyKGError, UsageError
from tests import built


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def children(pid: int) -> list[int]:
    return [int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("how", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow), pytest.param(signal.SIGKILL, marks=pytest.mark.slow)])
def test_nothing_is_left_when_it_ends(how: signal.Signals) -> None:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "kg", "serve", "--build", str(built.sample()), "--port", str(port)], stdout=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/healthz")
                assert connection.getresponse().status == 200
                break
            except OSError:
                time.sleep(0.1)
        time.sleep(0.5)
        workers = children(process.pid)
        assert len(workers) == 4
    finally:
        process.send_signal(how)
        process.wait(20)
    time.sleep(0.3)
    assert [pid for pid in workers if Path(f"/proc/{pid}/stat").exists() and ") Z " not in Path(f"/proc/{pid}/stat").read_text()] == []
    assert process.stdout is not None
    said = process.stdout.read().decode()
    assert how == signal.SIGKILL or f"http://127.0.0.1:{port}/sparql" in said


def test_does_not_serve_others_without_the_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "stand", lambda: Sealed(seccomp=False, network=False))
    with pytest.raises(UsageError, match=r"127\.0\.0\.1"):
        endpoint.serve(built.sample(), "0.0.0.0", free_port())


def test_warns_on_loopback_without_the_filter(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(endpoint, "stand", lambda: Sealed(seccomp=False, network=False))
    monkeypatch.setattr("uvicorn.Server.run", lambda self, sockets: sockets[0].close())
    endpoint.serve(built.sample(), "127.0.0.1", free_port())
    assert "seccomp" in capsys.readouterr().err


def test_address_in_use_and_missing_build(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PolicyKGError, match="不能监听"):
        endpoint.serve(built.sample(), "127.0.0.1", taken.getsockname()[1])
    with pytest.raises(PolicyKGError, match="ingest"):
        endpoint.serve(tmp_path, "127.0.0.1", free_port())


@pytest.mark.skipif(sys.platform != "linux" or os.uname().machine not in ("x86_64", "aarch64"), reason="seccomp is Linux's")
def test_this_system_has_walls() -> None:
    assert stand().seccomp


def test_replies_do_not_wait_for_acknowledgements() -> None:
    with endpoint._listener("127.0.0.1", free_port()) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
