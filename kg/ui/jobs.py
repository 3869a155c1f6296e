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

import streamlit as st

from kg.ui import draw
from kg.ui.nodes import el

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


def begin(said: str, build: Path, *words: str) -> None:
    """Start a command for this browser session, which shows its progress."""
    st.session_state["job"] = start(said, build, *words)


def running() -> bool:
    """Say whether this session has a command under way."""
    return "job" in st.session_state


@st.fragment(run_every=1.0)
def working() -> None:
    """Show how far the command is, with a button that stops it."""
    job: Job | None = st.session_state.get("job")
    if job is None:
        return
    if not job.running():
        st.session_state["done"] = st.session_state.pop("job")
        st.rerun()
    share, doing = job.progress()
    st.progress(min(share, 1.0), text=job.said)
    st.text(doing)
    if st.button("取消", icon=":material/close:", help="已有的语料不受影响"):
        job.stop()


def finished() -> None:
    """Say once how the last command ended, in its own words."""
    job: Job | None = st.session_state.pop("done", None)
    if job is None:
        return
    lines = [line for line in job.lines() if not line.startswith("[")]
    code = job.process.returncode
    job.log.unlink(missing_ok=True)
    said = "已取消，语料没有改动。" if code < 0 else f"{job.said}：完成" if code == 0 else f"{job.said}：没有全部完成"
    draw.nodes(
        el("section", "answer" if code == 0 else "answer refused", el("b", "", said), *(el("div", "small", line) for line in lines[-12:])), key="finished"
    )
