"""《…》 in a text: where they begin and end, nested ones inside, and whether they name a policy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ingest.flow import squash

LONGEST = 160  # characters of a title; an opening sign without its closing one is left alone
_SIGNS = re.compile(r"[《》\t\n]")
_QUOTES = re.compile(r"[《》〈〉<>“”\"'‘’「」『』]")
_EDITION = re.compile(r"[(（](?:试行|暂行|修订|修正|修订版|20\d\d年?(?:修订|修正|版|本)*)[)）]$")
_BRACKETS = str.maketrans("（）：，", "():,")


@dataclass(frozen=True, slots=True)
class Titled:
    """A 《…》 at text[start:end], signs included, and what stands inside."""

    start: int
    end: int
    words: str


def find(text: str) -> Iterator[Titled]:
    """Yield the outermost 《…》 in order; a 《 that opens inside another closes with its own 》."""
    depth, start = 0, -1
    for match in _SIGNS.finditer(text) if "《" in text else ():
        sign, i = match[0], match.start()
        if sign == "《":
            if not depth or i - start > LONGEST:
                depth, start = 0, i
            depth += 1
        elif sign == "》" and depth:
            # 《关于印发《…》的通知》 closes twice, 《A》的 《B》 does not: a sign right behind closes the outer one.
            depth -= 1
            if not depth and i - start <= LONGEST:
                yield Titled(start, i + 1, text[start + 1 : i])
        elif sign in "\t\n":
            depth = 0


def bare(title: str) -> str:
    """Return a title in the form that comparison uses: no white space, quotes or brackets of titles, one kind of brackets."""
    return _QUOTES.sub("", squash(title)).translate(_BRACKETS)


def core(title: str) -> str:
    """Return the title without 中华人民共和国 and without (试行), (2024年修订) at its end."""
    return _EDITION.sub("", bare(title).removeprefix("中华人民共和国"))


@cache
def instrument(title: str) -> str | None:
    """Return the instrument that a covering notice's title holds (关于印发X的通知 → X), None where it is no such title."""
    match = re.match(r".{0,60}?(?:关于)?(?:印发|发布|公布|转发)(?:关于)?(.{4,}?)的(?:通知|函|公告|通告)$", bare(title))
    return match[1] if match else None


def own_words() -> str:
    """Return a regular expression for what a text calls itself: 本办法, 本实施细则; the longest word first."""
    return f"本{own_names()}"


@cache
def own_names() -> str:
    """Return a regular expression for what may follow 本 in such words."""
    data = tomllib.loads(files("ingest.lexicon").joinpath("relations.toml").read_text(encoding="utf-8"))
    return "(?:" + "|".join(sorted(map(re.escape, data["own"]["words"]), key=len, reverse=True)) + ")"
