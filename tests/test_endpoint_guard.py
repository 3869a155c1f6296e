"""What rude clients send is answered as specified, and the next ordinary query within 0.3 s."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from kg.pool import Limits
from tests import built
from tests.serving import Got, Server, serving

ORDINARY = "SELECT ?s { ?s a <https://w3id.org/policykg/ns#Document> } LIMIT 1"
CARTESIAN = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DOUBLING = (
    "SELECT ?z { BIND('0123456789abcdef' AS ?a0) " + " ".join(f"BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(40)) + " BIND(STRLEN(?a40) AS ?z) }"
)
RUDE = {
    "cartesian": (CARTESIAN, {503}),
    "sort of everything": ("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a", {503}),
    "doubling strings": (DOUBLING, {503}),
    "deep groups": ("SELECT * " + "{" * 4000 + "}" * 4000, {400}),
    "deep within the limit": ("SELECT * " + "{" * 64 + "}" * 64, {200}),
    "4,000 unions": ("SELECT * {" + "UNION".join(["{?s?p?o}"] * 4000) + "} LIMIT 1", {200, 400, 503}),
    "25,000 terms": ("SELECT (" + "1+" * 25000 + "1 AS ?x) {}", {400, 503}),
    "service": ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", {400}),
    "service silent": ("SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }", {400}),
    "load": ("LOAD <file:///etc/passwd>", {403}),
    "insert": ("INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", {403}),
    "from file": ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", {200}),
    "words in strings": ("SELECT ('SERVICE INSERT {{{{' AS ?service) {} # LOAD", {200}),
    "loop of a path": ("SELECT (COUNT(*) AS ?n) { ?a (<x:a>|!<x:a>)* ?b . ?c (<x:a>|!<x:a>)* ?d }", {200, 503}),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(built.sample(), Limits(query_s=1.0, wait_s=2.0)) as running:
        yield running


def next_ordinary(server: Server) -> float:
    """Return the seconds that an ordinary query takes, which must be answered."""
    started = time.perf_counter()
    assert server.query(ORDINARY).status == 200
    return time.perf_counter() - started


@pytest.mark.parametrize("name", sorted(RUDE))
def test_rude_query(server: Server, name: str) -> None:
    query, statuses = RUDE[name]
    got = server.form(urlencode({"query": query}))
    assert got.status in statuses, got.text[:200]
    assert got.status != 503 or int(got.headers["retry-after"]) > 0
    assert next_ordinary(server) < 0.3


def test_a_huge_result_is_refused() -> None:
    with serving(built.sample(), Limits(query_s=10.0)) as patient:
        assert patient.form(urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"})).status == 413
        assert next_ordinary(patient) < 0.3


def test_client_that_goes_away_stops_its_query(server: Server) -> None:
    body = urlencode({"query": CARTESIAN + " # gone"})
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", "/sparql", body, {"Content-Type": "application/x-www-form-urlencoded"})
    time.sleep(0.6)
    assert json.loads(server.get("/healthz").body)["running"] == 1
    connection.close()
    time.sleep(0.2)
    assert json.loads(server.get("/healthz").body)["running"] == 0
    assert next_ordinary(server) < 0.3


def test_slow_reader_holds_no_place(server: Server) -> None:
    slow = []
    large = urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"})
    for _ in range(6):
        one = socket.create_connection(("127.0.0.1", server.port))
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.sendall(f"GET /sparql?{large} HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\r\n".encode())
        slow.append(one)
    deadline = time.monotonic() + 60
    while (running := json.loads(server.get("/healthz").body)["running"]) or server.site.budget.left == 256 << 20:
        assert time.monotonic() < deadline, f"{running} still running"
        time.sleep(0.1)
    assert json.loads(server.get("/healthz").body)["running"] == 0
    assert next_ordinary(server) < 0.3
    assert server.site.budget.left < 256 << 20, "what is on its way counts"
    for one in slow:
        one.close()


def test_two_hundred_clients(server: Server) -> None:
    def client(number: int) -> Got:
        return server.query(f"{ORDINARY} # {number % 7}")

    with ThreadPoolExecutor(200) as many:
        got = list(many.map(client, range(200)))
    assert {one.status for one in got} <= {200, 503}
    assert sum(one.status == 200 for one in got) >= 150
    assert next_ordinary(server) < 0.3


@pytest.mark.slow
def test_rude_client_does_not_delay_the_others(server: Server) -> None:
    stop = threading.Event()
    statuses: list[int] = []

    def rude(number: int) -> None:
        while not stop.is_set():
            statuses.append(server.query(f"{CARTESIAN} # {number % 3}").status)

    threads = [threading.Thread(target=rude, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    time.sleep(1.0)
    took = sorted(next_ordinary(server) for _ in range(20))
    stop.set()
    for thread in threads:
        thread.join()
    assert took[-2] < 0.3
    assert set(statuses) == {503}


def test_a_newer_build_is_followed(tmp_path_factory: pytest.TempPathFactory) -> None:
    from kg import build
    from kg.config import BASE

    folder = tmp_path_factory.mktemp("follow")
    (folder / "in").mkdir()
    count = "SELECT (COUNT(?d) AS ?n) { ?d a <https://w3id.org/policykg/ns#Document> }"
    (folder / "in" / "a.txt").write_text("青山市茶园扶持办法\n第一条 为了扶持茶园，制定本办法。\n", "utf-8")
    build.ingest(folder / "build", [folder / "in"], base=BASE)
    with serving(folder / "build", Limits(quick=1, slow=1)) as running:
        assert '"1"' in running.query(count).text
        (folder / "in" / "b.txt").write_text("青山市果园扶持办法\n第一条 为了扶持果园，制定本办法。\n", "utf-8")
        build.ingest(folder / "build", [folder / "in"], base=BASE)
        assert '"2"' in running.query(count).text
        assert json.loads(running.get("/healthz").body)["generation"] == running.site.shelf.manifest.generation
