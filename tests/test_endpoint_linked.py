"""Every IRI of the graph is answered: pages for people, data for machines, the vocabulary; IRIs stay the same over builds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
import pytest

from kg import build, linked
from kg.config import BASE
from kg.endpoint import loopback
from kg.endpoint.markup import link, tag, text
from kg.shelf import Shelf
from ontology.terms import PK, RDF
from tests import built
from tests.serving import Got, Server, serving

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(built.sample()) as running:
        yield running


def things(server: Server, kind: str) -> list[str]:
    quads = server.site.shelf.store.inner.quads_for_pattern(None, ox.NamedNode(RDF.type), ox.NamedNode(kind))
    return sorted(q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode))


def path_of(iri: str) -> str:
    """Return the path that a client sends for an IRI: non-ASCII percent-encoded, what is encoded already left."""
    return quote(urlsplit(iri).path, safe="/%:@!$&'()*+,;=~")


def followed(server: Server, iri: str, accept: str) -> Got:
    """Ask for an IRI and follow its redirect."""
    first = server.get(path_of(iri), accept)
    assert first.status == 303, first.text
    assert "Accept" in first.headers["vary"]
    return server.get(first.headers["location"], accept)


@pytest.mark.parametrize("kind", [PK.Document, PK.Clause, PK.Agency])
def test_every_thing_has_a_page(server: Server, kind: str) -> None:
    every = things(server, kind)
    assert every
    for iri in every[:: max(1, len(every) // 12)]:
        got = followed(server, iri, HTML)
        assert (got.status, got.media) == (200, "text/html"), iri
        assert text(iri) in got.text


@pytest.mark.parametrize(("media", "form"), [("text/turtle", ox.RdfFormat.TURTLE), ("application/ld+json", ox.RdfFormat.JSON_LD)])
def test_every_thing_has_data(server: Server, media: str, form: ox.RdfFormat) -> None:
    for kind in (PK.Document, PK.Clause, PK.Agency):
        iri = things(server, kind)[-1]
        got = followed(server, iri, media)
        assert (got.status, got.media) == (200, media)
        found = {(str(q.subject), str(q.predicate), str(q.object)) for q in ox.parse(got.body, format=form)}
        expected = server.site.shelf.store.inner.quads_for_pattern(ox.NamedNode(iri), None, None)
        assert {(str(q.subject), str(q.predicate), str(q.object)) for q in expected} <= found


def test_facts_stand_on_the_page_of_their_clause(server: Server) -> None:
    fact = things(server, PK.Amount)[0]
    clause, _, anchor = fact.partition("#")
    assert f'id="{anchor}"' in followed(server, clause, HTML).text
    data = followed(server, clause, "text/turtle")
    assert any(q.subject.value == fact for q in ox.parse(data.body, format=ox.RdfFormat.TURTLE) if isinstance(q.subject, ox.NamedNode))


def test_page_of_a_document_links_its_clauses_and_body(server: Server) -> None:
    document = things(server, PK.Document)[0]
    page = followed(server, document, HTML).text
    clause = next(iri for iri in things(server, PK.Clause) if iri.startswith(document + "/"))
    assert f'href="{text(path_of(clause).replace("/id/", "/page/", 1))}"' in page
    assert 'rel="alternate"' in page


def test_links_of_a_page_lead_somewhere(server: Server) -> None:
    page = followed(server, things(server, PK.Clause)[5], HTML).text
    links = {part.partition('"')[0].partition("#")[0].replace("&#x27;", "'") for part in page.split('href="')[1:]}
    assert {server.get(one).status for one in links if one.startswith("/")} == {200}


@pytest.mark.parametrize("path", ["/id/nothing", "/id/agency/%E6%97%A0", "/page/nothing", "/data/nothing", "/id/", "/id/%00", "/id/a%20b"])
def test_unknown_things_are_not_found(server: Server, path: str) -> None:
    for accept in (HTML, "text/turtle"):
        assert server.get(path, accept).status == 404


def test_not_acceptable(server: Server) -> None:
    assert server.get(path_of(things(server, PK.Document)[0]), "image/png").status == 406


def test_graph_iris_lead_to_the_graph(server: Server) -> None:
    graph = next(g for g in server.site.shelf.store.graphs() if "graph/source" in g)
    got = followed(server, graph, "text/turtle")
    assert (got.status, got.media) == (200, "text/turtle")


def test_vocabulary_for_people_and_machines(server: Server) -> None:
    page = server.get("/ns", HTML)
    assert page.media == "text/html"
    assert 'id="noticeTitle"' in page.text
    assert "发文机关" in page.text
    data = server.get("/ns", "text/turtle")
    assert {q.subject.value for q in ox.parse(data.body, format=ox.RdfFormat.TURTLE)} >= {PK.Document, PK.issuer}
    assert server.get("/ns", "application/ld+json").media == "application/ld+json"


def test_front_page_is_whole_and_asks_no_other_server(server: Server) -> None:
    page = server.get("/", HTML)
    assert page.status == 200
    assert "http://" not in page.text.partition("<body")[0]
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    for part in page.text.replace("src=", "href=").split('href="')[1:]:
        address = part.partition('"')[0]
        if address.startswith("/static/"):
            assert server.get(address).status == 200


def test_markup_is_escaped() -> None:
    assert tag("p", text("<script>"), title='"') == '<p title="&quot;">&lt;script&gt;</p>'
    assert link("javascript:alert(1)", text("x")) == "x"


def test_base_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("青山市茶园扶持办法\n第一条 为了扶持茶园，制定本办法。\n", "utf-8")
    build.ingest(tmp_path / "build", [tmp_path / "in"], base="https://example.org/policies/")
    with serving(tmp_path / "build") as server:
        (document,) = things(server, PK.Document)
        assert document.startswith("https://example.org/policies/")
        assert followed(server, document, "text/turtle").status == 200


def test_iris_stay_the_same_over_builds_and_reingest(tmp_path: Path) -> None:
    def subjects(folder: Path) -> set[str]:
        return {str(q.subject) for q in Shelf.open(folder).store.inner}

    source = tmp_path / "in"
    source.mkdir()
    for name in ("a", "b"):
        (source / f"{name}.txt").write_text(f"青山市{name}园扶持办法\n第一条 最高补助20万元。\n第二条 由市农业局负责。\n", "utf-8")
    build.ingest(tmp_path / "one", [source], base=BASE)
    build.ingest(tmp_path / "two", [source], base=BASE)
    first = subjects(tmp_path / "one")
    assert first == subjects(tmp_path / "two")
    (source / "c.txt").write_text("青山市桑园扶持办法\n第一条 最高补助30万元。\n", "utf-8")
    build.ingest(tmp_path / "one", [source], base=BASE)
    assert first < subjects(tmp_path / "one")
    (source / "c.txt").unlink()
    build.ingest(tmp_path / "one", [source], base=BASE)
    assert subjects(tmp_path / "one") == first


def test_paths_and_iris_are_inverse(server: Server) -> None:
    base = server.site.shelf.manifest.base
    for iri in things(server, PK.Clause) + things(server, PK.Agency):
        path = linked.path_of(base, iri)
        assert path is not None
        assert linked.iri_at(base, path) == iri


def test_loopback() -> None:
    assert [loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "192.168.1.2", "example.org")] == [True] * 3 + [False] * 3
