"""Graph stores: the same contract for the embedded store, Oxigraph's server and Virtuoso, and what a client does when servers fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

import httpx2 as httpx
import pytest

from kg.errors import PolicyKGError, UsageError
from kg.remote.graph import Embedded, GraphStore, Pieces, replacement
from kg.remote.web import Address, GraphServerError, HttpGraph
from kg.store import Store
from ontology.terms import Iri
from tests import engines

A, B = Iri("urn:a"), Iri("urn:b")
LINES = '<urn:s> <urn:p> "青岛市\\n科技局" .\n<urn:s> <urn:n> "20.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .\n'.encode()
VIRTUOSO = {"query": "sparql", "update": "sparql-auth", "store": "sparql-graph-crud-auth"}


@contextmanager
def embedded() -> Iterator[GraphStore]:
    yield Embedded(Store.memory())


@contextmanager
def oxigraph() -> Iterator[GraphStore]:
    with engines.oxigraph() as url:
        yield HttpGraph(Address.of(url))


@contextmanager
def virtuoso() -> Iterator[GraphStore]:
    with engines.virtuoso() as url:
        yield HttpGraph(Address.of(url, **VIRTUOSO))


@pytest.fixture(scope="module", params=[embedded, oxigraph, pytest.param(virtuoso, marks=pytest.mark.slow)], ids=lambda make: str(make.__name__))
def store(request: pytest.FixtureRequest) -> Iterator[GraphStore]:
    with request.param() as made:
        yield made


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.remote.web.PAUSE_S", 0.01)


def values(store: GraphStore, query: str = "SELECT ?o WHERE { ?s ?p ?o FILTER(?s IN (<urn:s>, <urn:t>)) }") -> list[object]:
    return sorted((row.cells[0] for row in store.select(query)), key=str)


def test_a_graph_put_is_seen_with_and_without_graph_and_gone_when_deleted(store: GraphStore) -> None:
    store.put(A, [LINES])
    assert values(store) == [Decimal("20.5"), "青岛市\n科技局"]
    assert values(store, f"SELECT ?o WHERE {{ GRAPH <{A}> {{ ?s ?p ?o }} }}") == [Decimal("20.5"), "青岛市\n科技局"]
    assert A in store.graphs()
    assert b"".join(store.get(A)).count(b"\n") == 2
    store.delete(A)
    store.delete(A)
    assert values(store) == []
    assert A not in store.graphs()
    assert list(store.get(A)) == []


def test_a_second_put_replaces_and_leaves_other_graphs(store: GraphStore) -> None:
    store.put(A, [LINES])
    store.put(B, [b'<urn:t> <urn:p> "b" .\n'])
    store.put(A, [b'<urn:s> <urn:p> "new" .\n'])
    assert values(store) == ["b", "new"]


def test_an_update_replaces_graphs_and_an_empty_one_goes(store: GraphStore) -> None:
    store.put(A, [LINES])
    store.put(B, [LINES])
    store.update(replacement({A: [b'<urn:s> <urn:p> "x" .\n', b"<urn:s> <urn:n> 3 .\n"], B: []}), again=True)
    assert values(store) == [3, "x"]
    assert store.ask("ASK { <urn:s> <urn:n> 3 }")
    assert not store.ask("ASK { <urn:s> <urn:n> 4 }")


def test_many_pieces_arrive_whole_and_are_read_again_as_they_were(store: GraphStore) -> None:
    def pieces() -> Iterator[bytes]:
        for part in range(40):
            yield "".join(f'<urn:s> <urn:p> "第{part * 500 + i}条" .\n' for i in range(500)).encode()

    store.put(A, Pieces(pieces))
    assert len(store.select(f"SELECT ?o WHERE {{ GRAPH <{A}> {{ ?s ?p ?o }} }}")) == 20_000
    assert b"".join(store.get(A)).count(b"\n") == 20_000
    store.delete(A)


def test_a_query_of_another_form_or_none_at_all_is_refused(store: GraphStore) -> None:
    with pytest.raises((SyntaxError, PolicyKGError)):
        store.select("SELECT WHERE")
    with pytest.raises((SyntaxError, PolicyKGError)):
        store.select("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def answering(replies: list[object]) -> tuple[HttpGraph, list[httpx.Request]]:
    """Return a client whose server says these things in turn, and the requests it got."""
    asked: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        # A copy: the client goes on to change what it sends again.
        asked.append(httpx.Request(request.method, request.url, headers=request.headers, content=request.read()))
        said = replies.pop(0)
        if isinstance(said, Exception):
            raise said
        assert isinstance(said, httpx.Response)
        return said

    return HttpGraph(Address.of("http://reader:secret@store.test:7878/kg"), transport=httpx.MockTransport(reply)), asked


def found() -> httpx.Response:
    return httpx.Response(200, json={"head": {"vars": ["o"]}, "results": {"bindings": [{"o": {"type": "literal", "value": "x"}}]}})


BROKEN = httpx.RemoteProtocolError("server disconnected")
UNREACHED = httpx.ConnectError("connection refused")


@pytest.mark.parametrize("first", [httpx.Response(503), httpx.Response(429), BROKEN, UNREACHED], ids=str)
def test_a_query_is_tried_again(first: object) -> None:
    store, asked = answering([first, found()])
    assert [row.cells for row in store.select("SELECT ?o WHERE { ?s ?p ?o }")] == [("x",)]
    assert len(asked) == 2


def test_a_put_is_tried_again_with_all_its_pieces_and_their_length() -> None:
    store, asked = answering([BROKEN, httpx.Response(201)])
    store.put(A, iter([b"<urn:s> ", b"<urn:p> 1 .\n"]))
    assert [request.read() for request in asked] == [b"<urn:s> <urn:p> 1 .\n"] * 2
    assert {request.headers["content-length"] for request in asked} == {"20"}


@pytest.mark.parametrize(("first", "again", "times"), [(BROKEN, False, 1), (httpx.Response(503), False, 1), (UNREACHED, False, 2), (BROKEN, True, 2)], ids=str)
def test_an_update_is_tried_again_only_where_it_cannot_have_been_done_or_may_be_done_twice(first: object, again: bool, times: int) -> None:
    store, asked = answering([first, httpx.Response(204)])
    try:
        store.update("INSERT DATA { <urn:s> <urn:p> 1 }", again=again)
        done = True
    except GraphServerError:
        done = False
    assert (len(asked), done) == (times, times == 2)


def test_it_gives_up_after_three_times() -> None:
    store, asked = answering([BROKEN] * 5)
    with pytest.raises(GraphServerError, match="没有回应"):
        store.select("SELECT * WHERE { }")
    assert len(asked) == 3


def test_user_and_password_are_shown_only_when_asked_for_and_never_printed() -> None:
    asks = [httpx.Response(401, headers={"WWW-Authenticate": 'Basic realm="x"'}), found(), *[httpx.Response(401)] * 2]
    store, asked = answering(asks)
    store.select("SELECT ?o WHERE { ?s ?p ?o }")
    assert ["authorization" in request.headers for request in asked] == [False, True]
    assert "secret" not in str(asked[0].url)
    with pytest.raises(GraphServerError, match="用户名与密码") as refused:
        store.select("SELECT ?o WHERE { ?s ?p ?o }")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (httpx.Response(404, text="no such service"), "404：no such service"),
        (httpx.Response(200, text="<html>welcome</html>"), "不是查询结果"),
        (httpx.Response(200, json={"head": {"vars": ["o"]}, "results": {"bindings": [{"o": {"type": "literal"}}]}}), "不是查询结果"),
        (httpx.Response(302, headers={"Location": "http://elsewhere.test/"}), "302"),
        (httpx.ReadTimeout("slow"), "没有在时限内"),
    ],
    ids=["missing", "page", "half", "redirect", "slow"],
)
def test_a_failure_is_one_line_that_names_the_server(reply: object, words: str) -> None:
    store, _ = answering([reply])
    with pytest.raises(GraphServerError, match=words) as failed:
        store.select("SELECT ?o WHERE { ?s ?p ?o }")
    assert "store.test:7878" in str(failed.value)
    assert "\n" not in str(failed.value)


def trickle(pause_s: float) -> Callable[[httpx.Request], httpx.Response]:
    def rows() -> Iterator[bytes]:
        yield b'{"head": {"vars": ["o"]}, "results": {"bindings": ['
        while True:
            time.sleep(pause_s)
            yield b'{"o": {"type": "literal", "value": "x"}},'

    return lambda request: httpx.Response(200, content=Pieces(rows))


def test_a_result_that_never_ends_is_left_at_the_time_limit() -> None:
    store = HttpGraph(Address.of("http://store.test"), timeout_s=0.3, transport=httpx.MockTransport(trickle(0.02)))
    begun = time.monotonic()
    with pytest.raises(GraphServerError, match="时限"):
        store.select("SELECT ?o WHERE { ?s ?p ?o }")
    assert time.monotonic() - begun < 5


def test_a_result_that_grows_too_large_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.remote.web.LARGEST", 1000)
    store = HttpGraph(Address.of("http://store.test"), transport=httpx.MockTransport(trickle(0)))
    with pytest.raises(GraphServerError, match="超过"):
        store.select("SELECT ?o WHERE { ?s ?p ?o }")


@pytest.mark.parametrize("url", ["store.test", "ftp://store.test", "http://", "file:///etc/passwd"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        Address.of(url)


def test_no_server_at_all_is_one_line() -> None:
    with pytest.raises(GraphServerError, match=r"127\.0\.0\.1:1 没有回应"):
        HttpGraph(Address.of("http://127.0.0.1:1")).select("SELECT * WHERE { }")
