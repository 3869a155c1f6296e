"""The page of links: the picture, the lists and what can be downloaded."""

from __future__ import annotations

import csv
import io
from datetime import date

import networkx as nx

from kg import network
from kg.library import Library
from kg.ui import graph, links, netting, parts
from tests import ui

ON = date.fromisoformat(ui.DAY)
PLAN = "硕果计划"


def library() -> Library:
    return Library.open(ui.sample_build())


def plan() -> str:
    return parts.slug(next(d.iri for d in library().documents() if PLAN in d.title))


def test_the_page_shows_the_most_cited_and_what_is_not_here() -> None:
    app = ui.open_page("links", show="被引最多")
    assert not app.exception
    assert "加强科技财政金融协同支持企业创新发展的若干政策措施" in ui.drawn(app)
    assert "《中华人民共和国专利法》" in ui.drawn(ui.open_page("links", show="库外文件"))


def test_what_rests_on_a_document_and_whether_it_is_valid() -> None:
    text = ui.drawn(ui.open_page("links", node=plan()))
    assert "引用它（2）" in text
    assert "已失效 · 至2025-09-18" in text


def test_documents_that_rest_on_a_lapsed_one_are_found_by_the_day() -> None:
    shelf = library()
    whole = network.citations(shelf.shelf.store)
    early, late = date(2025, 5, 1), date(2026, 1, 1)
    assert not [r for r in links.resting(shelf, whole, early) if PLAN in r[1].title]
    found = [r for r in links.resting(shelf, whole, late) if PLAN in r[1].title]
    assert [r[0].status(late) for r in found] == ["in force", "lapsed"]


def test_the_way_between_two_documents() -> None:
    shelf = library()
    target = parts.slug(next(d.iri for d in shelf.documents() if "重大科技成果转化" in d.title))
    app = ui.open_page("links", node=plan(), to=target)
    assert not app.exception
    assert "↑ 依据" in ui.drawn(app)


def test_nodes_and_edges_fit_together_in_the_files() -> None:
    whole = network.citations(library().shelf.store)
    nodes = list(csv.DictReader(io.StringIO(netting.nodes_csv(whole).decode("utf-8-sig"))))
    edges = list(csv.DictReader(io.StringIO(netting.edges_csv(whole).decode("utf-8-sig"))))
    assert {e["起点"] for e in edges} | {e["终点"] for e in edges} <= {n["节点"] for n in nodes}
    assert sum(int(e["次数"]) for e in edges) == sum(int(n["被引"]) for n in nodes)


def test_parts_that_do_not_hang_together_do_not_lie_on_each_other() -> None:
    plane = nx.Graph([("a", "b"), ("c", "d"), ("e", "f"), ("f", "g")])
    places = graph.packed(plane)
    assert len(places) == 7
    apart = min(abs(places[m][0] - places[n][0]) + abs(places[m][1] - places[n][1]) for m in places for n in places if m != n)
    assert apart > 0.05


def test_duties_join_bodies_and_clauses_and_are_narrowed_by_role_year_and_status() -> None:
    shelf = library()
    whole = network.duties(shelf.shelf.store)
    some = netting.narrowed(shelf, whole, netting.Narrow(2024, "interpret", "in force"), ON)
    assert 0 < some.number_of_edges() < whole.number_of_edges()
    assert all("interpret" in d["relations"] for _, _, d in some.edges(data=True))
    owners = [netting.owner(shelf, n) for n, d in some.nodes(data=True) if d["kind"] == "clause"]
    assert all(o and o.issued and o.issued.year == 2024 and o.status(ON) == "in force" for o in owners)
    assert not netting.narrowed(shelf, whole, netting.Narrow(1950), ON)


def test_the_page_draws_duties_with_their_files_and_a_body_with_its_clauses() -> None:
    whole = network.duties(library().shelf.store)
    body = next(n for n, d in whole.nodes(data=True) if d["label"] == "青岛市财政局")
    app = ui.open_page("links", level=links.DUTIES, node=body.removeprefix(library().shelf.iris.base), role="cooperate")
    assert not app.exception
    assert {b.label for b in app.get("download_button")} >= {"节点 CSV", "边 CSV", "GraphML"}
    assert "相连（" in ui.drawn(app)
    assert "/agency?name=" in str(ui.found(app, "h3"))
    nodes = list(csv.DictReader(io.StringIO(netting.nodes_csv(whole).decode("utf-8-sig"))))
    assert {n["类别"] for n in nodes} == {"agency", "clause"}
    assert max(int(n["职责数"]) for n in nodes) == int(nodes[0]["职责数"])


def test_citations_are_narrowed_by_relation_on_every_view() -> None:
    shelf = library()
    whole = network.citations(shelf.shelf.store)
    basis = netting.narrowed(shelf, whole, netting.Narrow(role="basis"), ON)
    assert 0 < basis.number_of_edges() < whole.number_of_edges()
    mixed = [(a, b, d) for a, b, d in basis.edges(data=True) if whole[a][b]["weight"] > d["weight"]]
    assert mixed, "an edge of several relations counts here only the one that is asked for"
    assert all(d["relations"] == "basis" and d["weight"] == whole[a][b]["basis"] for a, b, d in mixed)
    app = ui.open_page("links", role="basis", year="2024", show="被引最多")
    assert not app.exception
    assert "放宽筛选" in ui.open_page("links", year="2024", status="not yet").info[0].value
