"""The page of standards: what is listed, narrowed and downloaded."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kg import standards
from kg.library import Library
from kg.standards import Standard, Wanted
from kg.ui import parts
from tests import ui

ON = date.fromisoformat(ui.DAY)


@pytest.fixture(scope="module")
def every() -> tuple[Standard, ...]:
    return standards.standards(Library.open(ui.sample_build()).shelf)


def test_benefits_of_five_million_and_more_that_are_in_force(every: tuple[Standard, ...]) -> None:
    wanted = Wanted(purposes=frozenset({"benefit", "award"}), units=frozenset({"CNY"}), status="in force", least=Decimal(5_000_000))
    found = standards.narrowed(every, wanted, ON)
    assert found
    assert all(s.top >= 5_000_000 and s.document.status(ON) == "in force" for s in found)
    assert [s.top for s in found] == sorted((s.top for s in found), reverse=True)


def test_thresholds_stand_apart(every: tuple[Standard, ...]) -> None:
    assert {s.purpose for s in standards.narrowed(every, Wanted(purposes=frozenset({"threshold"})), ON)} == {"threshold"}


def test_the_page_lists_what_the_address_asks_for() -> None:
    app = ui.open_page("amounts", least="500", status="in force")
    assert not app.exception
    table = app.dataframe[0].value
    assert (table["数值"] >= 500).all()
    assert (table["效力"] == "现行有效").all()
    assert len(table) < len(ui.open_page("amounts").dataframe[0].value)


def test_words_narrow_the_list() -> None:
    table = ui.open_page("amounts", words="科技保险", unit="百分比").dataframe[0].value
    assert set(table["数额"]) >= {"50%", "30%"}


def test_nothing_that_fits_is_said() -> None:
    assert "没有符合的标准" in ui.open_page("amounts", words="月球").info[0].value


def test_a_figure_is_written_with_its_bound(every: tuple[Standard, ...]) -> None:
    written = {parts.bounded(s) for s in every}
    assert "最高10万元" in written
    assert any("–" in w for w in written)


def test_documents_stand_beside_each_other_with_their_figures() -> None:
    documents = Library.open(ui.sample_build()).documents()
    first, second = (parts.slug(next(d.iri for d in documents if words in d.title)) for words in ("科技财政金融协同", "科技保险费用"))
    app = ui.open_page("amounts", standards="并列比较")
    assert "两份" in app.info[0].value
    app = ui.open_page("amounts", standards="并列比较", doc=[first, second])
    assert not app.exception
    assert app.multiselect[0].value == [first, second]
    text = ui.drawn(app)
    assert "最高10万元" in text
    assert {b.label for b in app.get("download_button")} == {"CSV", "XLSX"}


def test_thresholds_and_targets_stand_apart() -> None:
    app = ui.open_page("amounts", standards="门槛与目标")
    assert not app.exception
    assert set(app.dataframe[0].value["性质"]) <= {"门槛", "目标"}
