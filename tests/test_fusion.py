"""Fusion: both sides count, exact cosines fill in, documents lift their clauses."""

from __future__ import annotations

from kg.fusion import fuse, lifted

OWNER = {"a": "x", "b": "y", "c": "y", "d": "z"}


def test_a_clause_that_both_sides_find_beats_one_found_by_either() -> None:
    found = fuse({"a": 10.0, "b": 8.0, "d": 0.0}, {"c": 0.9, "b": 0.8, "d": 0.1}, {"a": 0.1}, OWNER, weight=1.0, prior=0.0)
    assert next(iter(found)) == "b"
    assert set(found) == {"a", "b", "c", "d"}


def test_weight_zero_is_words_alone() -> None:
    found = fuse({"a": 3.0, "b": 2.0, "d": 1.0}, {"d": 0.9, "c": 0.1}, {}, OWNER, weight=0.0, prior=0.0)
    assert list(found)[:2] == ["a", "b"]
    assert found["d"] == found["c"] == 0.0


def test_the_cosine_of_a_clause_that_words_alone_found_counts() -> None:
    words, nearest = {"a": 2.0, "d": 2.0, "b": 1.0}, {"c": 0.9, "b": 0.1}
    assert next(iter(fuse(words, nearest, {"a": 0.2, "d": 0.6}, OWNER, weight=1.0, prior=0.0))) == "d"


def test_a_cosine_below_the_nearest_takes_nothing_away() -> None:
    found = fuse({"a": 2.0, "b": 1.0}, {"c": 0.9, "b": 0.5}, {"a": -0.9}, OWNER, prior=0.0)
    assert found["a"] == 1.0


def test_one_side_alone_and_none() -> None:
    assert fuse({}, {"c": 0.4}, {}, OWNER, weight=1.0, prior=0.0) == {"c": 1.0}
    assert fuse({"a": 7.0}, {}, {}, OWNER, prior=0.0) == {"a": 1.0}
    assert fuse({}, {}, {}, OWNER) == {}


def test_a_document_lends_a_fifth_of_its_five_best() -> None:
    assert lifted({"a": 1.0, "b": 1.0, "c": 1.0}, OWNER, 0.5) == {"b": 1.2, "c": 1.2, "a": 1.1}


def test_equal_scores_keep_one_order() -> None:
    assert list(lifted({"d": 1.0, "a": 1.0}, OWNER, 0.0)) == ["a", "d"]
