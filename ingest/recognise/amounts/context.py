"""What a figure says: its purpose, what it is about, the condition it stands under, per what it counts, the base of a rate."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.recognise.amounts.figures import Figure
from ingest.recognise.amounts.words import Patterns, PurposeRow, patterns
from ingest.sentences import Sentences
from ontology.records import Purpose

LOOK_BACK = 220  # how far before a figure its sentence is read
LOOK_AHEAD = 40  # how far behind it
ABOUT = 70  # the longest `about`
CONDITION = 160  # the longest `condition`

_COMMA = re.compile(r"[,:]")
_BRACKETED = re.compile(r"\([^()]*\)")
_LABEL = re.compile(r"\A(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、](?!\d)|第[一二三四五六七八九十百零\d]+条)")
_OPENS = re.compile(r"\A(?:其中|同时|此外|另外|即|且|并且|并|而且|以及|和|、)")
_CASE_VERB = re.compile(r"(?:按照?|给予|予以|一次性|最高|分别|处|可以?|每[家个项人年]|单[个家项])")
_LEFT_END = re.compile(r"(?:原则上|一般|分别|最高|可以?|按照?|给予|予以|为|的|以|在|均|则|达到?|提升到|提高到|累计)+\Z")
_ITEMS = re.compile(r"[、和及与或]|以及|”“")
_ORDINAL = re.compile(r"\A[一二三四五六七八九十特ABCDabcd]\Z")
_QUOTES = "“”\"'"

_BASE_MARK = re.compile(r"按照?|依照|根据|不超过|不得超过|不低于|不少于|最高|超过|达到|低于|高于|处以?|并处|占到?|以|给予|不到|不足")
_BASE_END = re.compile(r"(?:的比例|的?比重|的?占比|的?比例|的|以内|原则上|一般|分别|为)+\Z")
_GROWTH = re.compile(r"增长|提高|同比|增速|上升|下降|降低|提升|增幅|左右")


@dataclass(frozen=True, slots=True)
class Scene:
    """The words around a list of figures, all as bounds in the text: its tier, its own part of it, the parts before it."""

    low: int  # where reading begins: the start of the tier, or LOOK_BACK before the figure
    own: int  # start of the part of the sentence that holds the list, behind any earlier figure
    cue: int
    tail: int
    stop: int  # end of the part
    parts: tuple[tuple[int, int], ...]  # earlier parts of the tier, in order


@dataclass(frozen=True, slots=True)
class Said:
    """The fields of an amount that its context gives, as bounds in the text."""

    purpose: Purpose
    about: tuple[tuple[int, int], ...]
    tight: int  # so many of the last pieces of ``about`` follow each other without a comma
    per: tuple[tuple[int, int], ...]
    condition: tuple[tuple[int, int], ...]
    rate_of: tuple[int, int] | None


def scene(text: str, sentences: Sentences, group: list[Figure], floor: int, ceiling: int) -> Scene:
    """Return the scene of a list; floor is the end of the figure before it, ceiling the start of the next one."""
    first, last = group[0], group[-1]
    start, end = sentences.tier(first.start)
    low = max(start, first.cue - LOOK_BACK)
    if label := _LABEL.match(text[low : first.cue]) if low == start else None:
        low += label.end()
    head = text[low : first.cue]
    if "(" in head:
        head = _BRACKETED.sub(lambda m: "·" * len(m[0]), head)
    cuts = [low, *(low + m.end() for m in _COMMA.finditer(head))]
    parts = tuple((a, b - 1) for a, b in zip(cuts, cuts[1:], strict=False) if b - 1 > a)
    own = max(cuts[-1], floor) if floor <= first.cue else cuts[-1]
    return Scene(low, own, first.cue, last.tail, _stop(text, last.tail, min(end, ceiling, last.tail + LOOK_AHEAD)), parts)


def said(text: str, group: list[Figure], here: Scene, granted: list[tuple[int, int]], listed_conditions: bool) -> Said:
    """Return what the context says of a list of figures; ``granted`` are the bounds of earlier benefits in reading order."""
    words = patterns()
    own = text[here.own : here.cue]
    threshold = listed_conditions or _is_condition(text, here, words)
    purpose = _purpose(text, group[0], here, threshold, words)
    condition = () if purpose in ("threshold", "target") else _condition(text, here, granted, words)
    about = _about(text, here, purpose, granted, words)
    per = tuple((here.own + m.start(), here.own + m.end()) for m in words.per.finditer(text[here.own : group[0].start]))
    rate_of = None if group[0].unit == "CNY" else _base(text, here, own, group[0])
    return Said(purpose, *about, per, condition, rate_of)


def _stop(text: str, start: int, limit: int) -> int:
    """Return the end of the part of the sentence that goes on behind a figure."""
    for i in range(start, limit):
        if text[i] in ",;。:!?\t\n":
            return i
    return limit


def _is_condition(text: str, here: Scene, words: Patterns) -> bool:
    """Say whether a list stands in a condition: …的企业, …的给予, 对研发投入超过…的."""
    behind = text[here.tail : here.stop]
    if words.fine.search(behind):
        return False
    verb = words.verb.search(behind)
    if words.verb.search(text[here.own : here.cue]):
        return False
    if verb:
        return "的" in behind[: verb.start()] and not behind.startswith(("的比例", "的标准", "的额度", "比例"))
    return behind.startswith("的") and len(behind) == 1 or bool(re.search(r"的(?:[^的]{0,12})?\Z|部分\Z", behind)) and not behind.startswith(("的比例", "的标准"))


def _purpose(text: str, figure: Figure, here: Scene, threshold: bool, words: Patterns) -> Purpose:
    """Return the purpose by the first row of the lexicon that fits."""
    before, after = text[here.own : figure.start], text[here.tail : here.stop]
    near = text[here.low : here.stop]
    for row, front, behind, around in words.purposes:
        if threshold and row.purpose != "fine":
            return "threshold"
        if not _allowed(row, figure):
            continue
        if (front and front.search(before)) or (behind and behind.search(after)) or (around and around.search(near)):
            return row.purpose
    return "threshold" if threshold or figure.bound in ("min", "range") else "other"


def _allowed(row: PurposeRow, figure: Figure) -> bool:
    """Say whether a row is meant for figures of this unit and bound."""
    return (not row.units or figure.unit in row.units) and (not row.bounds or figure.bound in row.bounds)


def _condition(text: str, here: Scene, granted: list[tuple[int, int]], words: Patterns) -> tuple[tuple[int, int], ...]:
    """Return the parts of the sentence that state the condition of what is granted, in text order."""
    own = text[here.own : here.cue]
    fresh = bool(words.case.match(own)) and not own.startswith("其中")
    kept: list[tuple[int, int]] = []
    for a, b in reversed(here.parts):
        done = any(a <= start < b for start, _ in granted[-4:])
        if done and (fresh or kept):
            break
        if done:
            case = _case_end(text[a:b])
            kept += [(a, a + case)] if case else []
            if words.case.match(text[a:b]):
                break
            continue
        kept.append((a, b))
    kept.reverse()
    while kept and not (words.condition_end.search(text[kept[0][0] : kept[0][1]]) or words.case.match(text[kept[0][0] : kept[0][1]])):
        kept.pop(0)
    length = _case_end(own) if here.own == 0 or text[here.own - 1] in ",:。;\t\n" or here.own == here.low else 0
    if length:
        kept.append((here.own, here.own + length))
    return tuple(kept)


def _case_end(part: str) -> int:
    """Return where the condition in a part of a sentence ends: 对首次认定的企业|给予, 排名前30位的|按; 0 without one."""
    verb = _CASE_VERB.search(part, 2)
    head = part[: verb.start()] if verb else part
    if verb and (part.startswith("对") or head.endswith(("的", "者"))):
        return len(head)
    return 0


def _about(text: str, here: Scene, purpose: Purpose, granted: list[tuple[int, int]], words: Patterns) -> tuple[tuple[tuple[int, int], ...], int]:
    """Return the words that tell what a figure limits: the free parts before it, its own part, what follows."""
    own_end = here.cue
    left = text[here.own : here.cue]
    if end := _LEFT_END.search(left):
        own_end = here.own + end.start()
    behind_end = min(here.stop, here.tail + 20)
    pieces = [(here.own, own_end), (here.tail, behind_end)]
    room = ABOUT - sum(b - a for a, b in pieces)
    enough = purpose in ("threshold", "share", "target") and own_end - here.own >= 4
    kept: list[tuple[int, int]] = []
    for a, b in reversed(() if enough else here.parts):
        if any(a <= start < b for start, _ in granted[-4:]):
            continue
        if b - a > room:
            break
        kept.append((a, b))
        room -= b - a
    pieces = [p for p in pieces if p[1] > p[0]]
    return (*reversed(kept), *pieces), len(pieces)


def _base(text: str, here: Scene, own: str, figure: Figure) -> tuple[int, int] | None:
    """Return the base of a rate: 按不超过|新增额|的10%, 占|主营业务收入|比重超过5%."""
    left = text[here.own : figure.start]
    if figure.before and left.endswith(figure.before):
        left = left[: -len(figure.before)]
    end = _BASE_END.search(left)
    stop = end.start() if end else len(left)
    marks = list(_BASE_MARK.finditer(left, 0, stop))
    begin = marks[-1].end() if marks else (0 if end else stop)
    base = left[begin:stop]
    if not 2 <= len(base) <= 30 or _GROWTH.search(base) or any(sign in base for sign in ",、:"):
        return None
    return here.own + begin, here.own + stop
