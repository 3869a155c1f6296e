"""The words of pages.toml, checked when they load."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict, model_validator

from ingest import wordlists
from ingest.wordlists import Row, Words


class Meta(Row):
    """A meta element by its name in small letters, and the label under which its content is printed."""

    name: str
    label: str


class Pages(BaseModel):
    """The file; every source of a row is one of ``sources``."""

    model_config = ConfigDict(extra="forbid")
    sources: dict[str, str]
    tools: Words
    starts: Words
    contains: Words
    fields: Words
    silent: Words
    blocks: Words
    meta: tuple[Meta, ...]

    @model_validator(mode="after")
    def _sourced(self) -> Pages:
        rows: tuple[Row, ...] = (self.tools, self.starts, self.contains, self.fields, self.silent, self.blocks, *self.meta)
        if unknown := {row.source for row in rows} - set(self.sources):
            raise ValueError(f"unknown sources: {unknown}")
        return self


@cache
def pages() -> Pages:
    """Return the words of pages.toml."""
    return wordlists.load("pages", Pages)
