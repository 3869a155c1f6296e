"""The terms of many clauses at once are those of each."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import words
from kg import counting, lexical
from kg.lexical import Entry

TEXT = st.text(alphabet="企业研发可以怎么奖补的和市科技局𠀀２Aİ.%，。 \n\t", max_size=40)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=6))
def test_many_at_once(parts: list[tuple[str, str, str]]) -> None:
    entries = [Entry(str(n), "d", "s", *one) for n, one in enumerate(parts)]
    assert list(counting.counted(entries)) == list(map(lexical.count, entries))


def test_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "PORTION", 20)
    entries = [Entry(str(n), "d", "s", "标题", "", "企业可以申请奖补" * (n % 4)) for n in range(40)]
    assert list(counting.counted(entries)) == list(map(lexical.count, entries))


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    before = words.terms("企业可以申请奖补的专精特新")
    monkeypatch.setattr(words, "REMEMBERED", 1)
    words._known().clear()
    assert words.terms("企业可以申请奖补的专精特新") == before
    assert len(words._known()) == 1
