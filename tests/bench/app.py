"""``python -m tests.bench.app [BUILD]``: what the app takes, printed beside its bars.

First page in a real browser on a server just started, interactions on each page (20 each), ten users asking at once, memory a session.
Without BUILD the real texts are read, where they are absent the sample corpus.
"""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, expect

from kg import build, network
from kg.config import BASE
from kg.examples import all_examples
from kg.library import Library
from kg.ui.parts import slug
from tests.bench import wire
from tests.bench.__main__ import line, questions
from tests.browser import served
from tests.conftest import BROWSERS, ROOT, SHARED

# Interactions a page, users at once, and sessions whose memory is counted.
TIMES, USERS, SESSIONS = 20, 10, 20
# From this number of clauses on an interaction may take longer.
MANY = 150_000
# The run of a page, in seconds: from the change of address until what the server sent has been drawn; null where it was too quick to be seen begin.
_RUN = """(address) => new Promise((done) => {
  const app = document.querySelector('[data-testid="stApp"]')
  const begun = performance.now()
  let running = false
  new MutationObserver((_, watcher) => {
    if (app.dataset.testScriptState === "running") running = true
    else if (running && app.dataset.testScriptState === "notRunning") {
      watcher.disconnect()
      requestAnimationFrame(() => setTimeout(() => done((performance.now() - begun) / 1000)))
    }
  }).observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] })
  setTimeout(() => running || done(null), 2500)
  history.pushState(null, "", address)
  dispatchEvent(new PopStateEvent("popstate"))
})"""


@dataclass(frozen=True)
class Step:
    """One kind of interaction: its name, the page, and the queries of the addresses that are followed one after the other."""

    name: str
    page: str
    queries: Sequence[dict[str, str]]
    times: int = TIMES


