"""SPARQL 1.1 Protocol §2 and the result formats, each check from the recommendation."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from ontology.terms import PK
from tests import built
from tests.serving import RDF_TYPES, Got, Server, serving

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
ASK = "ASK {}"
COUNT = f"SELECT (COUNT(?d) AS ?n) {{ ?d a <{PK.Document}> }}"
ROWS = f"SELECT ?d ?t {{ ?d a <{PK.Document}> ; <http://purl.org/dc/terms/title> ?t }} ORDER BY ?d LIMIT 3"
GRAPH = f"CONSTRUCT {{ ?d a <{PK.Document}> }} WHERE {{ ?d a <{PK.Document}> }}"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(built.sample()) as running:
        yield running


@pytest.fixture(scope="module")
def graphs(server: Server) -> tuple[str, ...]:
    return server.site.shelf.store.graphs()


def counted(got: Got) -> int:
    assert got.status == 200, got.text
    return int(json.loads(got.body)["results"]["bindings"][0]["n"]["value"])


def test_query_by_get(server: Server) -> None:
    got = server.query(ASK)
    assert (got.status, got.media, json.loads(got.body)["boolean"]) == (200, "application/sparql-results+json", True)


def test_query_by_form(server: Server) -> None:
    assert counted(server.form(urlencode({"query": COUNT}))) == 12
    assert counted(server.form(urlencode({"query": COUNT}), kind=FORM + "; charset=UTF-8")) == 12


def test_query_by_direct_post(server: Server) -> None:
    assert counted(server.form(COUNT, kind=DIRECT)) == 12
    assert counted(server.form(COUNT + " # 中文", kind=DIRECT + "; charset=utf-8")) == 12


def test_direct_post_takes_its_dataset_from_the_address(server: Server, graphs: tuple[str, ...]) -> None:
    source = next(g for g in graphs if "graph/source" in g)
    path = "/sparql?" + urlencode({"default-graph-uri": source})
    got = server.ask("POST", path, COUNT.encode(), {"Content-Type": DIRECT, "Accept": "application/sparql-results+json"})
    assert counted(got) == 1


def test_one_or_more_default_graphs(server: Server, graphs: tuple[str, ...]) -> None:
    first, second = [g for g in graphs if "graph/source" in g][:2]
    assert counted(server.query(COUNT, **{"default-graph-uri": first})) == 1
    assert counted(server.get("/sparql?" + urlencode([("query", COUNT), ("default-graph-uri", first), ("default-graph-uri", second)]))) == 2
    body = urlencode([("default-graph-uri", first), ("query", COUNT), ("default-graph-uri", second)])
    assert counted(server.form(body)) == 2


def test_named_graphs_and_full_dataset(server: Server, graphs: tuple[str, ...]) -> None:
    first, second = [g for g in graphs if "graph/source" in g][:2]
    named = f"SELECT (COUNT(?d) AS ?n) {{ GRAPH ?g {{ ?d a <{PK.Document}> }} }}"
    assert counted(server.query(named)) == 12
    assert counted(server.query(named, **{"named-graph-uri": first})) == 1
    assert counted(server.query(COUNT, **{"named-graph-uri": first})) == 0, "the default graph is empty where only named ones are given"
    both = f"SELECT (COUNT(*) AS ?n) {{ ?a a <{PK.Document}> GRAPH ?g {{ ?d a <{PK.Document}> }} FILTER(?a != ?d) }}"
    assert counted(server.query(both, **{"default-graph-uri": first, "named-graph-uri": second})) == 1
    assert counted(server.query(both, **{"default-graph-uri": first, "named-graph-uri": first})) == 0


def test_dataset_of_the_protocol_wins_over_from(server: Server, graphs: tuple[str, ...]) -> None:
    first, second = [g for g in graphs if "graph/source" in g][:2]
    which = f"SELECT ?d FROM <{first}> {{ ?d a <{PK.Document}> }}"
    own = json.loads(server.query(which).body)["results"]["bindings"]
    other = json.loads(server.query(which, **{"default-graph-uri": second}).body)["results"]["bindings"]
    assert len(own) == len(other) == 1
    assert own != other


def test_from_and_from_named(server: Server, graphs: tuple[str, ...]) -> None:
    first, second = [g for g in graphs if "graph/source" in g][:2]
    assert counted(server.query(COUNT.replace("{", f"FROM <{first}> FROM <{second}> {{", 1))) == 2
    assert counted(server.query(COUNT.replace("{", f"FROM NAMED <{first}> {{", 1))) == 0
    named = f"SELECT (COUNT(?d) AS ?n) FROM NAMED <{first}> {{ GRAPH ?g {{ ?d a <{PK.Document}> }} }}"
    assert counted(server.query(named)) == 1


def test_chinese_name_of_a_graph_in_the_address(server: Server, graphs: tuple[str, ...]) -> None:
    chinese = next(g for g in graphs if any("一" <= sign <= "龥" for sign in g))
    assert counted(server.query(COUNT, **{"default-graph-uri": chinese})) == 1
    assert server.get("/store?graph=" + quote(chinese, safe="")).status == 200


def test_unknown_graph_is_empty(server: Server) -> None:
    assert counted(server.query(COUNT, **{"default-graph-uri": "http://example.org/none"})) == 0
    for nowhere in ("file:///etc/passwd", "http://127.0.0.1:1/"):
        assert counted(server.query(COUNT.replace("{", f"FROM <{nowhere}> {{", 1))) == 0


@pytest.mark.parametrize(
    ("method", "path", "kind", "body", "status"),
    [
        ("GET", "/sparql?" + urlencode([("query", ASK), ("query", COUNT)]), None, "", 400),
        ("POST", "/sparql", FORM, urlencode([("query", ASK), ("query", ASK)]), 400),
        ("POST", "/sparql?" + urlencode({"query": ASK}), DIRECT, ASK, 400),
        ("POST", "/sparql?" + urlencode({"query": ASK}), FORM, urlencode({"query": ASK}), 400),
        ("GET", "/sparql?query=", None, "", 400),
        ("GET", "/sparql?default-graph-uri=http%3A%2F%2Fexample.org%2F", None, "", 400),
        ("POST", "/sparql", FORM, "", 400),
        ("POST", "/sparql", DIRECT, "", 400),
        ("POST", "/sparql", None, urlencode({"query": ASK}), 415),
        ("POST", "/sparql", "text/plain", ASK, 415),
        ("POST", "/sparql", "application/json", "{}", 415),
        ("POST", "/sparql", DIRECT + "; charset=UTF-16", ASK, 415),
        ("POST", "/sparql", "application/sparql-update", "CLEAR ALL", 403),
        ("POST", "/sparql", FORM, urlencode({"update": "CLEAR ALL"}), 403),
        ("GET", "/sparql?" + urlencode({"update": "CLEAR ALL"}), None, "", 403),
        ("GET", "/sparql?" + urlencode({"query": "INSERT DATA { <x:a> <x:b> 1 }"}), None, "", 403),
        ("GET", "/sparql?" + urlencode({"query": "LOAD <http://127.0.0.1:1/>"}), None, "", 403),
        ("PUT", "/sparql?" + urlencode({"query": ASK}), None, "", 405),
        ("DELETE", "/sparql", None, "", 405),
        ("PATCH", "/sparql", DIRECT, ASK, 405),
        ("GET", "/sparql?" + urlencode({"query": ASK, "default-graph-uri": "relative"}), None, "", 400),
        ("GET", "/sparql?query=%FF%FE", None, "", 400),
        ("GET", "/sparql?" + urlencode({"query": "SELECT * {} #" + "x" * (64 << 10)}), None, "", 413),
        ("POST", "/sparql", DIRECT, "#" * (300 << 10), 413),
        ("GET", "/nothing", None, "", 404),
    ],
)
def test_refused(server: Server, method: str, path: str, kind: str | None, body: str, status: int) -> None:
    got = server.ask(method, path, body.encode() if method in ("POST", "PATCH") else None, {"Content-Type": kind} if kind else {})
    assert got.status == status, got.text
    assert got.headers["access-control-allow-origin"] == "*"
    assert got.media == "text/plain"
    assert got.text.strip()
    assert ("allow" in got.headers) == (status == 405)


def test_non_utf8_body(server: Server) -> None:
    assert server.ask("POST", "/sparql", b"SELECT * { ?s ?p '\xff' }", {"Content-Type": DIRECT}).status == 400


def test_syntax_error_has_line_and_column(server: Server) -> None:
    got = server.query("SELECT * {\n  ?s ?p }")
    assert got.status == 400
    assert "第 2 行" in got.text
    assert "line 2, column" in got.text


def test_undeclared_prefix_is_a_syntax_error(server: Server) -> None:
    got = server.query("SELECT * { ?s rdfs:label ?o }")
    assert (got.status, "前缀没有声明" in got.text) == (400, True)


def test_base_is_the_address_of_the_endpoint(server: Server) -> None:
    got = json.loads(server.query("SELECT (IRI('x') AS ?i) (STR(<y>) AS ?j) {}").body)["results"]["bindings"][0]
    assert got["j"]["value"] == f"http://127.0.0.1:{server.port}/y"


@pytest.mark.parametrize(
    ("header", "media"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/*", "application/sparql-results+xml"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("TEXT/CSV; Q=1.0, application/json;q=0.2", "text/csv"),
        ("application/sparql-results+json;q=0, */*;q=0.1", "application/json"),
        ("application/sparql-results+json;q=0, application/json;q=0, */*;q=0.1", "application/sparql-results+xml"),
        ("text/turtle, text/csv;q=0.1", "text/csv"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/sparql-results+json"),
    ],
)
def test_negotiation_of_rows(server: Server, header: str | None, media: str) -> None:
    got = server.get("/sparql?" + urlencode({"query": ROWS}), header)
    assert got.status == 200, got.text
    assert got.media in (media, "application/sparql-results+json") if media == "application/json" else got.media == media
    assert "Accept" in got.headers["vary"]


@pytest.mark.parametrize("query", [ROWS, ASK, GRAPH])
@pytest.mark.parametrize("header", ["image/png", "text/html", "application/sparql-results+json;q=0", "*/*;q=0"])
def test_not_acceptable(server: Server, query: str, header: str) -> None:
    assert server.query(query, header).status == 406


def test_rows_want_a_format_of_rows(server: Server) -> None:
    assert server.query(ROWS, "text/turtle").status == 406
    assert server.query(ASK, "application/ld+json").status == 406
    assert server.query(GRAPH, "text/csv").status == 406


def test_the_four_formats_of_rows_say_the_same(server: Server) -> None:
    data = json.loads(server.query(ROWS).body)
    assert data["head"]["vars"] == ["d", "t"]
    expected = [[row["d"]["value"], row["t"]["value"]] for row in data["results"]["bindings"]]
    assert len(expected) == 3
    ns = "{http://www.w3.org/2005/sparql-results#}"
    tree = ElementTree.fromstring(server.query(ROWS, "application/sparql-results+xml").body)
    assert [[b[0].text for b in row.iter(ns + "binding")] for row in tree.iter(ns + "result")] == expected
    assert list(csv.reader(io.StringIO(server.query(ROWS, "text/csv").body.decode(), newline=""))) == [["d", "t"], *expected]
    tsv = server.query(ROWS, "text/tab-separated-values").text.splitlines()
    assert tsv == ["?d\t?t", *(f'<{d}>\t"{t}"' for d, t in expected)]


def test_unbound_language_and_datatype_in_json(server: Server) -> None:
    query = "SELECT ?a ?b ?c ?x { VALUES (?a ?b ?c) { ('文'@zh 1 <x:y>) } }"
    row = json.loads(server.query(query).body)["results"]["bindings"][0]
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert row == {
        "a": {"type": "literal", "value": "文", "xml:lang": "zh"},
        "b": {"type": "literal", "value": "1", "datatype": integer},
        "c": {"type": "uri", "value": "x:y"},
    }


@pytest.mark.parametrize("verdict", ["true", "false"])
def test_booleans_in_every_format(server: Server, verdict: str) -> None:
    query = "ASK {}" if verdict == "true" else "ASK { <x:a> <x:b> <x:c> }"
    assert json.loads(server.query(query).body)["boolean"] is (verdict == "true")
    assert f"<boolean>{verdict}</boolean>" in server.query(query, "application/sparql-results+xml").text
    for media in ("text/csv", "text/tab-separated-values"):
        got = server.query(query, media)
        assert (got.media, got.text.strip()) == (media, verdict)


@pytest.mark.parametrize("media", sorted(RDF_TYPES))
@pytest.mark.parametrize("form", ["CONSTRUCT", "DESCRIBE"])
def test_graphs_in_every_format(server: Server, media: str, form: str) -> None:
    query = GRAPH if form == "CONSTRUCT" else f"DESCRIBE ?d {{ ?d a <{PK.Document}> }}"
    got = server.query(query, media)
    assert (got.status, got.media) == (200, media), got.text
    found = {str(q.triple) for q in ox.parse(got.body, format=RDF_TYPES[media])}
    assert sum(str(PK.Document) in line for line in found) == 12


def test_head_says_what_get_would(server: Server) -> None:
    path = "/sparql?" + urlencode({"query": ROWS})
    head, get = server.ask("HEAD", path), server.get(path)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"] == str(len(get.body))
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize(("path", "allow"), [("/sparql", "GET, HEAD, POST, OPTIONS"), ("/store?default", "GET, HEAD, OPTIONS"), ("/", "GET, HEAD, OPTIONS")])
def test_options_and_cors(server: Server, path: str, allow: str) -> None:
    asked = {"Origin": "http://example.org", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    got = server.ask("OPTIONS", path, None, asked)
    assert got.status in (200, 204)
    assert got.headers["allow"] == got.headers["access-control-allow-methods"] == allow
    assert got.headers["access-control-allow-origin"] == "*"
    assert "content-type" in got.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in got.headers


def test_chinese_iris_survive_percent_encoding(server: Server) -> None:
    query = f"SELECT ?d {{ ?d a <{PK.Document}> ; <{PK.number}> ?n FILTER(REGEX(STR(?d), '[一-龥]')) }} LIMIT 1"
    iri = json.loads(server.query(query).body)["results"]["bindings"][0]["d"]["value"]
    again = f"ASK {{ <{iri}> a <{PK.Document}> }}"
    for got in (server.get("/sparql?query=" + quote(again, safe="")), server.form("query=" + quote(again)), server.form(again, kind=DIRECT)):
        assert json.loads(got.body)["boolean"] is True
    graph = server.query(f"CONSTRUCT {{ <{iri}> a ?t }} WHERE {{ <{iri}> a ?t }}", "text/turtle")
    assert iri in graph.text
