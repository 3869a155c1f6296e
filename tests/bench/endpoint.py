"""Measures the endpoint over a build: what it adds to pyoxigraph called directly, and how many lookups a second it serves.

python -m tests.bench.endpoint BUILD
"""

from __future__ import annotations

import http.client
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox

from kg import manifest

PORT = 8593
HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/sparql-results+json"}


@contextmanager
def serving(build: Path) -> Iterator[int]:
    """Serve a build from a process of its own and yield the process's id."""
    process = subprocess.Popen([sys.executable, "-m", "kg", "serve", "--build", str(build), "--port", str(PORT)], stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
                connection.request("GET", "/healthz")
                connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def lookups(store: ox.Store, count: int) -> list[str]:
    """Return lookups of clauses drawn by chance: what is said of one, what stands in one."""
    clause = ox.NamedNode("https://w3id.org/policykg/ns#Clause")
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    every = [quad.subject.value for _, quad in zip(range(200_000), store.quads_for_pattern(None, kind, clause), strict=False)]
    drawn = random.Random(7).choices(every, k=count)
    forms = ("SELECT ?p ?o {{ <{}> ?p ?o }}", "PREFIX pk: <https://w3id.org/policykg/ns#> SELECT ?f ?q {{ ?f pk:clause <{}> ; pk:quote ?q }}")
    return [forms[i % len(forms)].format(iri) for i, iri in enumerate(drawn)]


def over_http(queries: list[str]) -> list[float]:
    """Return the milliseconds of each query over one kept connection, client included."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    took = []
    for query in queries:
        started = time.perf_counter()
        connection.request("POST", "/sparql", urlencode({"query": query}), HEADERS)
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            raise SystemExit(f"status {answer.status}")
    connection.close()
    return took


def directly(store: ox.Store, queries: list[str]) -> list[float]:
    """Return the milliseconds of each query in this process, result serialised."""
    took = []
    for query in queries:
        started = time.perf_counter()
        found = store.query(query, use_default_graph_as_union=True)
        found.serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[union-attr]
        took.append((time.perf_counter() - started) * 1000)
    return took


def told(name: str, took: list[float]) -> str:
    """Return a line of figures."""
    ordered = sorted(took)
    return f"{name}: median {statistics.median(ordered):.2f} ms, p99 {ordered[int(len(ordered) * 0.99)]:.2f} ms, n {len(ordered)}"


def resident(pid: int) -> float:
    """Return the MiB that a process and its children hold."""
    pids = [str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    lines = (line for one in pids for line in Path(f"/proc/{one}/status").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def main() -> None:
    """Measure and print."""
    build = Path(sys.argv[1])
    store = ox.Store.read_only(str(manifest.path(build, manifest.load(build)) / "graph"))
    queries = lookups(store, 1000)
    with serving(build) as pid:
        over_http(queries[:200])
        directly(store, queries[:200])
        print(told("directly", directly(store, queries)))
        print(told("endpoint", over_http(queries)))
        threads = [threading.Thread(target=over_http, args=(queries[i::8],)) for i in range(8)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(f"8 clients: {len(queries) / (time.perf_counter() - started):.0f} lookups a second; {resident(pid):.0f} MiB")


if __name__ == "__main__":
    main()
