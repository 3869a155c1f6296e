"""The SPARQL page: rows, graphs, refusals, and the worked queries."""

from __future__ import annotations

from datetime import date

import pytest

from kg.examples import Example, all_examples
from kg.library import Library
from kg.ui import query
from tests import ui

COUNT = "SELECT (COUNT(?d) AS ?documents) WHERE { ?d a pk:Document }"
BETWEEN = "CONSTRUCT { ?one pk:target ?other } WHERE { ?r a pk:Reference ; pk:document ?one ; pk:target ?other }"


def test_a_query_in_the_address_is_run() -> None:
    app = ui.open_page("query", query=COUNT)
    assert not app.exception
    assert list(app.dataframe[0].value["documents"]) == [12.0]


@pytest.mark.parametrize("example", all_examples(), ids=lambda e: e.name)
def test_every_worked_query_shows_something(example: Example) -> None:
    app = ui.open_page("query", query=example.query)
    assert not app.exception
    assert not ui.found(app, "section", "answer refused")
    assert app.dataframe or app.get("bidi_component")


def test_a_graph_is_drawn_with_the_titles_of_documents() -> None:
    app = ui.open_page("query", query=BETWEEN, drawn="Turtle")
    assert not app.exception
    found = query.network(b'<urn:a> <urn:p#cites> <urn:b> .\n<urn:a> <urn:p#cites> "x" .\n', Library.open(ui.sample_build()))
    assert [(a, b, d["relations"]) for a, b, d in found.edges(data=True)] == [("urn:a", "urn:b", "cites")]
    assert any(c.language == "turtle" for c in app.code)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT ?s WHERE { ?s ?p }", "第 1 行"),
        ("DELETE WHERE { ?s ?p ?o }", "只读"),
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE"),
        ("ASK { " + "{" * 8000, "嵌套"),
    ],
)
def test_what_cannot_be_run_is_refused_with_its_reason(text: str, said: str) -> None:
    app = ui.open_page("query", query=text)
    assert not app.exception
    assert said in ui.text_of(ui.found(app, "section", "answer refused")[0])


def test_rows_are_drawn_as_a_chart_where_the_link_says_so() -> None:
    app = ui.open_page("query", query=next(e.query for e in all_examples() if e.name.startswith("14")), view="图表")
    assert not app.exception
    assert app.get("vega_lite_chart")
    assert not app.dataframe


def test_a_verdict_is_a_table_of_one_cell() -> None:
    assert query.read(b'{"head":{},"boolean":true}') == query.Table(("ASK",), (("true",),))


def test_the_day_asked_about_is_carried_into_the_page_and_its_queries() -> None:
    dated = next(e for e in all_examples() if "?on" in e.query)
    assert '"2025-03-04"^^xsd:date' in query.on_day(dated.query, date(2025, 3, 4))
    app = ui.open_page("query", on="2025-03-04")
    app.selectbox[0].set_value(f"{dated.task} · {dated.title}").run()
    assert not app.exception
    assert '"2025-03-04"^^xsd:date' in app.text_area[0].value
    asked = ui.unfolded(ui.open_page("ask", q="首次购买“青科保”的企业，保险费用补贴比例是多少？", on="2025-03-04"), "query-open")
    assert [a for a in ui.found(asked, "a") if "/sparql?" in str(a[1]) and "on=2025-03-04" in str(a[1])]
