"""Work on the build in a process of its own: started here, watched by its lines, stopped without harm to the build."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_STEP = re.compile(r"\[(\d+)/(\d+)\] (.*)")


@dataclass(frozen=True, slots=True)
class Job:
    """A running command and the file that its lines go to."""

    process: subprocess.Popen[bytes]
    log: Path
    said: str

    def lines(self) -> list[str]:
        """Return what the command has said so far."""
        return self.log.read_text("utf-8", "replace").splitlines()

    def progress(self) -> tuple[float, str]:
        """Return how far it is (0 to 1) and what it is doing."""
        for line in reversed(self.lines()):
            if step := _STEP.match(line):
                return int(step[1]) / max(int(step[2]), 1), step[3]
        return 0.0, "正在开始"

    def running(self) -> bool:
        """Say whether the command still runs."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Stop the command; the build stays as it was, because a new one is switched to only when it is whole."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(said: str, build: Path, *words: str) -> Job:
    """Start a policykg command on a build, as ``policykg words… --build build``."""
    handle, name = tempfile.mkstemp(prefix="policykg-", suffix=".log")
    command = [sys.executable, "-m", "kg", *words, "--build", str(build)]
    with os.fdopen(handle, "wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    return Job(process, Path(name), said)


def store(folder: Path, files: Sequence[tuple[str, bytes]]) -> list[Path]:
    """Put uploaded files into a folder under their own names, without the path that a browser may have sent, and return where they lie."""
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for name, data in files:
        plain = re.sub(r'[\x00-\x1f<>:"|?*\\/]', "_", name).strip(". ")[-120:] or "未命名"
        path = folder / plain
        path.write_bytes(data)
        out.append(path)
    return out
