"""``python -m tests.bench.wide graph|vectors BUILD``: what a build costs on Oxigraph's server or in PostgreSQL on loopback, beside the embedded engine.

``reading FOLDER``: what reading a folder of texts costs with two processes of this machine and with two workers of dask.
Processor time is that of client and server apart; a row is a figure and its unit.
"""

from __future__ import annotations

import os
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import psycopg

from kg import build, cluster, config, publish
from kg.build import quiet
from kg.fusion import POOL
from kg.library import Library
from kg.remote import release
from kg.remote.graph import Embedded
from kg.remote.pgvectors import Index, PgVectors
from kg.remote.release import Fenced
from kg.remote.web import Address, HttpGraph
from kg.shelf import Shelf
from kg.vectors.index import Near, Vectors
from tests import engines
from tests.bench.__main__ import ON, questions
from tests.bench.scale import Memory, below, held, row, seconds

LOOKUPS = 500


def main() -> None:
    """Measure and print a table."""
    if sys.argv[1] == "reading":
        return reading(Path(sys.argv[2]))
    shelf = Shelf.open(Path(sys.argv[2]))
    clauses = shelf.manifest.counts["clauses"]
    row("sources", len(shelf.manifest.sources), "files")
    row("clauses", clauses, "")
    row("triples", shelf.store.count(), "")
    for part in ("graph", "tables.sqlite", "words", "vectors"):
        row(f"disk, embedded {part}", size(shelf.folder / part) / 1e6, "MB")
    {"graph": on_graph, "vectors": on_vectors}[sys.argv[1]](shelf)


def on_graph(shelf: Shelf) -> None:
    """Publish to Oxigraph's server, then look up and ask on both sides."""
    with engines.oxigraph() as url:
        store = HttpGraph(Address.of(url), timeout_s=600)
        with costs("graph, publish"):
            publish.graph(shelf, store, quiet)
        with costs("graph, publish again"):
            publish.graph(shelf, store, quiet)
        fenced = Fenced(store, release.name(shelf.manifest))
        queries = lookups(shelf)
        spread("lookup, embedded", [seconds(lambda one=one: Embedded(shelf.store).select(one)) for one in queries])
        spread("lookup, HTTP", [seconds(lambda one=one: store.select(one)) for one in queries])
        spread("lookup, HTTP and its build", [seconds(lambda one=one: fenced.select(one)) for one in queries])
        own, servers = time.process_time(), served()
        for one in queries:
            fenced.select(one)
        row("lookup, client", (time.process_time() - own) / len(queries) * 1e3, "ms of processor")
        row("lookup, server", (served() - servers) / len(queries) * 1e3, "ms of processor")
        here, there = Library(shelf), Library(Shelf.open(shelf.build))
        there.shelf.graph = fenced
        asking("ask, embedded", here)
        asking("ask, graph over HTTP", there)
        row("disk, graph server", sum(size(Path(f"/proc/{pid}/cwd").resolve()) for pid in below(os.getpid())) / 1e6, "MB")
        row("memory, graph server", sum(map(held, below(os.getpid()))) / 1e6, "MB")


def on_vectors(shelf: Shelf) -> None:
    """Publish to PostgreSQL, exact and with HNSW, and search for the questions on all sides."""
    asked = shelf.encoder.encode(list(questions()))
    exact = rows_of(shelf, asked)
    with engines.postgres() as url:
        kinds: tuple[Index, ...] = ("exact", "hnsw")
        for index in kinds:
            store = PgVectors(url, index=index, timeout_s=3600)
            with costs(f"vectors, publish, {index}"):
                publish.vectors(shelf, store, quiet)
            searched(f"pgvector {index}", lambda one, store=store: store.search(one, POOL), asked, exact)
            with psycopg.connect(url) as connection:
                found = connection.execute("SELECT pg_total_relation_size('policykg_vectors')").fetchone()
                row(f"disk, pgvector {index}", found[0] / 1e6 if found else 0, "MB")
        row("memory, vector server", sum(map(held, below(os.getpid()))) / 1e6, "MB")
    searched("embedded index", lambda one: shelf.vectors.search(one, POOL), asked, exact)