def main() -> None:
    """Measure and print."""
    with _build() as folder:
        library = Library.open(folder)
        counts = library.shelf.manifest.counts
        print(f"{counts['documents']} documents, {counts['clauses']} clauses, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        chromium = next(filter(None, map(shutil.which, BROWSERS)))
        with served.browser(chromium) as running:
            first_page(running, folder)
            bar = 1.5 if counts["clauses"] >= MANY else 0.5
            with served.serving(folder) as (base, process):
                interactions(running, base, process, steps(library), bar)
        asked = questions() if counts["clauses"] < MANY and SHARED.is_dir() else _of(library)
        del library
        gc.collect()
        with served.serving(folder) as (base, process):
            asyncio.run(at_once(base, process, asked))
            asyncio.run(memory(base, process, asked))


@contextmanager
def _build() -> Iterator[Path]:
    if len(sys.argv) > 1:
        yield Path(sys.argv[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        build.ingest(Path(folder), [SHARED / "corpus" if (SHARED / "corpus").is_dir() else ROOT / "corpus"], base=BASE)
        yield Path(folder)


def _of(library: Library) -> list[str]:
    """Return questions about documents of a build."""
    titles = [d.title for d in library.documents() if d.edition != "news"]
    return [f"《{title}》何时施行？" for title in titles[:: max(len(titles) // 40, 1)]]


def first_page(running: Browser, folder: Path) -> None:
    """Open the app on a server that has only just started, in a browser that never saw it."""
    took = []
    for _ in range(3):
        with served.app(folder) as base, served.visit(running, base) as visit:
            begun = time.perf_counter()
            visit.page.goto(base)
            expect(visit.page.get_by_label("问题", exact=True)).to_be_visible(timeout=30_000)
            expect(visit.page.get_by_text("试着问")).to_be_visible(timeout=30_000)
            took.append(time.perf_counter() - begun)
    line("first page, cold server (median of 3)", statistics.median(took), 3.0)


def steps(library: Library) -> list[Step]:
    """Return what is done on each page of a build, twenty of a kind."""
    documents = [d for d in library.documents() if d.edition != "news"]
    titles = [d.title for d in documents]
    base = library.shelf.iris.base
    cites = network.citations(library.shelf.store)
    nodes = sorted((n for n in cites if cites.degree(n)), key=lambda n: (-cites.degree(n), n))
    longest = [slug(str(r[0])) for r in library.shelf.select("SELECT document FROM clauses GROUP BY document ORDER BY count(*) DESC LIMIT 24")]
    clauses = [str(r[0]) for r in library.shelf.select('SELECT clause FROM "references" WHERE resolved LIKE ? GROUP BY clause LIMIT 24', (f"{base}%/%",))]
    bodies = [str(r[0]) for r in library.shelf.select("SELECT agency FROM responsibilities WHERE agency <> '' GROUP BY agency ORDER BY count(*) DESC")]
    worked = [e.query for e in all_examples()]
    return [
        Step("ask", "", [{"q": f"《{t}》由哪个部门负责解释？"} for t in titles]),
        Step("search", "search", [{"s": t[-12:]} for t in titles]),
        *(Step(f"search, {name}", "search", [{"s": t[-12:], name: value} for t in titles]) for name, value in _chosen(library)),
        Step("list of documents", "file", [{"title": t[:4]} for t in titles]),
        Step("reader", "file", [{"doc": slug(d.iri)} for d in documents]),
        Step("reader, the longest", "file", [{"doc": d} for d in longest]),
        Step("compared", "file", [{"doc": one, "with": other} for one, other in pairwise(longest)]),
        Step("standards", "amounts", [{"least": str(n)} for n in range(10, 400, 15)]),
        Step("a company matched", "amounts", [{"standards": "按条件匹配", "rd": str(n * 100)} for n in range(10, 400, 15)]),
        Step("list of bodies", "agency", [{"find": b[-4:]} for b in bodies]),
        Step("body", "agency", [{"name": b} for b in bodies]),
        Step("links", "links", [{"node": n.removeprefix(base)} for n in nodes]),
        Step("links of clauses", "links", [{"level": "条款", "node": n.removeprefix(base)} for n in clauses]),
        Step("SPARQL", "sparql", [{"query": q} for q in worked], times=len(worked)),
        Step("calendar", "corpus", [{"on": f"2026-{n:02}-15"} for n in range(1, 13)]),
    ]


def _chosen(library: Library) -> list[tuple[str, str]]:
    """Return the filters of the search, each with what most of the build has."""
    documents = [d for d in library.documents() if d.edition != "news"]
    most = {
        "genre": Counter(d.genre for d in documents),
        "issuer": Counter(i for d in documents for i in d.issuers),
        "place": Counter(d.place for d in documents if d.place),
        "year": Counter(str(d.issued.year) for d in documents if d.issued),
    }
    common = [(name, counts.most_common(1)[0][0]) for name, counts in most.items() if counts]
    agency = library.shelf.select("SELECT agency FROM responsibilities WHERE agency <> '' GROUP BY agency ORDER BY count(*) DESC LIMIT 1")
    return [("kind", "amount"), ("status", "in force"), *(("agency", str(name)) for (name,) in agency), *common]


def interactions(running: Browser, base: str, process: int, some: Sequence[Step], bar: float) -> None:
    """Follow twenty links of each kind inside the app and print the median of each, with the processor time that the server spent on one."""
    for step in some:
        with served.visit(running, base) as visit:
            visit.open(step.page, on=wire.DAY)
            _follow(visit.page, step, 0)
            before = spent(process)
            took = [t for n in range(1, step.times + 1) if (t := _follow(visit.page, step, n)) is not None]
            visit.clean()
        line(f"{step.name} (server {(spent(process) - before) / step.times * 1000:.0f} ms; slowest {max(took):.2f})", statistics.median(took), bar)


def _follow(page: Page, step: Step, number: int) -> float | None:
    """Follow one link inside the app; the first of a kind, which loads what the page needs, is not counted."""
    query = {"on": wire.DAY} | step.queries[number % len(step.queries)]
    took: float | None = page.evaluate(_RUN, f"/{step.page}?{urlencode(query)}")
    page.wait_for_timeout(50)
    return took


async def at_once(base: str, process: int, asked: Sequence[str]) -> None:
    """Let ten users ask at the same moment, five times, each another question; every one must be answered."""
    users = [await wire.user(base) for _ in range(USERS)]
    for one in users:
        await one.visit()
        await one.type("q", asked[0])
    took, before = [], spent(process)
    for turn in range(5):
        took += await asyncio.gather(*(one.type("q", asked[(turn * USERS + n) % len(asked)]) for n, one in enumerate(users)))
        silent = sum('"answer' not in one.drawn for one in users)
        if silent:
            raise RuntimeError(f"{silent} of {USERS} users got no answer")
    each = (spent(process) - before) / len(took) * 1000
    line(f"{USERS} users at once (server {each:.0f} ms; slowest {max(took):.2f})", statistics.median(took), 1.0)


async def memory(base: str, process: int, asked: Sequence[str]) -> None:
    """Open many sessions, each of which goes through every page and stays open, and print what each adds to the server's memory."""
    pages: list[tuple[str, dict[str, str]]] = [
        ("search", {"s": "补贴"}), ("file", {}), ("amounts", {}), ("agency", {}), ("links", {}), ("sparql", {}), ("corpus", {})
    ]  # fmt: skip

    async def session(number: int) -> wire.User:
        one = await wire.user(base)
        await one.visit()
        await one.type("q", asked[number % len(asked)])
        for page, query in pages:
            await one.visit(page, **query)
        return one

    kept = [await session(n) for n in range(5)]
    before = resident(process)
    kept += [await session(n) for n in range(SESSIONS)]
    print(
        f"{f'memory a session ({len(kept)} open)':36} {(resident(process) - before) / SESSIONS:8.1f} MB   bar 30 MB; server {resident(process):.0f} MB",
        flush=True,
    )


def resident(process: int) -> float:
    """Return the resident memory of a process and its children in MB."""
    return sum(int(fields[21]) for fields in _family(process)) * os.sysconf("SC_PAGE_SIZE") / 1e6


def spent(process: int) -> float:
    """Return the processor seconds of a process and its children: what work takes on a machine that does nothing else."""
    return sum(int(fields[11]) + int(fields[12]) for fields in _family(process)) / os.sysconf("SC_CLK_TCK")


def _family(process: int) -> Iterator[list[str]]:
    """Yield what /proc says of a process and its children: the fields of ``stat`` from the third on."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:  # the process has ended meanwhile
            continue
        if process in (int(file.parent.name), int(fields[1])):
            yield fields


if __name__ == "__main__":
    main()
