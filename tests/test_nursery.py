"""Readers that are forks of one process: what they answer, what they raise, and that none outlives who asks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg import build, harvest, nursery
from kg.errors import PolicyKGError
from tests.policies import BASE, policy

linux = pytest.mark.skipif(sys.platform != "linux", reason="what /proc tells")

ALONE = f"""
import os
os.environ |= {nursery.ONE_THREAD!r}
from kg import harvest
harvest.ready(None)
print(len(os.listdir("/proc/self/task")))
"""
LEFT = """
import os, signal, sys, time
from pathlib import Path
from kg import nursery
if __name__ == "__main__":
    readers = nursery.Readers(2, None)
    first = readers._processes[0].pid
    below = lambda: Path(f"/proc/{first}/task/{first}/children").read_text().split()
    while not below():
        time.sleep(0.05)
    print(first, *below(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


class Deadly:
    """What ends the process that is sent it."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (3,)


def test_what_a_reader_raises_is_raised_and_one_that_dies_is_told() -> None:
    readers = nursery.Readers(2, None)
    try:
        for _ in range(4):
            with pytest.raises(AttributeError):
                readers.submit(None).result()
        with pytest.raises(PolicyKGError, match="意外结束"):
            readers.submit(Deadly()).result()
    finally:
        readers.close(wait=True)
    assert not any(process.is_alive() for process in readers._processes)


def test_readers_that_were_begun_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for i in range(6):
        (corpus / f"{i}.txt").write_text(policy(f"第{i}类项目", 20 + i), "utf-8")
    monkeypatch.setattr(harvest, "BATCH", 1000)
    nursery.begin([corpus], None)
    assert not nursery._begun
    monkeypatch.setattr(nursery, "MUCH", 1000)
    monkeypatch.setattr(nursery, "cores", lambda: 2)
    nursery.begin([corpus / "none", corpus], None)
    begun = nursery._begun[0]
    report = build.ingest(tmp_path / "build", [corpus], base=BASE)
    assert len(report.added) == 6
    assert not nursery._begun
    for process in begun._processes:
        process.join(30)
        assert process.exitcode == 0


@linux
def test_what_is_forked_runs_one_thread() -> None:
    assert subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True).stdout == "1\n"


@linux
def test_readers_go_with_a_writer_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "left.py"
    script.write_text(LEFT, "utf-8")
    asked = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": os.getcwd()})
    assert asked.returncode == -signal.SIGKILL
    left = asked.stdout.split()
    assert len(left) == 2
    for _ in range(100):
        if not any(Path(f"/proc/{pid}/cmdline").is_file() and Path(f"/proc/{pid}/cmdline").read_bytes() for pid in left):
            return
        time.sleep(0.1)
    pytest.fail(f"still there: {left}")
