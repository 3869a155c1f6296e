"""A figure of a clause with the words of its place, and a word that speaks for or against figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Field = Literal["own", "case", "around"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a clause and the words of its place: ``own`` says what it is about, with the rates that it caps."""

    id: str
    clause: str
    value: str
    high: str | None
    unit: str
    bound: str
    purpose: str
    own: str
    case: str
    context: str

    def held(self, field: Field) -> str:
        """Return the words of a field."""
        return {"own": self.own, "case": self.case, "around": self.context}[field]


@dataclass(frozen=True, slots=True)
class Hint:
    """A word that speaks for or against the figures whose field holds it."""

    text: str
    field: Field
    feature: str
    value: float
