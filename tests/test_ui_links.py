"""The page of links: the picture, the lists and what can be downloaded."""

from __future__ import annotations

import csv
import io
from datetime import date

import networkx as nx

from kg import network
from kg.library import Library
from kg.ui import graph, links, parts
from tests import ui

ON = date.fromisoformat(ui.DAY)
PLAN = "硕果计划"


def library() -> Library:
    return Library.open(ui.sample_build())


def plan() -> str:
    return parts.slug(next(d.iri for d in library().documents() if PLAN in d.title))


def test_the_page_shows_the_most_cited_and_what_is_not_here() -> None:
    app = ui.open_page("links")
    assert not app.exception
    text = ui.drawn(app)
    assert "加强科技财政金融协同支持企业创新发展的若干政策措施" in text
    assert "《中华人民共和国专利法》" in text


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
    nodes = list(csv.DictReader(io.StringIO(links.nodes_csv(whole).decode("utf-8-sig"))))
    edges = list(csv.DictReader(io.StringIO(links.edges_csv(whole).decode("utf-8-sig"))))
    assert {e["起点"] for e in edges} | {e["终点"] for e in edges} <= {n["节点"] for n in nodes}
    assert sum(int(e["次数"]) for e in edges) == sum(int(n["被引"]) for n in nodes)


def test_parts_that_do_not_hang_together_do_not_lie_on_each_other() -> None:
    plane = nx.Graph([("a", "b"), ("c", "d"), ("e", "f"), ("f", "g")])
    places = graph.packed(plane)
    assert len(places) == 7
    apart = min(abs(places[m][0] - places[n][0]) + abs(places[m][1] - places[n][1]) for m in places for n in places if m != n)
    assert apart > 0.05
