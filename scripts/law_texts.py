"""The unlabelled texts and the questions that the embedding is trained on; all of them stay outside the project."""

from __future__ import annotations

import gzip
import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_NUMBER = "[零〇一二三四五六七八九十百千0-9]+"
_ARTICLE = re.compile(rf"第{_NUMBER}条(?:之{_NUMBER})?[\s　:：]+")
_CHAPTER = re.compile(rf"第{_NUMBER}[编章节][\s　]+(\S.{{0,60}})")
_ITEM = re.compile(r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|\([一二三四五六七八九十]{1,3}\)")
_LABEL = re.compile(rf"第{_NUMBER}条(?:之{_NUMBER})?.*$")
SHORTEST = 15
LONGEST = 1500


@dataclass(frozen=True, slots=True)
class Article:
    """One article with the words above it: the title of its document and of its chapter ("" where there is none)."""

    title: str
    chapter: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """An article of the retrieval benchmark."""

    id: str
    name: str
    text: str

    @property
    def document(self) -> str:
        """Return the name without the article's number."""
        return _LABEL.sub("", self.name)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of the retrieval benchmark with the ids of the articles that answer it."""

    id: str
    text: str
    gold: tuple[str, ...]

    @property
    def fold(self) -> int:
        """Return the half that the question falls in: CRC32 of its id modulo 2."""
        return zlib.crc32(self.id.encode()) % 2


def passages(folder: Path) -> list[Passage]:
    """Read the benchmark's articles."""
    with gzip.open(folder / "passages.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [Passage(row["id"], row["name"], row["text"]) for row in map(json.loads, lines)]


def questions(folder: Path) -> list[AskedQuestion]:
    """Read the benchmark's questions."""
    with gzip.open(folder / "queries.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [AskedQuestion(row["id"], row["text"], tuple(row["gold"])) for row in map(json.loads, lines)]


def articles(archive: Path) -> Iterator[Article]:
    """Yield the articles of every law in the archive; a text without articles gives its paragraphs."""
    with tarfile.open(archive, "r:xz") as files:
        for member in files:
            opened = files.extractfile(member) if member.isfile() and member.name.endswith(".txt") else None
            if opened is not None and not Path(member.name).name.startswith("_"):
                yield from _split(opened.read().decode("utf-8", "replace"))


def paragraphs(folder: Path) -> Iterator[Article]:
    """Yield the paragraphs of other unlabelled texts, without titles."""
    for path in sorted(folder.glob("*.txt")):
        for article in _split("\n" + path.read_text("utf-8", "replace")):
            yield Article("", article.chapter, article.text)


def _split(text: str) -> Iterator[Article]:
    """Yield the articles or, outside articles, the paragraphs of one text whose first line is its title."""
    lines = [line.strip() for line in text.splitlines()]
    title = lines[0] if lines else ""
    chapter, held, inside = "", list[str](), False
    for line in lines[1:]:
        heading, article = _CHAPTER.fullmatch(line), _ARTICLE.match(line)
        starts = bool(heading or article or (not inside and (not line or _ITEM.match(line))))
        if starts and held:
            yield from _whole(title, chapter, held)
            held = []
        if heading:
            chapter, inside = heading[1], False
        elif line:
            inside = inside or bool(article)
            held.append(line[article.end() :] if article else line)
    yield from _whole(title, chapter, held)


def _whole(title: str, chapter: str, held: list[str]) -> Iterator[Article]:
    """Yield the article where it is neither too short to mean something nor a whole text that was not split."""
    text = "".join(held)
    if SHORTEST <= len(text) <= LONGEST:
        yield Article(title, chapter, text)
