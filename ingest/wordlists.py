"""Lexicon files: read from the package, validated row by row, and turned into patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib import resources
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

Model = TypeVar("Model", bound=BaseModel)


class Row(BaseModel):
    """A row of a lexicon: an unknown key or a missing source is an error."""

    model_config = ConfigDict(extra="forbid")
    source: str = Field(min_length=1)


class Words(Row):
    """A list of words."""

    words: tuple[str, ...] = Field(min_length=1)


def load(name: str, model: type[Model]) -> Model:
    """Return lexicon/<name>.toml as the model; pydantic.ValidationError names the row and key that are wrong."""
    return model.model_validate(tomllib.loads(resources.files("ingest").joinpath(f"lexicon/{name}.toml").read_text(encoding="utf-8")))


def either(words: Iterable[str]) -> str:
    """Return a pattern that takes any of the words, the longest first."""
    return "|".join(re.escape(w) for w in sorted(set(words), key=len, reverse=True))


def all_words(rows: Iterable[Words]) -> tuple[str, ...]:
    """Return the words of all rows in order."""
    return tuple(word for row in rows for word in row.words)


def not_followed(words: Iterable[str]) -> str:
    """Return a lookahead that none of the words follows, nothing where there are none."""
    return f"(?!{pattern})" if (pattern := either(words)) else ""
