"""Norms: sentences that oblige, forbid, allow, encourage, say whom and under what condition, or which rule goes first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ingest.flow import Flow
from ingest.sentences import Sentences, label_end
from ingest.wordlists import Row, Words, all_words, either, load, not_followed
from ontology.records import Norm, NormKind

WHO = 40  # the longest name of the one addressed
_GAP = r"[^。;!?\t\n]{0,40}?"
_ALSO = re.compile(r"(?:和|与|、|并)?(?:支持|引导|鼓励)?")
_PART = ",;:。!?、\t\n)"
_OPEN = frozenset(",;:。!?)\t\n")
_LEAD = re.compile(r"\A(?:对于?|凡|其中|同时|此外|另外|但|且|并|由|则|均|也|还|原则上)+|(?:原则上|一般|均|也|还|并|且|都|则|就|不|可|切实|依法|及时|自)+\Z")


class _Cue(Row):
    """Cues of one kind of norm."""

    kind: NormKind
    cues: tuple[str, ...]
    place: Literal["any", "start"] = "any"
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    who: Literal["before", "after"] | None = None


class _Lexicon(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")
    norm: tuple[_Cue, ...]
    verb: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The lexicon, compiled: one pattern of all cues (each begins with a sign of its own, so that search is fast) and their rows."""

    cue: re.Pattern[str]
    rows: dict[str, _Cue]
    gaps: tuple[tuple[re.Pattern[str], _Cue], ...]
    verb: re.Pattern[str]

    def row(self, words: str) -> _Cue:
        """Return the row of matched words."""
        return self.rows.get(words) or next(row for pattern, row in self.gaps if pattern.fullmatch(words))


def find(flow: Flow) -> Iterator[Norm]:
    """Yield one norm for each kind that a sentence (up to 。 or ；) holds, in reading order; its span is the sentence."""
    text, words = flow.text, _patterns()
    sentences = Sentences.of(text)
    seen: set[NormKind] = set()
    tier = (-1, -1)
    for match in words.cue.finditer(text):
        row = words.row(match[0])
        if match.start() >= tier[1]:
            tier, seen = sentences.tier(match.start()), set()
        if row.kind in seen or not _stands(text, match.start(), row):
            continue
        seen.add(row.kind)
        start, end = _trimmed(text, *tier)
        yield Norm(flow.span(start, end), row.kind, _who(flow, start, end, match, row, words))


def _stands(text: str, start: int, row: _Cue) -> bool:
    """Say whether a cue stands where its row wants it, and is not the end of another word."""
    if row.place == "start" and start and text[start - 1] not in _OPEN:
        return False
    return not text.endswith(row.not_after, 0, start) if row.not_after else True


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of a sentence without its label and the border behind it."""
    while end > start + 1 and text[end - 1] in "\t\n":
        end -= 1
    begin = label_end(text, start, end)
    return (begin, end) if begin < end else (start, end)


def _who(flow: Flow, start: int, end: int, match: re.Match[str], row: _Cue, words: _Patterns) -> str | None:
    """Return the one addressed, as the text writes it, None where the sentence does not name one beside the cue."""
    text = flow.text
    if row.who == "after":
        begin, finish = _addressed(text, match.end(), min(end, match.end() + WHO), words)
    elif row.who == "before":
        begin, finish = _subject(text, start, match.start())
    else:
        return None
    while begin < finish and text[begin] in _PART:
        begin += 1
    return flow.surface(begin, finish) if 2 <= finish - begin <= WHO else None


def _addressed(text: str, begin: int, stop: int, words: _Patterns) -> tuple[int, int]:
    """Return the bounds of the words between the cue and the next verb: 鼓励|企业|购买…; empty where a verb follows at once."""
    also = _ALSO.match(text, begin, stop)
    begin = also.end() if also else begin
    if words.verb.match(text, begin):
        return begin, begin
    verb = words.verb.search(text, begin + 2, stop)
    finish = verb.start() if verb else begin
    return begin, min((i for i in range(begin, finish) if text[i] in ",;。:"), default=finish)


def _subject(text: str, start: int, cue: int) -> tuple[int, int]:
    """Return the bounds of the words between the last comma and the cue, else of the first part of the sentence."""
    begin = max(start, cue - WHO - 8)
    cut = max(text.rfind(sign, begin, cue) for sign in ",:")
    begin = cut + 1 if cut >= 0 else begin
    if cue - begin < 2 and cut > start:
        stop = text.find(",", start, cue)
        begin, cue = start, stop if stop >= 0 else cut
    part = text[begin:cue]
    head, tail = _LEAD.match(part), None
    for found in _LEAD.finditer(part):
        tail = found if found.end() == len(part) else tail
    begin, end = begin + (head.end() if head else 0), begin + (tail.start() if tail else len(part))
    return begin, max(begin, end)


@cache
def _patterns() -> _Patterns:
    """Return the compiled lexicon; ValidationError where a row of the file is wrong."""
    lexicon = load("norms", _Lexicon)
    pairs = sorted(((cue, row) for row in lexicon.norm for cue in row.cues), key=lambda pair: -len(pair[0]))
    return _Patterns(
        cue=re.compile("|".join(_gapped(cue) + not_followed(row.not_before) for cue, row in pairs)),
        rows={cue: row for cue, row in pairs if "…" not in cue},
        gaps=tuple((re.compile(_gapped(cue)), row) for cue, row in pairs if "…" in cue),
        verb=re.compile(rf"以(?!及)|{either(all_words(lexicon.verb))}"),
    )


def _gapped(cue: str) -> str:
    """Return the pattern of a cue, … for up to 40 characters of the same sentence."""
    return _GAP.join(re.escape(part) for part in cue.split("…"))
