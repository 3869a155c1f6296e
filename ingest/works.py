"""Works: copies of one policy known as one, found by number, by title, by the instrument a covering notice carries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from ingest import places
from ingest.recognise import titles
from ingest.recognise.references import normal_number
from ontology.records import Document

_EDITIONS = {"official": 0, "digest": 1, "news": 2}
_DIGEST = re.compile(r"\((?:摘编|摘要|节选|摘录)\)$")
_YEARS = re.compile(r"(\d{4})年?[-—–－~～至]+(\d{4})年?")
_SHORTEST = 10  # characters of a title that names a work without its place


@dataclass(frozen=True)
class Work:
    """Copies of one policy, the one that stands for it first."""

    key: str
    documents: tuple[Document, ...]

    @property
    def preferred(self) -> Document:
        """The copy that stands for the work: official before digest, a page of its own before a compilation."""
        return self.documents[0]


class Catalogue:
    """All works of a corpus by every name they can be cited by."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.works = tuple(_works(documents))
        self._of = {d.id: work for work in self.works for d in work.documents}
        self._titles: dict[str, list[Work]] = {}
        self._whole: dict[str, list[Work]] = {}
        self._numbers: dict[str, list[Work]] = {}
        self._meant: dict[str, list[Work]] = {}  # titles that were looked for
        self.learned: dict[str, str] = {}  # number → id of the document that others cite by it
        for work in self.works:
            for document in work.documents:
                if document.edition != "news":
                    self._enter(work, document)

    def _enter(self, work: Work, document: Document) -> None:
        for name in set(names(document)):
            # By its whole title, and by the title without （试行） or （修订）, which is looked at where no whole title fits.
            for table, key in ((self._whole, name), (self._titles, _plain(name))):
                held = table.setdefault(key, [])
                if work not in held:
                    held.append(work)
        if document.number:
            held = self._numbers.setdefault(normal_number(document.number), [])
            if work not in held:
                held.append(work)

    @cached_property
    def policies(self) -> dict[str, str]:
        """Document id → key of its work."""
        return {d.id: work.key for work in self.works for d in work.documents}

    @cached_property
    def preferred(self) -> dict[str, str]:
        """Key of a work → id of the document that stands for it."""
        return {work.key: work.preferred.id for work in self.works}

    def work_of(self, document: str) -> Work:
        """Return the work of a document id; KeyError where it is not in the corpus."""
        return self._of[document]

    def find(self, title: str | None, number: str | None, on: date | None = None) -> Work | None:
        """Return the one work that a title and a number mean; None where none or several fit, or where both speak of different ones.

        Of several versions of one policy the one meant is the last that was issued up to the day ``on`` on which it is cited.
        """
        if not title:
            return _only(self._numbers.get(normal_number(number or ""), ()))
        fitting = [work for work in self._by_title(title) if _agrees(work, number)]
        numbered = self._numbers.get(normal_number(number), []) if number else []
        # A version that bears the number goes before one that bears none.
        fitting = [work for work in fitting if work in numbered] or fitting or numbered
        return _only(fitting) or (_version(fitting, on) if on else None)

    def _by_title(self, title: str) -> list[Work]:
        """Return the works that a title fits; a corpus cites few titles, most of them again and again."""
        if title not in self._meant:
            self._meant[title] = self._fitting(title)
        return self._meant[title]

    def _fitting(self, title: str) -> list[Work]:
        spellings = [_whole(t) for t in (title, titles.instrument(title)) if t]
        for table, keys in ((self._whole, spellings), (self._titles, [_plain(t) for t in spellings])):
            if found := {id(work): work for key in keys for work in table.get(key, ())}:
                return list(found.values())
        return []

    def learn(self, cited: Iterable[tuple[str | None, str | None]]) -> None:
        """Take numbers from citations: where a title means one work without a number of its own, the number cited with it is its number.

        A number cited with the titles of two works is left out.
        """
        heard: dict[str, dict[str, Work]] = {}
        for title, number in cited:
            if title and number:
                work = _only(self._by_title(title))
                if work is not None and not any(d.number for d in work.documents):
                    heard.setdefault(normal_number(number), {})[work.key] = work
        for number, found in heard.items():
            if len(found) == 1 and number not in self._numbers and "令" not in number:
                self._numbers[number] = list(found.values())
                self.learned[number] = next(iter(found.values())).preferred.id


