"""Dates: 2024年12月12日, 二〇二四年三月, 2024-12-12, 2024.1.15, 2024年度."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ingest import days
from ingest.flow import Flow
from ontology.records import Span


@dataclass(frozen=True, slots=True)
class DateMention:
    """A day, month or year; ``date`` is its first day."""

    span: Span
    date: date
    precision: days.Precision


def find(flow: Flow) -> Iterator[DateMention]:
    """Yield every date of the calendar in reading order; what is no day (2月30日) is left out."""
    for match in days.find(flow.text):
        if read := days.read(match):
            yield DateMention(flow.span(match.start(), match.end()), *read)
