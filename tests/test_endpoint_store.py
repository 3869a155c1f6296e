"""Graph Store Protocol §5, the service description, and health."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from tests import built
from tests.serving import RDF_TYPES, Server, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(built.sample()) as running:
        yield running


@pytest.fixture(scope="module")
def graphs(server: Server) -> tuple[str, ...]:
    return server.site.shelf.store.graphs()


@pytest.mark.parametrize("media", sorted(RDF_TYPES))
def test_service_description(server: Server, media: str) -> None:
    got = server.get("/sparql", media)
    assert (got.status, got.media) == (200, media)
    found = {(str(q.predicate.value), getattr(q.object, "value", "")) for q in ox.parse(got.body, format=RDF_TYPES[media])}
    sd, void = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
    assert (sd + "endpoint", f"http://127.0.0.1:{server.port}/sparql") in found
    assert (sd + "supportedLanguage", sd + "SPARQL11Query") in found
    assert (sd + "feature", sd + "UnionDefaultGraph") in found
    assert (void + "triples", str(server.site.shelf.store.count())) in found
    assert (void + "documents", "12") in found


def test_service_description_without_accept_and_in_a_browser(server: Server) -> None:
    assert server.get("/sparql").media == "text/turtle"
    browser = server.get("/sparql", "text/html,application/xhtml+xml,*/*;q=0.8")
    assert (browser.status, browser.headers["location"]) == (303, "/")


@pytest.mark.parametrize("media", sorted(RDF_TYPES))
@pytest.mark.parametrize("path", ["/store", "/rdf-graph-store", "/sparql"])
def test_graph_store_reads_a_named_graph(server: Server, graphs: tuple[str, ...], media: str, path: str) -> None:
    graph = next(g for g in graphs if "graph/source" in g)
    got = server.get(f"{path}?graph={quote(graph, safe='')}", media)
    assert (got.status, got.media) == (200, media)
    expected = {str(q.triple) for q in server.site.shelf.store.inner.quads_for_pattern(None, None, None, ox.NamedNode(graph))}
    assert {str(q.triple) for q in ox.parse(got.body, format=RDF_TYPES[media])} == expected
    head = server.ask("HEAD", f"{path}?graph={quote(graph, safe='')}", None, {"Accept": media})
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(got.body)))


def test_graph_store_reads_the_default_graph(server: Server) -> None:
    got = server.get("/store?default", "application/n-triples")
    assert len(set(got.text.splitlines())) == server.site.shelf.store.count()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/store?graph=http%3A%2F%2Fexample.org%2Fnone", 404),
        ("HEAD", "/store?graph=http%3A%2F%2Fexample.org%2Fnone", 404),
        ("GET", "/store", 400),
        ("GET", "/store?graph=relative", 400),
        ("GET", "/store?default&graph=http%3A%2F%2Fexample.org%2F", 400),
        ("PUT", "/store?default", 405),
        ("POST", "/store?default", 405),
        ("DELETE", "/store?default", 405),
        ("PATCH", "/store?default", 405),
    ],
)
def test_graph_store_refuses(server: Server, method: str, path: str, status: int) -> None:
    got = server.ask(method, path, b"" if method in ("PUT", "POST", "PATCH") else None)
    assert got.status == status
    assert status != 405 or got.headers["allow"] == "GET, HEAD, OPTIONS"


def test_graph_store_not_acceptable(server: Server) -> None:
    assert server.get("/store?default", "text/csv").status == 406


def test_health(server: Server) -> None:
    health = json.loads(server.get("/healthz").body)
    assert health["status"] == "ok"
    assert health["triples"] == server.site.shelf.store.count()
    assert set(health["sandbox"]) == {"seccomp", "network_namespace"}
