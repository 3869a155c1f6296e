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
HEADING = 24  # a longer line without a stop is no heading
QUOTED = 40  # so near to both signs a cue is a quoted word: 坚持“鼓励创新、宽容失败”
NEAR = 160  # so far around a cue its sentence is read
ITEM = 4  # a shorter item of a list says nothing
_GAP = r"[^。;!?\t\n]{0,40}?"
_ALSO = re.compile(r"(?:和|与|、|并)?(?:支持|引导|鼓励)?")
_PART = ",;:。!?、\t\n)"
_OPEN = frozenset(",;:。!?)\t\n")
_STOPS = "。;!?\t\n"
_LEAD = re.compile(r"(?:对于?|凡|其中|同时|此外|另外|但|且|并|由|则|均|也|还|原则上|“)+")
_TAIL = re.compile(r"(?:原则上|一般|均|也|还|并|且|都|(?<![规原准守细总附])则|就|不|可|切实|依法|及时|自)+\Z")
_ISSUES = re.compile(r"制定本|特制定|制定了《|印发给你们|现予?印发")
_COMMA = re.compile("[,:]")
_MEANS = re.compile(r"是指|,指")
_MODAL = frozenset(["must", "must_not", "may"])


class _Cue(Row):
    """Cues of one kind of norm."""

    kind: NormKind
    cues: tuple[str, ...]
    place: Literal["any", "start"] = "any"
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    who: Literal["before", "after"] | None = None


