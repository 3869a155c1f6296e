"""``python -m tests.bench.growth [SHARE…]``: how an ingest and its questions grow with the size, over 1/8, 1/4, 1/2 and all of the laws.

Bars: processor time for each MB of text flat within 25 %; questions slower by less than the square root of the growth.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kg import search
from kg.library import Library
from tests.bench import works
from tests.bench.__main__ import ON, questions
from tests.conftest import SHARED


@dataclass(frozen=True, slots=True)
class Step:
    """One share of the laws: MB of text, what its ingest took, milliseconds of a search and of an answer (medians)."""

    size: float
    spent: works.Spent
    search: float
    ask: float


def main() -> None:
    """Measure each share, smallest first, and print a table."""
    shares = sorted((int(word) for word in sys.argv[1:]), reverse=True) or [8, 4, 2, 1]
    steps = [step(share) for share in shares]
    print(f"{'MB':>7} {'s':>8} {'s/MB':>7} {'processor s/MB':>15} {'memory MB':>10} {'search ms':>10} {'ask ms':>8}")
    for one in steps:
        each = one.spent.wall / one.size, one.spent.processor / one.size
        print(f"{one.size:7.1f} {one.spent.wall:8.1f} {each[0]:7.2f} {each[1]:15.2f} {one.spent.memory / 1e6:10.0f} {one.search:10.1f} {one.ask:8.1f}")
    rates = [one.spent.processor / one.size for one in steps]
    works.row("processor time a MB, most over least", max(rates) / min(rates), "times", "≤ 1.25")
    root = (steps[-1].size / steps[0].size) ** 0.5
    works.row("search, last over first", steps[-1].search / steps[0].search, "times", f"≤ {root:.2f}")
    works.row("ask, last over first", steps[-1].ask / steps[0].ask, "times", f"≤ {root:.2f}")


def step(share: int) -> Step:
    """Ingest one share and ask it every question twice."""
    with tempfile.TemporaryDirectory(prefix="policykg-growth-") as folder:
        laws, build = Path(folder) / "laws", Path(folder) / "build"
        size = works.unpack(laws, share) + sum(p.stat().st_size for p in (SHARED / "corpus").iterdir())
        spent = works.policykg("ingest", str(laws), str(SHARED / "corpus"), "--build", str(build))
        library, asked = Library.open(build), questions()
        found = works.rounds(lambda one: library.search(one, ON, search.Filters(), 10), asked)
        answered = works.rounds(lambda one: library.ask(one, ON), asked)
        return Step(size / 1e6, spent, found[len(found) // 2], answered[len(answered) // 2])


if __name__ == "__main__":
    main()