def names(document: Document) -> Iterator[str]:
    """Yield every name a document can be cited by: its title, that of its notice, both without issuer and without place."""
    for title in filter(None, (document.title, document.notice_title, titles.instrument(document.notice_title or ""))):
        whole = _whole(title)
        yield whole
        for issuer in document.issuers:
            if whole.startswith(issuer) and len(whole) - len(issuer) >= 6:
                yield whole.removeprefix(issuer).removeprefix("关于")
        if document.place and whole.startswith(document.place) and len(whole) - len(document.place) >= _SHORTEST:
            yield whole.removeprefix(document.place)


@lru_cache(maxsize=16384)
def _whole(title: str) -> str:
    """The form in which whole titles are compared: 的, 关于 at the front and 中华人民共和国 say nothing."""
    plain = _DIGEST.sub("", titles.bare(title).removeprefix("中华人民共和国")).removeprefix("关于").replace("的", "")
    return _YEARS.sub(r"\1-\2", plain)


@lru_cache(maxsize=16384)
def _plain(title: str) -> str:
    """The same without （试行） and the like at the end."""
    return _whole(titles.core(title))


def _agrees(work: Work, number: str | None) -> bool:
    """A number that is another one than all of the work's tells another version of the same title."""
    own = {normal_number(d.number) for d in work.documents if d.number}
    return not number or not own or normal_number(number) in own or "令" in number


def _only(works: Iterable[Work]) -> Work | None:
    held = list(works)
    return held[0] if len(held) == 1 else None


def _version(works: Sequence[Work], on: date) -> Work | None:
    """Return the last version issued up to a day, None where the works are not dated versions of one policy by one issuer."""
    heads = [work.preferred for work in works]
    if len(heads) < 2 or any(d.issued is None or not set(d.issuers) & set(heads[0].issuers) or d.place != heads[0].place for d in heads):
        return None
    before = [work for work in works if work.preferred.issued and work.preferred.issued <= on]
    return max(before, key=lambda work: work.preferred.issued or on) if before else None


def _works(documents: Sequence[Document]) -> Iterator[Work]:
    """Join documents of one number, or of one title, issuer and day; a news story is a work of its own."""
    groups: dict[str, list[Document]] = {}
    by_title: dict[str, list[str]] = {}
    for document in sorted(documents, key=_rank):
        if document.edition == "news":
            groups[document.id] = [document]
            continue
        key = normal_number(document.number) if document.number else None
        name = _plain(document.title)
        if key is None or key not in groups:
            key = next((k for k in by_title.get(name, ()) if all(_same(document, d) for d in groups[k])), key)
        key = key or _key(document)
        groups.setdefault(key, []).append(document)
        by_title.setdefault(name, []).append(key)
    for key, members in groups.items():
        yield Work(key, tuple(members))


def _key(document: Document) -> str:
    return "+".join((_plain(document.title), *document.issuers[:1], str(document.issued or "")))


def _same(one: Document, other: Document) -> bool:
    """Say whether two documents of one title can be copies: what both state must be equal."""
    pairs = ((one.number and normal_number(one.number), other.number and normal_number(other.number)), (one.issued, other.issued))
    issuers = not one.issuers or not other.issuers or bool(set(one.issuers) & set(other.issuers))
    return issuers and all(a is None or b is None or a == b for a, b in pairs) and places.parse(one.place) == places.parse(other.place)


def _rank(document: Document) -> tuple[int, int, int, str, int]:
    """Official first, then the ones with a page or a number of their own, then in reading order."""
    page = 0 if document.url or document.index_number else 1
    return _EDITIONS[document.edition], page, 0 if document.number else 1, document.source, document.span.start
