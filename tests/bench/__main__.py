"""``make bench``: seconds of ingesting, of a cold question, and of warm questions and searches, printed beside their bars."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from kg import search
from kg.library import Library
from tests.conftest import ROOT, SHARED

ON = date(2026, 11, 20)
# Asked of the sample corpus where the real questions are absent.
SAMPLE = ("首次购买青科保的企业，保险费用补贴比例是多少？", "科技保险补贴由谁负责解释？", "股权投资单个项目最高多少？", "科技创新促进条例何时施行？")


def main() -> None:
    """Measure on the real texts where they are there, else on the sample corpus."""
    corpus = SHARED / "corpus" if (SHARED / "corpus").is_dir() else ROOT / "corpus"
    asked = questions()
    print(f"{sum(p.stat().st_size for p in corpus.iterdir()) / 1e6:.2f} MB, {len(asked)} questions, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        build = Path(folder) / "build"
        line("ingest from nothing", seconds(lambda: policykg(build, "ingest", str(corpus))), 15.0)
        line("ingest, nothing changed", seconds(lambda: policykg(build, "ingest", str(corpus))), 2.0)
        line("ask, cold process", min(seconds(lambda: policykg(build, "ask", asked[0], "--on", ON.isoformat())) for _ in range(3)), 1.5)
        start = time.perf_counter()
        library = Library.open(build)
        library.ask(asked[0], ON)
        line("open and first answer", time.perf_counter() - start, 1.0)
        spread("ask, warm", [seconds(lambda one=one: library.ask(one, ON)) for one in asked], 0.030)
        spread("search, warm", [seconds(lambda one=one: library.search(one, ON, search.Filters())) for one in asked], 0.030)


def questions() -> Sequence[str]:
    """Return the dev questions, else those of the sample corpus."""
    file = SHARED / "eval" / "gold" / "dev.questions.jsonl"
    if not file.is_file():
        return SAMPLE
    return [json.loads(row)["question"] for row in file.read_text(encoding="utf-8").splitlines() if row.strip()]


def policykg(build: Path, *words: str) -> None:
    """Run one command in a fresh process; raises where it fails."""
    subprocess.run([sys.executable, "-m", "kg", *words, "--build", str(build)], cwd=ROOT, check=True, capture_output=True)


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def spread(what: str, times: Sequence[float], bar: float) -> None:
    """Print median and 99th percentile."""
    line(f"{what} (median of {len(times)})", statistics.median(times), bar)
    line(f"{what} (p99)", sorted(times)[min(len(times) - 1, int(len(times) * 0.99))], None)


def line(what: str, took: float, bar: float | None) -> None:
    """Print one figure and its bar."""
    print(f"{what:36} {took:8.3f} s{f'   bar {bar:.3f} s' if bar else ''}", flush=True)


if __name__ == "__main__":
    main()
