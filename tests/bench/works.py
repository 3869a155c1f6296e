"""What the measurements of size share: the archive of laws, commands in processes of their own, their time and memory, rows."""

from __future__ import annotations

import compileall
import gzip
import json
import logging
import os
import random
import resource
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jieba

from tests.conftest import ROOT, SHARED


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock and of all processors, and the most bytes that all processes held together."""

    wall: float
    processor: float
    memory: int = 0


def unpack(folder: Path, share: int) -> int:
    """Write every so-manieth law into a folder and return their bytes."""
    folder.mkdir()
    with tarfile.open(SHARED / "laws.tar.xz") as archive:
        for i, member in enumerate(m for m in archive if m.isfile()):
            content = archive.extractfile(member)
            if i % share == 0 and content is not None:
                (folder / f"{i:04}-{Path(member.name).name}").write_bytes(content.read())
    return sum(p.stat().st_size for p in folder.iterdir())


def segmented(folder: Path) -> Spent:
    """Cut every text with jieba, as the classic way begins; its dictionary is loaded before."""
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    wall, processor = time.perf_counter(), time.process_time()
    for file in sorted(folder.iterdir()):
        jieba.lcut(file.read_text("utf-8"))
    return Spent(time.perf_counter() - wall, time.process_time() - processor)


@cache
def installed() -> None:
    """Write the bytecode of the packages, as installing them does, also where the environment has Python write none as it goes."""
    for package in ("kg", "ingest", "ontology"):
        compileall.compile_dir(ROOT / package, quiet=1)


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start one command; CalledProcessError where it has failed at the end."""
    installed()
    command = [sys.executable, "-m", "kg", *words]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        code = process.wait()
    if code:
        raise subprocess.CalledProcessError(code, command)


def policykg(*words: str) -> Spent:
    """Run one command in a process of its own."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with Memory() as memory, started(*words) as process:
        process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(time.perf_counter() - wall, processor, memory.peak)


class Memory:
    """Watches the proportional memory of what this process has started, five times a second; bytes."""

    def __init__(self) -> None:
        self.peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.2):
            self.peak = max(self.peak, sum(map(held, below(os.getpid()))))


def below(pid: int) -> Iterator[int]:
    """Yield the processes that a process started, and what these started."""
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            begun = [int(one) for one in file.read_text().split()]
        except OSError:
            continue
        for one in begun:
            yield one
            yield from below(one)


def held(pid: int) -> int:
    """Return the proportional memory of a process, 0 where it is gone or the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def law_questions(count: int) -> list[str]:
    """Return some of the questions about laws of the retrieval benchmark, drawn alike each time; none where it is absent."""
    file = SHARED / "retrieval" / "queries.jsonl.gz"
    if not file.is_file():
        return []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        every = [json.loads(line)["text"] for line in lines]
    return random.Random(7).sample(every, min(count, len(every)))


def rounds(work: Callable[[str], object], asked: Sequence[str]) -> list[float]:
    """Do a work for every question twice and return the milliseconds of the second round, sorted."""
    for one in asked:
        work(one)
    return sorted(seconds(lambda one=one: work(one)) * 1e3 for one in asked)  # type: ignore[misc]


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def processor(work: Callable[[], object]) -> float:
    """Return the seconds of all processors that a piece of work in this process takes: what stays alike on a busy machine."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def p99(ordered: Sequence[float]) -> float:
    """Return the 99th percentile of values in order."""
    return ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]


def row(name: str, value: float, unit: str, bar: str = "") -> None:
    """Print a figure and its bar."""
    print(f"{name:40} {value:10.2f} {unit:6} {bar}", flush=True)