class _Lexicon(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")
    norm: tuple[_Cue, ...]
    verb: tuple[Words, ...]
    lists: tuple[Words, ...]
    headings: tuple[Words, ...]
    applicants: tuple[Words, ...]
    being: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The lexicon, compiled: two patterns of cues (each begins with a sign of its own, so that search is fast) and their rows."""

    modal: re.Pattern[str]
    other: re.Pattern[str]
    rows: dict[str, _Cue]
    gaps: tuple[tuple[re.Pattern[str], _Cue], ...]
    verb: re.Pattern[str]
    lists: re.Pattern[str]
    heading: re.Pattern[str]
    applicant: re.Pattern[str]
    being: re.Pattern[str]

    def row(self, words: str) -> _Cue:
        """Return the row of matched words."""
        return self.rows.get(words) or next(row for pattern, row in self.gaps if pattern.fullmatch(words))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence up to 。 or ；, or an item of a list: its bounds and what it is."""

    start: int
    end: int
    what: Literal["plain", "intro", "item"] = "plain"


def heads_conditions(heading: str | None) -> bool:
    """Say whether a heading stands above conditions: 申报条件."""
    return bool(heading and _patterns().heading.search(heading))


def lists_conditions(flow: Flow) -> bool:
    """Say whether a text ends by introducing a list of conditions: 应当具备下列条件：."""
    words = flow.text.rstrip("\t\n")
    return words.endswith(":") and bool(_patterns().lists.search(words, max(0, len(words) - 30)))


def find(flow: Flow, *, listed: bool = False, conditions: bool = False) -> Iterator[Norm]:
    """Yield one norm for each kind that a sentence (up to 。 or ；) holds, in reading order; its span is the sentence.

    ``listed``: the whole text is an item of a list of conditions. ``conditions``: it stands under a heading such as 申报条件.
    """
    text, words = flow.text, _patterns()
    if not listed and ":" not in text and words.modal.search(text) is None and words.other.search(text) is None:
        return
    named = False  # the piece before was a heading 支持对象
    for piece in _pieces(text, flow.sentences, words, listed):
        kinds = {} if _asks(text, piece) else dict(_kinds(text, piece, words, conditions))
        if not kinds and not named and piece.what != "item":
            continue
        start, end = _trimmed(text, piece.start, piece.end)
        if piece.what == "item" and end - start >= ITEM:
            kinds.setdefault("condition", None)
        if named:
            kinds.setdefault("beneficiary", None)
        heading = _is_heading(text, piece)
        named = heading and bool(kinds) and "beneficiary" in kinds
        for kind, match in kinds.items():
            if not heading or kind in _MODAL:
                yield Norm(flow.span(start, end), kind, _who(flow, start, end, match, words) if match else None)


def _asks(text: str, piece: _Piece) -> bool:
    """Say whether a piece is a question, such as the heading of an answer."""
    end = piece.end - 1 if text[piece.end - 1] in "\n\t" else piece.end
    return text[end - 1] == "?" or text[piece.end : piece.end + 1] == "?"


def _kinds(text: str, piece: _Piece, words: _Patterns, conditions: bool) -> Iterator[tuple[NormKind, re.Match[str] | None]]:
    """Yield each kind that a piece holds, with its first cue, in reading order."""
    found = [*words.modal.finditer(text, piece.start, piece.end), *words.other.finditer(text, piece.start, piece.end)]
    seen: set[NormKind] = set()
    last = -1  # where the last condition ends: 应 in 应具备 is none of its own
    for match in sorted(found, key=lambda m: (m.start(), -m.end())) if len(found) > 1 else found:
        row = words.row(match[0])
        if match.start() < last or row.kind in seen or not _stands(text, piece, match, row):
            continue
        last = match.end() if row.kind == "condition" else last
        kind = row.kind
        if kind == "must" and match[0] != "必须" and (conditions or _eligible(text, piece, match, words)):
            kind = "condition"
        if kind not in seen and _counts(piece, kind, match[0]):
            seen.add(kind)
            yield kind, match


def _counts(piece: _Piece, kind: NormKind, cue: str) -> bool:
    """Say whether a kind counts in a piece: an item of a list of conditions is itself the condition, what introduces it is none."""
    if piece.what == "intro":
        return kind not in ("must", "condition", "beneficiary", "may")
    return piece.what == "plain" or kind in ("must_not", "precedence", "encouraged") or (kind == "must" and cue in ("应当", "必须"))


def _pieces(text: str, sentences: Sentences, words: _Patterns, listed: bool) -> Iterator[_Piece]:
    """Cut a text into sentences and the items of its lists of conditions."""
    inside, closing = listed, False
    for i, start in enumerate(sentences.tiers):
        end = sentences.end(i)
        if not text[start:end].strip("\t\n"):
            continue
        labelled = label_end(text, start, end) > start
        if inside and not listed and not labelled and closing:
            inside = False
        colon = _colon(text, start, end, words)
        if colon is not None and text[colon:].strip("\t\n"):
            yield _Piece(start, colon, "intro")
            inside, closing = True, False
            if text[colon:end].strip("\t\n"):
                yield _Piece(colon, end, "item")
        else:
            yield _Piece(start, end, "item" if inside else "plain")
        # Items that end with ； stop at the first 。; those that end with 。 may hold several sentences.
        closing = closing or text[end - 1] == ";"


def _colon(text: str, start: int, end: int, words: _Patterns) -> int | None:
    """Return where the first item begins in a sentence that introduces a list of conditions; None for others."""
    colon = text.find(":", start, end)
    if colon < 0 or not words.lists.search(text, max(start, colon - 30), colon):
        return None
    rest = text[colon + 1 : end].lstrip("\t\n")
    return colon + 1 if not rest or label_end(rest, 0, len(rest)) else None


def _stands(text: str, piece: _Piece, match: re.Match[str], row: _Cue) -> bool:
    """Say whether a cue stands where its row wants it, and is no end of another word, no quoted word and no part of a case (可以…的，)."""
    start, end = match.span()
    if (row.place == "start" and start and text[start - 1] not in _OPEN) or (row.not_after and text.endswith(row.not_after, 0, start)):
        return False
    if row.then and not text.startswith(row.then, end) and not (_is_heading(text, piece) or text[end : end + 1] in ("", "\n", "\t")):
        return False
    opened = text.rfind("“", max(piece.start, start - QUOTED), start)
    if opened >= 0 and "”" not in text[opened:start] and "”" in text[end : end + QUOTED]:
        return False
    if row.kind == "encouraged":
        return not _ISSUES.search(text, max(piece.start, start - NEAR), min(piece.end, end + NEAR))
    return row.kind not in _MODAL or not _is_case(text, piece, start, end)


def _is_case(text: str, piece: _Piece, start: int, end: int) -> bool:
    """Say whether a modal stands in the description of a case or a thing: 可以上下浮动的，应当…; 其他应当报告的情形; 是指可以…的实体."""
    reach = min(piece.end, end + NEAR)
    comma = _COMMA.search(text, end, reach)
    stop = comma.start() if comma else reach
    if stop < reach and text[stop - 1] == "的":
        return True
    if text[max(end, piece.end - 4) : piece.end].rstrip(_STOPS).endswith("情形"):
        return stop == piece.end
    return _MEANS.search(text, max(piece.start, start - NEAR), start) is not None and "的" in text[end:reach]


def _eligible(text: str, piece: _Piece, match: re.Match[str], words: _Patterns) -> bool:
    """Say whether a sentence tells what an applicant must be: 申报单位应为独立法人."""
    return bool(words.applicant.search(text, max(piece.start, match.start() - NEAR), match.start()) and words.being.match(text, match.end()))


def _is_heading(text: str, piece: _Piece) -> bool:
    """Say whether a piece is a heading: a short line without a stop, above a border or alone."""
    if piece.end - piece.start > HEADING or text[piece.end - 1] in "。;!?:\t" or (piece.start and text[piece.start - 1] == "\t"):
        return False
    return not any(sign in text[piece.start : piece.end] for sign in ",:")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of a sentence without its label and the border behind it."""
    while end > start + 1 and text[end - 1] in "\t\n":
        end -= 1
    while start < end - 1 and text[start] in "\t\n":
        start += 1
    begin = label_end(text, start, end)
    return (begin, end) if begin < end else (start, end)


def _who(flow: Flow, start: int, end: int, match: re.Match[str], words: _Patterns) -> str | None:
    """Return the one addressed, as the text writes it, None where the sentence does not name one beside the cue."""
    text, row = flow.text, words.row(match[0])
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
    cut = max(text.rfind(",", begin, cue), text.rfind(":", begin, cue))
    begin = cut + 1 if cut >= 0 else begin
    if cue - begin < 2 and cut > start:
        stop = text.find(",", start, cue)
        begin, cue = start, stop if stop >= 0 else cut
    part = text[begin:cue]
    head = _LEAD.match(part)
    tail = head if head and head.end() == len(part) else _TAIL.search(part, head.end() if head else 0)
    begin, end = begin + (head.end() if head else 0), begin + (tail.start() if tail else len(part))
    return begin, max(begin, end)


@cache
def _patterns() -> _Patterns:
    """Return the compiled lexicon; ValidationError where a row of the file is wrong."""
    lexicon = load("norms", _Lexicon)
    pairs = sorted(((cue, row) for row in lexicon.norm for cue in row.cues), key=lambda pair: -len(pair[0]))
    modal, other = ("|".join(_gapped(cue) + not_followed(row.not_before) for cue, row in pairs if (row.kind in _MODAL) == wanted) for wanted in (True, False))
    return _Patterns(
        modal=re.compile(modal),
        other=re.compile(other),
        rows={cue: row for cue, row in pairs if "…" not in cue},
        gaps=tuple((re.compile(_gapped(cue)), row) for cue, row in pairs if "…" in cue),
        verb=re.compile(rf"以(?!及)|{either(all_words(lexicon.verb))}"),
        lists=re.compile(either(all_words(lexicon.lists))),
        heading=re.compile(rf"(?:{either(all_words(lexicon.headings))})\Z"),
        applicant=re.compile(either(all_words(lexicon.applicants))),
        being=re.compile(rf"(?:当)?(?:{either(all_words(lexicon.being))}|在[^,。;]{{1,16}}(?:注册|登记|纳税|缴税|设立|任职|境内|发生))"),
    )


def _gapped(cue: str) -> str:
    """Return the pattern of a cue, … for up to 40 characters of the same sentence."""
    return _GAP.join(re.escape(part) for part in cue.split("…"))
