"""What a build knows that helps to understand a question."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ingest.places import Place
from kg.spelling import Spelling
from kg.titles import Titles


@dataclass(frozen=True, slots=True)
class Known:
    """Names, words and places of a build.

    ``place`` is where most documents hold, for short names of bodies; ``coined`` are words that texts set in quotation marks or define;
    ``held`` the places that documents hold in, by full name.
    """

    titles: Titles
    place: str | None = None
    coined: Collection[str] = frozenset()
    held: Mapping[str, Place] = field(default_factory=dict)
    spelling: Spelling | None = None
