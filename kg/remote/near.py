"""What finds the nearest vectors: one interface over the index in the build and over databases."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kg.vectors.index import Near, Vectors


class VectorStore(Protocol):
    """Unit vectors by clause, all of one build. Every failure is a PolicyKGError of one line."""

    def __len__(self) -> int:
        """Return the number of clauses."""
        ...

    def search(self, vector: Vectors, limit: int = 30, *, clauses: Collection[str] | None = None) -> list[Near]:
        """Return the nearest clauses to one vector of shape (dim,), best first, among the given ones only where these are given."""
        ...

    def cosines(self, vector: Vectors, clauses: Iterable[str]) -> dict[str, float]:
        """Return the exact cosine of each given clause that is there with one vector of shape (dim,)."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """A clause with its unit vector and what searches are narrowed by."""

    clause: str
    document: str
    source: str
    place: str | None
    year: int | None
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Only:
    """What a search is narrowed to; None leaves open. ``place`` takes in what lies below it: 山东省 holds 山东省青岛市."""

    clauses: Collection[str] | None = None
    documents: Collection[str] | None = None
    place: str | None = None
    year: int | None = None
