"""The record types: frozen, slotted, standard library only.

Every span is half-open and counts Unicode code points of the source text as read. A fact has a span and no clause
field: containment says which clause it stands in, so that the same recogniser serves clauses and questions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Bound = Literal["max", "min", "exact", "range"]
Purpose = Literal["benefit", "threshold", "target", "award", "fine", "share", "other"]
Role = Literal["responsible", "cooperate", "interpret"]
Relation = Literal["basis", "implements", "amends", "repeals", "supersedes", "refers"]
Edition = Literal["official", "news", "digest"]
ValidityBasis = Literal["stated", "duration", "derived", "none"]
Status = Literal["in force", "lapsed", "not yet", "unknown"]
NormKind = Literal["must", "must_not", "may", "encouraged", "beneficiary", "condition", "precedence"]
ClauseKind = Literal["unit", "preamble", "closing", "attachment", "row", "form"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points of a source text."""

    start: int
    end: int

    def covers(self, other: Span) -> bool:
        """Say whether the other span lies inside this one."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read: path relative to the ingested folder, SHA-256 of its bytes, decoded text without a byte-order mark."""

    path: str
    sha256: str
    text: str
    marks: tuple[tuple[int, str], ...] = ()  # where pages or paragraphs begin: (offset, 第3页 or 第12段), offsets ascending


@dataclass(frozen=True, slots=True)
class Document:
    """One policy, law, notice or news story inside a source; names are full official names, dates as the text itself says them."""

    id: str  # slug of number or title + "-" + 8 hex digits; the IRI is base + id
    source: str
    span: Span
    title: str
    notice_title: str | None = None
    number: str | None = None
    index_number: str | None = None
    issuers: tuple[str, ...] = ()
    issued: date | None = None
    published: date | None = None
    effective: date | None = None
    expires: date | None = None
    validity_basis: ValidityBasis = "none"
    genre: str = "其他"
    place: str | None = None  # full name of the administrative division, e.g. 青岛市; None for national texts
    edition: Edition = "official"
    url: str | None = None
    effective_like: str | None = None  # title of the document whose validity this one shares (与《X》同步实施)


@dataclass(frozen=True, slots=True)
class Clause:
    """A unit of the clause tree; the spans of units do not overlap, a row lies inside the unit that holds its table."""

    document: str  # Document.id
    path: tuple[str, ...]  # labels from the top, e.g. ("第二章", "第九条"), ("二、", "（三）"), ("前言",), ("附件1", "一、")
    key: str  # path joined by "/", with "~2", "~3" in text order where it recurs in the document
    label: str
    heading: str | None
    span: Span  # label, heading and own text, without the descendants that are units
    level: int  # 1 for the top of the tree
    kind: ClauseKind = "unit"
    heading_span: Span | None = None
    header: tuple[str, ...] = ()  # column names, for a row


@dataclass(frozen=True, slots=True)
class Agency:
    """A government or party body, by its full official name."""

    name: str
    short_names: tuple[str, ...] = ()
    place: str | None = None
    level: str | None = None  # 国家|省|市|区县
    successor: str | None = None  # full name of the body that took over
    succeeded: date | None = None  # the day by which it had


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the text that names a body; surface is the text as written, agency the full official name."""

    span: Span
    surface: str
    agency: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure of money, percent or times with the way it binds; value in yuan, percent points or times."""

    span: Span  # the figure with its bound cue, e.g. 最高1000万元
    bound: Bound
    value: Decimal
    unit: str  # "CNY", "percent", "times" or another ISO 4217 code
    high: Decimal | None = None
    purpose: Purpose = "other"
    about: str | None = None  # what the figure limits, a few words of the text
    per: str | None = None  # 每家, 每年, 一次性 …
    condition: str | None = None  # the condition it stands under, words of the text
    rate_of: str | None = None  # the base of a percentage, e.g. 新增额
    capped_by: Span | None = None  # span of the amount that caps this rate
    sentence: Span | None = None  # the sentence or tier the figure stands in


@dataclass(frozen=True, slots=True)
class Responsibility:
    """A body and what a clause makes it do; detail is lead|approve|supervise where the text says so."""

    span: Span
    surface: str
    agency: str
    role: Role
    task: str | None = None
    detail: str | None = None
    sentence: Span | None = None
    listed: bool = False  # stands in （责任单位：…） or the like, so the duty is the whole clause
    covers: tuple[str, ...] = ()  # keys of the further clauses of the document that a general duty (以下各项均由…) reaches


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and its meaning; span covers both."""

    span: Span
    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Norm:
    """A sentence that obliges, forbids, allows, encourages, or says whom and under what condition."""

    span: Span
    kind: NormKind
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention of a law, policy, standard or of a clause; target is what linking found, an IRI without base."""

    span: Span
    kind: Literal["external", "internal"]
    relation: Relation
    title: str | None = None
    number: str | None = None
    clause: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day or a period by which something is due; working days are never converted."""

    span: Span
    what: str | None = None
    due: date | None = None
    recurs: str | None = None  # 每月25日 …
    lasts: Decimal | None = None
    unit: str | None = None  # 日|工作日|月|年
    counts_from: str | None = None  # 收到处理决定书之日


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts found in one stretch of text, each kind in reading order."""

    amounts: tuple[Amount, ...] = ()
    mentions: tuple[Mention, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    references: tuple[Reference, ...] = ()
    definitions: tuple[Definition, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    norms: tuple[Norm, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source says by itself: its documents, and for each document id its clauses with their facts."""

    source: Source
    documents: tuple[Document, ...]
    clauses: dict[str, tuple[tuple[Clause, Facts], ...]] = field(default_factory=dict)
