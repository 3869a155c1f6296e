"""The words of pages.toml, checked when they load."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pydantic import BaseModel, ConfigDict, model_validator

from ingest import wordlists
from ingest.flow import squash
from ingest.wordlists import Row, Words

# Longer lines than this, in characters, are text.
TOOL = 60
# A line of a menu may be longer: 网站首页｜机构职能｜通知公告｜….
MENU = 200
_CRUMBS = re.compile(r"^(?:首页|网站首页)(?:[>›»/\\|·-]|&gt;)")
_BETWEEN = re.compile(r"[\s|｜/·]+")
_ENTRIES = re.compile(r"[\s|｜>›»·•/]+")
# Signs that no menu holds, and how a trail begins.
_SAYS = re.compile("[，。；：:、（(]")
_TRAIL = frozenset("您你现当")
_ENTRY, LEAST = 8, 3  # characters of an entry, entries of a menu
_AROUND = "[]【】（）()<>《》「」:："


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
    edges: Words
    trails: Words
    menu: Words
    fields: Words
    silent: Words
    blocks: Words
    meta: tuple[Meta, ...]

    @model_validator(mode="after")
    def _sourced(self) -> Pages:
        rows: tuple[Row, ...] = (self.tools, self.starts, self.contains, self.edges, self.trails, self.menu, self.fields, self.silent, self.blocks, *self.meta)
        if unknown := {row.source for row in rows} - set(self.sources):
            raise ValueError(f"unknown sources: {unknown}")
        return self


@cache
def pages() -> Pages:
    """Return the words of pages.toml."""
    return wordlists.load("pages", Pages)


@lru_cache(maxsize=8192)
def is_tool(line: str) -> bool:
    """Say whether a line is a tool or a link that a page prints around its text: 打印, 【字体：大 中 小】, 上一篇：…, breadcrumbs."""
    if len(line) > TOOL or "\t" in line:
        return False
    words = squash(line)
    if _starts().match(words) or _contains().search(words) or _CRUMBS.match(words):
        return True
    return len(words) <= TOOL // 2 and all(part.strip(_AROUND) in _tools() for part in _BETWEEN.split(line.strip()))


def is_menu(line: str) -> bool:
    """Say whether a line is a menu: three short words and more between signs or blanks, most of them what menus hold; or tells where a page stands."""
    if line[0] in _TRAIL and len(line) <= TOOL and _trails().match(squash(line)):
        return True
    if _SAYS.search(line) or line[0] == "|" or len(line) > MENU:
        return False
    entries = [word for word in _ENTRIES.split(line.strip()) if word]
    if len(entries) < LEAST or max(map(len, entries)) > _ENTRY:
        return False
    known = sum(word in _menu() for word in entries)
    return known == len(entries) or (known * 2 >= len(entries) and any(sign in line for sign in "|｜>›»·•"))


def is_edge(line: str) -> bool:
    """Say whether a line at the edge of a page is none of the text: 主办：…, 相关解读 …."""
    return len(line) <= TOOL and bool(_edges().match(squash(line)))


@cache
def _tools() -> frozenset[str]:
    return frozenset((*pages().tools.words, ""))


@cache
def _trails() -> re.Pattern[str]:
    return re.compile(wordlists.either(squash(word) for word in pages().trails.words))


@cache
def _menu() -> frozenset[str]:
    return frozenset(pages().menu.words)


@cache
def _starts() -> re.Pattern[str]:
    return re.compile(wordlists.either(squash(word) for word in pages().starts.words))


@cache
def _edges() -> re.Pattern[str]:
    return re.compile(wordlists.either(squash(word) for word in pages().edges.words))


@cache
def _contains() -> re.Pattern[str]:
    return re.compile(wordlists.either(squash(word) for word in pages().contains.words))
