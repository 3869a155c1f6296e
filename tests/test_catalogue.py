"""Linking in a large catalogue: mentions resolve, wrong links are rare, what fits two is left open."""

from __future__ import annotations

from collections import Counter

from ingest import works
from tests import catalogue

COUNT = 10_000
SEED = 11


def test_mentions_in_a_catalogue_of_ten_thousand() -> None:
    held = catalogue.documents(COUNT, SEED)
    table = works.Catalogue(held)
    seen: Counter[tuple[str, str]] = Counter()
    for mention in catalogue.mentions(held, SEED):
        work = table.find(mention.title, mention.number, mention.on)
        found = work.preferred.id if work else None
        told = "right" if found == mention.wanted else "missed" if found is None else "wrong" if mention.wanted else "guessed"
        seen[mention.way if mention.wanted else "open", told] += 1
    for way in {way for way, _ in seen}:
        total = sum(count for (name, _), count in seen.items() if name == way)
        assert seen[way, "right"] >= 0.99 * total, (way, seen)
        assert seen[way, "wrong"] + seen[way, "guessed"] <= 0.005 * total, (way, seen)
