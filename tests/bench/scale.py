"""``python -m tests.bench.scale [SHARE]``: the archive of laws end to end beside one pass of jieba over the same text, in one run.

SHARE is which of the laws to take: 1 for all, 8 for every eighth. A row is a figure, its unit and what it was measured over.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import statistics
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import jieba

from kg import search, verify
from kg.library import Library
from kg.shelf import Shelf
from tests.bench.__main__ import ON, questions
from tests.conftest import ROOT, SHARED


def main() -> None:
    """Measure and print a table."""
    share = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory(prefix="policykg-scale-") as folder:
        laws = Path(folder) / "laws"
        size = unpack(laws, share)
        row("laws", len(list(laws.iterdir())), "files")
        row("text", size / 1e6, "MB")
        floor = seconds(lambda: segment(laws))
        row("jieba.lcut, one process", floor, "s")
        where = Path(folder) / "build"
        with Memory() as memory:
            spent = seconds(lambda: ingest(where, laws))
        row("ingest from nothing", spent, "s")
        row("ingest / jieba", spent / floor, "times")
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        row("processor time of ingest", used.ru_utime + used.ru_stime, "s")
        row("memory, all processes", memory.peak / 1e6, "MB")
        row("disk", sum(p.stat().st_size for p in where.rglob("*") if p.is_file()) / 1e6, "MB")
        row("ingest, nothing changed", seconds(lambda: ingest(where, laws)), "s")
        changed = sorted(laws.iterdir())[len(list(laws.iterdir())) // 2]
        changed.write_text(changed.read_text("utf-8") + "\n第九百九十九条 市科技局给予最高77万元补助。\n", "utf-8")
        row("one changed file", seconds(lambda: ingest(where, laws)), "s")
        faults: list[str] = []
        row("check", seconds(lambda: faults.extend(verify.verify(Shelf.open(where)).faults)), "s")
        row("faults", len(faults), "")
        latencies(where)
        row("memory, this process", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, "MB")


def unpack(folder: Path, share: int) -> int:
    """Write every so-manieth law into a folder and return their bytes."""
    folder.mkdir()
    with tarfile.open(SHARED / "laws.tar.xz") as archive:
        for i, member in enumerate(m for m in archive if m.isfile()):
            content = archive.extractfile(member)
            if i % share == 0 and content is not None:
                (folder / f"{i:04}-{Path(member.name).name}").write_bytes(content.read())
    return sum(p.stat().st_size for p in folder.iterdir())


def segment(folder: Path) -> None:
    """Cut every text, as the classic way begins."""
    jieba.setLogLevel(logging.WARNING)
    for file in sorted(folder.iterdir()):
        jieba.lcut(file.read_text("utf-8"))


def ingest(where: Path, laws: Path) -> None:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "kg", "ingest", str(laws), str(SHARED / "corpus"), "--build", str(where)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def latencies(where: Path) -> None:
    """Open the build, then ask and search twice; the second round counts."""
    begun = time.perf_counter()
    library = Library.open(where)
    row("open", time.perf_counter() - begun, "s")
    asked = questions()
    row("first answer", seconds(lambda: library.ask(asked[0], ON)), "s")
    works: dict[str, Callable[[str], object]] = {
        "search": lambda one: library.search(one, ON, search.Filters(), 10),
        "ask": lambda one: library.ask(one, ON),
    }
    for name, work in works.items():
        for one in asked:
            work(one)
        spent = sorted(seconds(lambda one=one, work=work: work(one)) * 1e3 for one in asked)
        row(f"{name}, median", statistics.median(spent), "ms")
        row(f"{name}, p99", spent[int(0.99 * len(spent))], "ms")


class Memory:
    """Watches the proportional memory of what this process has started, twice a second; bytes."""

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
        while not self._ended.wait(0.5):
            self.peak = max(self.peak, sum(map(held, below(os.getpid()))))


def below(pid: int) -> Iterator[int]:
    """Yield the processes that a process started, and what these started."""
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            started = [int(one) for one in file.read_text().split()]
        except OSError:
            continue
        for one in started:
            yield one
            yield from below(one)


def held(pid: int) -> int:
    """Return the proportional memory of a process, 0 where it is gone or the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def row(name: str, value: float, unit: str) -> None:
    """Print a figure."""
    print(f"{name:28} {value:12.2f} {unit}", flush=True)


if __name__ == "__main__":
    main()
    print(json.dumps({"cores": os.cpu_count(), "load": os.getloadavg()[0]}))
