"""``python -m tests.bench.scale [SHARE]``: the archive of laws end to end beside one pass of jieba over the same text, in one run.

SHARE is which of the laws to take: 1 for all, 8 for every eighth. A row is a figure, its unit and, where the project has set one, its bar.
Processor time is told beside the clock: on a machine that others use, the ratio of processor times is what stays.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from kg import search
from kg.library import Library
from tests.bench import works
from tests.bench.__main__ import ON, questions
from tests.bench.works import p99, row, seconds
from tests.conftest import SHARED


def main() -> None:
    """Measure and print a table."""
    share = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory(prefix="policykg-scale-") as folder:
        laws, build = Path(folder) / "laws", Path(folder) / "build"
        row("text", works.unpack(laws, share) / 1e6, "MB")
        row("laws", len(list(laws.iterdir())), "files")
        against_jieba(build, laws)
        row("the policies added to the laws", ingest(build, laws).wall, "s")
        row("disk", sum(p.stat().st_size for p in build.rglob("*") if p.is_file()) / 1e6, "MB")
        upkeep(build, laws)
        latencies(build)
        reading(build, laws)


def against_jieba(build: Path, laws: Path) -> None:
    """Ingest the laws between two passes of jieba over the same text: the speed of a shared machine drifts, and their mean has gone through the same."""
    before = works.segmented(laws)
    fresh = works.policykg("ingest", str(laws), "--build", str(build))
    after = works.segmented(laws)
    wall, processor = (before.wall + after.wall) / 2, (before.processor + after.processor) / 2
    row("jieba.lcut, one process, before and after", wall, "s")
    row("jieba.lcut, processor time", processor, "s")
    row("ingest from nothing", fresh.wall, "s")
    row("ingest, processor time", fresh.processor, "s")
    row("ingest / jieba, by the clock", fresh.wall / wall, "times", "≤ 2.0")
    row("the same by processor time, two cores", fresh.processor / 2 / processor, "times")
    row("memory of all processes", fresh.memory / 1e6, "MB", "≤ 2000")


def ingest(build: Path, laws: Path) -> works.Spent:
    """Run the command over the laws and the shared policies."""
    return works.policykg("ingest", str(laws), str(SHARED / "corpus"), "--build", str(build))


def upkeep(build: Path, laws: Path) -> None:
    """Measure what a build takes to be kept: nothing changed, one file changed, the check."""
    same = ingest(build, laws)
    row("nothing changed", same.wall, "s", "≤ 3")
    changed = sorted(laws.iterdir())[len(list(laws.iterdir())) // 2]
    changed.write_text(changed.read_text("utf-8") + "\n第九百九十九条 市科技局给予最高77万元补助。\n", "utf-8")
    one = ingest(build, laws)
    row("one changed file", one.wall, "s", "≤ 2")
    row("one changed file, processor time", one.processor, "s")
    row("one changed file, memory", one.memory / 1e6, "MB", "≤ 1000")
    check = works.policykg("check", "--build", str(build))
    row("check", check.wall, "s", "≤ 180")
    row("check, memory", check.memory / 1e6, "MB", "≤ 1000")


def latencies(build: Path) -> None:
    """Open the build in this process, then ask and search twice; the second round counts."""
    cold = min(works.policykg("ask", questions()[0], "--build", str(build), "--on", ON.isoformat()).wall for _ in range(3))
    row("ask from cold, best of three", cold, "s", "≤ 1.5")
    begun = time.perf_counter()
    library = Library.open(build)
    row("open", time.perf_counter() - begun, "s", "≤ 1")
    asked = [*questions(), *works.law_questions(200)]
    found, answered = works.rounds(lambda one: library.search(one, ON, search.Filters(), 10), asked), works.rounds(lambda one: library.ask(one, ON), asked)
    row("search, median", found[len(found) // 2], "ms", "≤ 10")
    row("search, p99", p99(found), "ms", "≤ 100")
    row("ask, median", answered[len(answered) // 2], "ms", "≤ 25")
    row("ask, p99", p99(answered), "ms", "≤ 100")
    row("memory, this process", works.held(os.getpid()) / 1e6, "MB", "≤ 1500")


def reading(build: Path, laws: Path) -> None:
    """Ask on while every fourth law is changed and the build is written anew; a reader takes the new build as soon as it is there."""
    library, asked = Library.open(build), questions()
    quiet = p99(works.rounds(lambda one: library.ask(one, ON), asked))
    for file in sorted(laws.iterdir())[::4]:
        file.write_text(file.read_text("utf-8") + "\n第九百九十八条 市科技局给予最高78万元补助。\n", "utf-8")
    begun, switched, times = library.generation, 0.0, []
    with works.started("ingest", str(laws), str(SHARED / "corpus"), "--build", str(build)) as running:
        while running.poll() is None:
            for one in asked:
                times.append(seconds(lambda one=one, library=library: library.ask(one, ON)) * 1e3)  # type: ignore[misc]
                if library.stale():
                    switched = time.time()
                    library = Library.open(build)
    row("a reader's p99, quiet", quiet, "ms")
    row("a reader's p99 during an ingest", p99(sorted(times)), "ms", f"≤ {max(3 * quiet, 100):.0f}")
    file = build / "manifest.json"
    row("from the switch to the new build", (switched - file.stat().st_mtime) if library.generation != begun and switched else 0.0, "s", "≤ 5")


if __name__ == "__main__":
    main()
    print(json.dumps({"cores": os.cpu_count(), "load": os.getloadavg()[0]}))
