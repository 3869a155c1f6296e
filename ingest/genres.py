"""Word lists of genres.toml, checked when they load."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

GENRES = frozenset(
    [
        *("法", "条例", "规定", "办法", "细则", "措施", "政策", "方案", "意见", "计划"),
        *("规划", "规则", "决定", "解释", "公告", "批复", "通知", "新闻", "其他"),
    ]
)


@cache
def _tables() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Read the file: ending of a title → genre, name of a list → words; raises ValueError where a row is wrong."""
    data = tomllib.loads(resources.files("ingest").joinpath("lexicon", "genres.toml").read_text("utf-8"))
    endings: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    for row in data["genre"]:
        if row["genre"] not in GENRES or row["source"] not in data["sources"]:
            raise ValueError(f"genres.toml: unknown genre or source in {row}")
        endings |= dict.fromkeys(row["endings"], row["genre"])
    for row in data["list"]:
        if row["source"] not in data["sources"] or not row["words"] or len(set(row["words"])) != len(row["words"]):
            raise ValueError(f"genres.toml: unknown source, no words or a word twice in list {row['name']}")
        lists[row["name"]] = tuple(row["words"])
    return endings, lists


def words(name: str) -> tuple[str, ...]:
    """Return a list of words by its name; raises KeyError for an unknown one."""
    return _tables()[1][name]


def endings() -> dict[str, str]:
    """Return the endings of titles, each with its genre."""
    return _tables()[0]


@cache
def any_of(name: str) -> re.Pattern[str]:
    """Return a pattern that finds any word of a list, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(words(name), key=len, reverse=True))))


@cache
def title_end() -> re.Pattern[str]:
    """Return a pattern for the ending of a title with its group in brackets, such as （试行）."""
    words_ = "|".join(map(re.escape, sorted(endings(), key=len, reverse=True)))
    return re.compile(rf"({words_})》?(?:[（(][^（）()]{{1,24}}[）)]){{0,2}}》?(?:的(通知|决定|公告|函|批复|通告))?》?$")
