"""Signs that nobody sees (zero-width blanks, marks of direction, soft hyphens): left out for reading, spans counted with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from ontology.records import Reading, Source, Span

_HIDDEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")


def seen(text: str) -> str:
    """Return the text without hidden signs, the same object where it has none."""
    return _HIDDEN.sub("", text) if _HIDDEN.search(text) else text


def restored(reading: Reading, source: Source) -> Reading:
    """Return the reading of a source's seen text as one of the source: every span counts in the text with its hidden signs."""
    gone = {i for match in _HIDDEN.finditer(source.text) for i in range(match.start(), match.end())}
    at = [offset for offset in range(len(source.text)) if offset not in gone]
    return Reading(source, _back(reading.documents, at), _back(reading.clauses, at))


def _back(value: Any, at: Sequence[int]) -> Any:
    """Return a record, or records in a tuple or mapping, with all spans moved to where their signs stand."""
    if isinstance(value, Span):
        return Span(at[value.start], at[value.end - 1] + 1) if value.end > value.start else value
    if isinstance(value, tuple):
        return tuple(_back(item, at) for item in value)
    if isinstance(value, Mapping):
        return {key: _back(item, at) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{item.name: _back(getattr(value, item.name), at) for item in fields(value)})
    return value
