"""What a build knows that helps to understand a question."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from ingest.places import Place
from ingest.words import bigrams
from kg.spelling import Spelling
from kg.titles import Titles

# Characters of the full name of a body.
SHORTEST, LONGEST = 5, 30
# A word that texts write themselves needs no other for it.
FARTHER = 4


@dataclass(frozen=True, slots=True)
class Known:
    """Names, words and places of a build.

    ``place`` is where most documents hold, for short names of bodies; ``coined`` are words that texts set in quotation marks or define;
    ``held`` the places that documents hold in, by full name; ``bodies`` gives the full names of bodies that have a duty; ``rarity`` how seldom
    clauses write a word (the logarithm of their share).
    """

    titles: Titles
    place: str | None = None
    coined: Collection[str] = frozenset()
    held: Mapping[str, Place] = field(default_factory=dict)
    spelling: Spelling | None = None
    bodies: Callable[[], Collection[str]] = tuple
    rarity: Callable[[str], float] | None = None

    def written_for(self, word: str, others: Collection[str]) -> tuple[str, ...]:
        """Return those of the words that the texts of the build write FARTHER times as often as the one a question says, all where nothing is counted.

        Of a word that no text writes every other one that some text does.
        """
        if self.rarity is None:
            return tuple(others)
        own, unwritten = self._seldom(word), self.rarity("")
        return tuple(o for o in others if self._seldom(o) <= own - math.log(FARTHER) or self._seldom(o) < unwritten <= own)

    def _seldom(self, word: str) -> float:
        """Return how seldom a word is written, for one that is no term of the index how seldom the rarest pair of its characters is."""
        if self.rarity is None:
            return 0.0
        own = self.rarity(word)
        pairs = bigrams(word) if own >= self.rarity("") else ()
        return max((self.rarity(pair) for pair in pairs), default=own)

    def bodies_in(self, text: str) -> list[str]:
        """Return the bodies of the build whose full names stand in a text, the longest where one holds another."""
        ends = [i + 1 for i, sign in enumerate(text) if sign in "局厅委部办会院室所站心队行校社府署组"]
        if not ends:
            return []
        every = self.bodies()
        found = [text[i:end] for end in ends for i in range(max(0, end - LONGEST), end - SHORTEST + 1) if text[i:end] in every]
        return [name for name in dict.fromkeys(found) if not any(name != other and name in other for other in found)]
