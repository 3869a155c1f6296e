"""The numbered units of a text: which lines open one, and how they nest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ingest import formal, genres, labels, metadata
from ingest.labels import ARTICLE, DEPTH, HEADED, Label
from ingest.lines import Line

_QUOTE_OPEN = re.compile(r"“第[零一二三四五六七八九十百\d]+条")
_INLINE = re.compile(r"(?<=[。！？])[ \u3000]{0,3}(\d{1,3})[.．](?![\d%])[ \u3000]{0,3}(?=[\u4e00-\u9fff“《])")
_INLINE_ARTICLE = re.compile(
    r"(?<=[。！？])[ \t\u3000]{0,3}(?:\r?\n)?(第[零一二三四五六七八九十百]+条)(?:[ \u3000]|(?=[\u4e00-\u9fff])(?!规定|之规|所[列述称]|的|中的|和第|至第))"
)
_QUOTE_ENDS = ("”", "”。", "”；", "”;")
QUOTED_LINES = 60


@dataclass(frozen=True, slots=True)
class Unit:
    """A numbered unit: the line it begins in, its offset, and its path from the top."""

    line: int
    start: int
    label: Label
    path: tuple[str, ...]
    after: int  # offset right after the label


def read(lines: Sequence[Line], first: int, last: int) -> tuple[Unit, ...]:
    """Return the units that begin in lines [first, last), in text order."""
    apart = _named(lines, first, last) | _quoted(lines, first, last)
    found = [(i, label) for i in range(first, last) if i not in apart and not _cells(lines, i) and (label := labels.read(lines[i].text))]
    articled = any(label.kind == ARTICLE for _, label in found)
    chosen = formal.choose(lines, found, last) if articled else _lists(lines, found)
    if articled and not any(label.kind == ARTICLE for _, label, _ in chosen):
        chosen = _lists(lines, found)
    return _nest(_with_inline(lines, chosen, last))


def _cells(lines: Sequence[Line], i: int) -> bool:
    """Say whether a line is a row of a table: one with tabs between lines without any is a sentence with gaps."""
    return lines[i].table and any(0 <= j < len(lines) and lines[j].table for j in (i - 1, i + 1))


def _named(lines: Sequence[Line], first: int, last: int) -> set[int]:
    """Return the lines of a list of attachments below its first line (附件：1.…⏎2.…⏎3.…)."""
    named: set[int] = set()
    for i in range(first, last):
        annex = labels.annex(lines[i].text)
        if annex is None or lines[i].table or not (entry := labels.read(lines[i].text[annex.length :].lstrip(" ：:"))):
            continue
        value = entry.value
        for j in range(i + 1, min(last, i + 40)):
            label = labels.read(lines[j].text)
            if label and label.kind == entry.kind and label.value == value + 1:
                named.add(j)
                value += 1
            elif label or lines[j].dated or lines[j].ends:
                break
    return named


def _quoted(lines: Sequence[Line], first: int, last: int) -> set[int]:
    """Return the lines in the middle of a quoted text that began in a line above (修改为：“第五条 …) and ends in a later one."""
    quoted: set[int] = set()
    opened = -1
    for i in range(first, last):
        key = lines[i].key
        if opened >= 0 and i - opened > QUOTED_LINES:
            opened = -1
        if opened < 0 and _QUOTE_OPEN.search(key):
            opened = i
        if opened >= 0 and key.endswith(_QUOTE_ENDS):
            quoted.update(range(opened + 1, i + 1))
            opened = -1
    return quoted


def _lists(lines: Sequence[Line], found: Sequence[tuple[int, Label]]) -> list[tuple[int, Label, int]]:
    """Choose the units of a text without articles; a wrapped line that happens to begin like a label is none."""
    chosen: list[tuple[int, Label, int]] = []
    values: dict[str, int] = {}
    for i, label in found:
        if label.kind in HEADED and not formal.is_heading(lines, i, label):
            continue
        if label.kind in ("、", "（）", ".") and _wrapped(lines, i, label, values):
            continue
        chosen.append((i, label, lines[i].body))
        values[label.kind] = label.value
    return chosen


def _wrapped(lines: Sequence[Line], i: int, label: Label, values: Mapping[str, int]) -> bool:
    """Say whether a label stands in the middle of a sentence that goes on from the line above; values are the last ones by kind."""
    if not values or i == 0 or lines[i - 1].ends:
        return False
    if lines[i - 1].rank or len(lines[i - 1].key) < 20:
        return False
    if labels.read(lines[i - 1].text) and len(lines[i - 1].key) < formal.HEADING_LENGTH and not re.search("[,，]", lines[i - 1].text):
        return False
    return label.value != 1 and label.value != values.get(label.kind, -1) + 1


def _with_inline(lines: Sequence[Line], chosen: list[tuple[int, Label, int]], last: int) -> list[tuple[int, Label, int]]:
    """Add the units that a lost line break has left inside a paragraph, where their number is the one that is missing."""
    made: list[tuple[int, Label, int]] = []
    following: dict[str, int] = {}
    end = last
    for i, label, start in reversed(chosen):
        value = following.get(label.kind, 0)
        if (label.kind == "." and value != label.value + 1) or (label.kind == ARTICLE and value > label.value + 1):
            made += reversed(_inline(lines, i, end, label))
        made.append((i, label, start))
        following[label.kind] = label.value
        end = i
    return made[::-1]


def _inline(lines: Sequence[Line], first: int, end: int, label: Label) -> list[tuple[int, Label, int]]:
    """Find the next numbers in order inside lines [first, end)."""
    pattern = _INLINE if label.kind == "." else _INLINE_ARTICLE
    found: list[tuple[int, Label, int]] = []
    value = label.value
    for i in range(first, end):
        for match in pattern.finditer(lines[i].text):
            at = match.start(1)
            inner = labels.read(lines[i].text[at:])
            if inner and inner.kind == label.kind and inner.value == value + 1:
                value += 1
                found.append((i, inner, lines[i].body + at))
    return found


def _nest(chosen: Sequence[tuple[int, Label, int]]) -> tuple[Unit, ...]:
    """Give each unit its path."""
    depth = _depths(chosen)
    stack: list[Label] = []
    units = []
    for i, label, start in chosen:
        while stack and depth[stack[-1].kind] >= depth[label.kind]:
            stack.pop()
        stack.append(label)
        units.append(Unit(i, start, label, tuple(known.name for known in stack), start + label.length))
    return tuple(units)


def _depths(chosen: Sequence[tuple[int, Label, int]]) -> dict[str, int]:
    """Return the depth of each kind of label: the usual order, except that 1. stands above （一） where it comes first and goes on."""
    kinds = [label.kind for _, label, _ in chosen]
    if "." in kinds and "（）" in kinds and "、" not in kinds and kinds[0] == ".":
        return DEPTH | {".": DEPTH["（）"], "（）": DEPTH["."]}
    return DEPTH


def own_lines(lines: Sequence[Line], unit: Unit, following: Unit | None, end: int) -> Sequence[Line]:
    """Return the lines of a unit up to the next one, cut where the next begins inside a line."""
    if following is None:
        own = list(lines[unit.line : end])
    else:
        own = list(lines[unit.line : following.line])
        shared = lines[following.line]
        if following.start > shared.body:
            cut = following.start - shared.body
            own.append(_cut(shared, 0, cut))
    if own and unit.start > own[0].body:
        own[0] = _cut(own[0], unit.start - own[0].body, len(own[0].text))
    return own


def _cut(line: Line, a: int, b: int) -> Line:
    """Return the piece [a, b) of a line's words as a line."""
    words = line.text[a:b]
    return replace(line, start=line.body + a, body=line.body + a, end=line.body + b, text=words, key="".join(words.split()), marks="")


