"""Records of a question and its answer; as JSON they are what the contract's ``ask --json`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from ontology.records import Amount, Bound, Edition, Role, Status

Kind = Literal[
    "agency", "ceiling", "amount", "deadline", "definition", "reference", "eligibility", "procedure", "list", "compare", "count", "match", "passage", "none"
]


@dataclass(frozen=True, slots=True)
class Named:
    """A document that a question names: its IRI, how surely (0 to 1), and the words of the question that name it."""

    document: str
    strength: float
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood; ``topic`` are its content words, words in quotation marks first, ``wider`` what policies write for them."""

    text: str
    folded: str
    kind: Kind
    on: date
    topic: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()  # runs of two and three neighbouring words that hold content words
    focus: tuple[str, ...] = ()  # the topic of what is asked first
    wider: tuple[str, ...] = ()
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # words of the question and what policies write for them
    coined: tuple[str, ...] = ()  # words that the texts of the build set in quotation marks or define
    marked: tuple[str, ...] = ()  # words that the asker set in quotation marks
    agencies: tuple[str, ...] = ()  # full official names
    documents: tuple[Named, ...] = ()  # surest first
    whole: bool = False  # about a policy as a whole: all content words stand in its title
    absent: tuple[str, ...] = ()  # names in 《》 that no document of the build bears
    places: tuple[str, ...] = ()  # full names of divisions the question names
    amounts: tuple[Amount, ...] = ()
    units: tuple[str, ...] = ()  # what an amount question asks for, CNY before percent where both
    roles: tuple[Role, ...] = ()
    aspect: str | None = None  # expires|effective|issued of a date question; fine|threshold|target of an amount question
    news: bool = False
    mended: tuple[tuple[str, str], ...] = ()  # misspelt parts of names, and what they were taken for


@dataclass(frozen=True, slots=True)
class AgencyFact:
    """A body and its role."""

    agency: str
    surface: str
    role: Role
    clause: str
    kind: Literal["agency"] = "agency"


@dataclass(frozen=True, slots=True)
class AmountFact:
    """A figure; capped_by is the amount that caps this rate."""

    value: Decimal
    high: Decimal | None
    unit: str
    bound: Bound
    purpose: str
    about: str
    condition: str | None
    capped_by: AmountFact | None
    clause: str
    kind: Literal["amount"] = "amount"


@dataclass(frozen=True, slots=True)
class DateFact:
    """A day and what it means."""

    value: date
    meaning: Literal["effective", "expires", "issued", "due"]
    derived: bool
    clause: str
    kind: Literal["date"] = "date"


@dataclass(frozen=True, slots=True)
class DurationFact:
    """A period; working days are never converted."""

    value: Decimal
    unit: str
    counts_from: str | None
    clause: str
    kind: Literal["duration"] = "duration"


@dataclass(frozen=True, slots=True)
class ReferenceFact:
    """A document or clause that is referred to; ``resolved`` is its IRI where it is in the build."""

    title: str
    number: str | None
    target_clause: str | None
    relation: str
    resolved: str | None
    clause: str
    kind: Literal["reference"] = "reference"


@dataclass(frozen=True, slots=True)
class TextFact:
    """Words of a clause, or a count."""

    kind: Literal["text", "definition", "item", "step", "condition", "count"]
    value: str | int
    clause: str


Fact = AgencyFact | AmountFact | DateFact | DurationFact | ReferenceFact | TextFact


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a fact stands: document, clause, the exact words and their span in the source as read."""

    document: str
    number: str | None
    issued: date | None
    edition: Edition
    status: Status
    path: tuple[str, ...]
    clause: str
    quote: str
    source: str
    start: int
    end: int
    url: str | None
    place: str | None = field(default=None, metadata={"optional": True})  # page or paragraph where the quote begins: 第3页, 第12段


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question is answered with; a refusal has no facts and cites the nearest clauses."""

    question: str
    on: date
    type: Kind
    answered: bool
    answer: str
    facts: tuple[Fact, ...]
    citations: tuple[Citation, ...]
    sparql: str
    ms: float = 0.0
