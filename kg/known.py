"""What a build knows that helps to understand a question."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from ingest.places import Place
from kg.spelling import Spelling
from kg.titles import Titles

# Characters of the full name of a body.
SHORTEST, LONGEST = 5, 30


@dataclass(frozen=True, slots=True)
class Known:
    """Names, words and places of a build.

    ``place`` is where most documents hold, for short names of bodies; ``coined`` are words that texts set in quotation marks or define;
    ``held`` the places that documents hold in, by full name; ``bodies`` gives the full names of bodies that have a duty.
    """

    titles: Titles
    place: str | None = None
    coined: Collection[str] = frozenset()
    held: Mapping[str, Place] = field(default_factory=dict)
    spelling: Spelling | None = None
    bodies: Callable[[], Collection[str]] = tuple

    def bodies_in(self, text: str) -> list[str]:
        """Return the bodies of the build whose full names stand in a text, the longest where one holds another."""
        ends = [i + 1 for i, sign in enumerate(text) if sign in "局厅委部办会院室所站心队行校社府署组"]
        if not ends:
            return []
        every = self.bodies()
        found = [text[i:end] for end in ends for i in range(max(0, end - LONGEST), end - SHORTEST + 1) if text[i:end] in every]
        return [name for name in dict.fromkeys(found) if not any(name != other and name in other for other in found)]