def foot(lines: Sequence[Line], first: int, stop: int) -> int:
    """Return the line from which lines [first, stop) hold signature, list of attachments and footers only."""
    return next((i for i in range(first, stop) if _foot(lines, i, stop)), stop)


def closing(lines: Sequence[Line], units: Sequence[Unit], stop: int) -> int:
    """Return the line where the text after the last unit begins: signature, list of attachments, footers, closing paragraphs."""
    last = units[-1]
    stop = foot(lines, last.line + 1, stop)
    if last.label.kind == ARTICLE:
        return stop
    for i in range(last.line + 1, stop):
        if (lines[i - 1].ends or lines[i - 1].key.endswith((")", "》"))) and _closes(lines[i]) and (i > last.line + 1 or _has_text(lines[last.line], last)):
            return i
    return stop


def _foot(lines: Sequence[Line], i: int, stop: int) -> bool:
    """Say whether line i opens the foot: 附件：…, a signature above a day, 抄送 …."""
    line = lines[i]
    annex = labels.annex(line.text)
    if (annex and annex.name == "附件" and not line.table) or line.dated or line.note:
        return True
    if genres.any_of("footers").match(line.key) or re.search(r"日印发$", line.key):
        return True
    return bool(metadata.bodies(line.text)) and any(lines[k].dated for k in range(i + 1, min(stop, i + 8)))


def _closes(line: Line) -> bool:
    """Say whether a paragraph speaks of the whole text: its validity, who explains it, what it does not touch."""
    if any(line.key.startswith(word) for word in genres.words("closing_lines")):
        return True
    starts = any(line.key.startswith(word) for word in genres.words("closing_starts"))
    return starts and bool(genres.any_of("closing_words").search(line.key)) and labels.read(line.text) is None


def _has_text(line: Line, unit: Unit) -> bool:
    """Say whether a unit's first line holds more than a heading."""
    return len(line.key) > formal.HEADING_LENGTH or line.stops or line.key.endswith(("》", "》)"))