def reading(folder: Path) -> None:
    """Ingest a folder with local processes and with dask's."""
    with engines.scratch() as where:
        begun = resource.getrusage(resource.RUSAGE_CHILDREN)
        with Memory() as memory, costs("ingest, 2 processes"):
            done = build.ingest(where / "local", [folder], base=config.BASE, workers=2)
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        row("ingest, 2 processes, readers", ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime, "s of processor")
        row("ingest, readers' memory", memory.peak / 1e6, "MB")
        row("ingest, writer's memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, "MB")
        row("ingest, text", sum(f.stat().st_size for f in folder.iterdir()) / 1e6, "MB")
        row("ingest, disk", size(where / "local") / 1e6, "MB")
        row("ingest, clauses", done.counts["clauses"], "")
        with engines.cluster() as running, costs("ingest, 2 workers of dask"):
            build.ingest(where / "dask", [folder], base=config.BASE, crew=partial(cluster.gather, running.address))


def searched(name: str, search: Callable[[Vectors], list[Near]], asked: Vectors, exact: Sequence[frozenset[str]]) -> None:
    """Print how long searches take, and how many of the true ten nearest are among the first ten."""
    for one in asked[:5]:
        search(one)
    found: list[list[Near]] = []
    own, servers = time.process_time(), served()
    spread(name, [seconds(lambda one=one: found.append(search(one))) for one in asked])
    row(f"{name}, processor", (time.process_time() - own + served() - servers) / len(asked) * 1e3, "ms a search")
    met = [len(true & {near.clause for near in near_ones[:10]}) / 10 for true, near_ones in zip(exact, found, strict=True)]
    row(f"recall@10, {name}", statistics.mean(met), "")


def rows_of(shelf: Shelf, asked: Vectors) -> list[frozenset[str]]:
    """Return the ten clauses nearest to each question, by all products."""
    keys = sorted(shelf.vectors.clauses())
    products = asked @ np.concatenate([shelf.vectors.rows(keys[i : i + 4096]) for i in range(0, len(keys), 4096)]).T
    return [frozenset(keys[i] for i in np.argsort(-line)[:10]) for line in products]


def lookups(shelf: Shelf) -> list[str]:
    """Return lookups of clauses drawn by chance: what is said of one, what stands in one."""
    every = [str(r[0]) for r in shelf.select("SELECT clause FROM clauses ORDER BY clause")]
    forms = ("SELECT ?p ?o {{ <{}> ?p ?o }}", "PREFIX pk: <https://w3id.org/policykg/ns#> SELECT ?f ?q {{ ?f pk:clause <{}> ; pk:quote ?q }}")
    return [forms[i % 2].format(iri) for i, iri in enumerate(random.Random(7).choices(every, k=LOOKUPS))]


def asking(name: str, library: Library) -> None:
    """Ask all questions twice; the second round counts."""
    asked = questions()
    library.ask_all(asked, ON)
    spread(name, [seconds(lambda one=one: library.ask(one, ON)) for one in asked])


def spread(name: str, took: Sequence[float]) -> None:
    """Print median and 99th percentile in milliseconds."""
    row(f"{name}, median", statistics.median(took) * 1e3, "ms")
    row(f"{name}, p99", sorted(took)[min(len(took) - 1, int(len(took) * 0.99))] * 1e3, "ms")


@contextmanager
def costs(name: str) -> Iterator[None]:
    """Print the seconds of a piece of work, and the processor time of client and servers in it."""
    begun, own, servers = time.perf_counter(), time.process_time(), served()
    yield
    row(f"{name}, wall", time.perf_counter() - begun, "s")
    row(f"{name}, client", time.process_time() - own, "s of processor")
    row(f"{name}, server", served() - servers, "s of processor")


def served() -> float:
    """Return the processor time of all servers that this process started, ended children of theirs included, in seconds."""
    total = 0
    for pid in below(os.getpid()):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def size(path: Path) -> int:
    """Return the bytes of a file or of all files below a folder, one with several names counted once."""
    if path.is_file():
        return path.stat().st_size
    return sum({(f.stat().st_dev, f.stat().st_ino): f.stat().st_size for f in path.rglob("*") if f.is_file()}.values())


if __name__ == "__main__":
    main()
