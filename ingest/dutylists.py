"""Lists of bodies: 责任单位：A、B, columns of tables, brackets that hold nothing but bodies."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from ingest.flow import Flow, fold
from ingest.roles import Cue, heads, rules
from ingest.tables import own_name
from ontology.records import Mention, Responsibility, Span

BOUNDARY = re.compile(r"[。;!?！？；\t\n]")
GLUE = re.compile(r"[、和及与]|,?以及|或者?|,[和及]")
OPEN, CLOSE = "(〔[【", ")〕]】"
_ITEM_GAP = re.compile(r"[、,;和及与]*以及|[、,;和及与]+")
# 明确了分工：甲局负责审核；乙局负责拨付 are sentences, no list.
_DUTY = re.compile(r"(?:牵头)?,?(?:负责|承担|组织)[\u4e00-\u9fff]{2,}")
_FIELD = 80  # how far before a bracket the name of a field may stand: 出席：某某（市财政局）
_LIST = 800  # characters of a list of bodies


def list_end(text: str, start: int) -> int:
    """Return where a list of bodies ends in a flow's text: at its closing bracket, or with the sentence."""
    depth = 0
    for i in range(start, min(len(text), start + _LIST)):
        sign = text[i]
        if sign in OPEN:
            depth += 1
        elif sign in CLOSE:
            if not depth:
                return i
            depth -= 1
        elif sign in "。\n\t" and not depth:
            return i
    return min(len(text), start + _LIST)


def ranges(flow: Flow, header: Sequence[str] = ()) -> tuple[tuple[int, int], ...]:
    """Return the ranges of a flow's text that hold lists of bodies and nothing else: behind 责任单位：, and the cells of such a column."""
    found = [(match.end(), list_end(flow.text, match.end())) for match in heads(flow.text)]
    position = 0
    for column, cell in enumerate(flow.text.split("\t") if header else ()):
        if column < len(header) and any(cue.pattern.fullmatch(fold(own_name(header[column]))) for cue in rules().lists):
            found.append((position, position + len(cell)))
        position += len(cell) + 1
    return tuple(sorted(found))


class Lists:
    """Lists of bodies in a flow, each with the text that it speaks for."""

    def __init__(self, flow: Flow, mentions: Sequence[Mention], header: Sequence[str]) -> None:
        self.flow, self.text, self.rules, self.header = flow, flow.text, rules(), header
        self.ends = [m.start() for m in BOUNDARY.finditer(flow.text)]
        self.spots = [(flow.index[m.span.start], flow.index[m.span.end - 1] + 1, m) for m in mentions]
        self.listed: set[int] = set()
        self.governed = (0, 0)  # where the text begins that the last list speaks for, and where that list ends

    def lists(self) -> Iterator[Responsibility]:
        """责任单位：A、B and brackets that hold nothing but bodies and cues."""
        starts = [s for s, _, _ in self.spots]
        cues = list(heads(self.text))
        for match, following in zip_longest(cues, cues[1:]):
            close = list_end(self.text, match.end())
            end = min(close, following.start() if following else len(self.text))
            i, j = bisect_left(starts, match.end()), bisect_left(starts, end)
            if i < j and match[1].endswith("分工") and _DUTY.match(self.text, self.spots[i][1]):
                continue
            cue = next(c for c in self.rules.lists if c.pattern.fullmatch(match[1]))
            yield from self._take(range(i, j), cue, self._governed(match.start(), close))
        yield from self.cells()
        yield from self.bare_brackets()

    def cells(self) -> Iterator[Responsibility]:
        """Cells of a column, or right of a cell, that is called 责任单位 or the like."""
        if "\t" not in self.text:
            return
        starts = [s for s, _, _ in self.spots]
        position, label = 0, ""
        for column, cell in enumerate(self.text.split("\t")):
            title = fold(own_name(self.header[column])) if column < len(self.header) else label
            cue = next((c for c in self.rules.lists if c.pattern.fullmatch(title)), None)
            if cue is not None and cell:
                i, j = bisect_left(starts, position), bisect_left(starts, position + len(cell))
                yield from self._take(range(i, j), cue, self._sentence(position))
            position += len(cell) + 1
            label = cell.rpartition("\n")[2]

    def _take(self, indexes: range, cue: Cue, sentence: Span) -> Iterator[Responsibility]:
        members = [i for i in indexes if i not in self.listed]
        for i in members:
            mention = self.spots[i][2]
            own = self._tail(i, members)
            role, detail = (own.role, own.detail) if own else (cue.role, cue.detail)
            self.listed.add(i)
            yield Responsibility(mention.span, mention.surface, mention.agency, role, None, detail, sentence, True)

    def _governed(self, start: int, end: int) -> Span:
        """The text a list speaks for: from the list before it, or the same text where both stand side by side; row borders part."""
        low, last = self.governed
        if start < last:
            return self.flow.span(low, min(len(self.text), last + 1))
        if start > last and self.text[last:start].strip(CLOSE + OPEN + ";,、。"):
            low = last + 1 if last else 0
        low = max(low if low < start else 0, self.text.rfind("\n", 0, start) + 1)
        self.governed = (low, end)
        return self.flow.span(low, min(len(self.text), end + 1))

    def _tail(self, index: int, members: Sequence[int]) -> Cue | None:
        """The cue behind the group in which the body stands: A、B配合 inside a list."""
        end = self.spots[index][1]
        for i in range(index, members[-1] + 1):
            start, stop, _ = self.spots[i]
            if i > index and not GLUE.fullmatch(self.text, end, start):
                break
            end = stop
        if self.rules.head.match(self.text, end):
            return None  # the next list begins in the line below: 配合单位：…
        return next((c for c in self.rules.tails if c.pattern.match(self.text, end)), None)

    def bare_brackets(self) -> Iterator[Responsibility]:
        """（A牵头，B、C配合） and （A、B）: the bracket holds bodies, glue and cues only."""
        i = 0
        while i < len(self.spots):
            start = self.spots[i][0]
            if i in self.listed or start == 0 or self.text[start - 1] not in OPEN or self.rules.act["field"].search(self.text, max(0, start - _FIELD), start):
                i += 1
                continue
            close = list_end(self.text, start)
            j = i
            while j < len(self.spots) and self.spots[j][0] < close:
                j += 1
            if self._only_bodies(i, j, close) and self._is_closed(close):
                cue = next(c for c in self.rules.lists if c.role == "responsible")
                yield from self._take(range(i, j), cue, self._governed(start, close))
            i = j if j > i else i + 1

    def _is_closed(self, close: int) -> bool:
        """A bracket of duties stands at the end of a sentence or after its full stop, never inside it."""
        after = self.text[close + 1 : close + 2]
        return close < len(self.text) and (not after or after in "。;\n\t" or self.text[close - 1] == "。")

    def _only_bodies(self, first: int, last: int, close: int) -> bool:
        position, rest = self.spots[first][0], []
        for start, end, _ in self.spots[first:last]:
            rest.append(self.text[position:start])
            position = end
        rest.append(self.text[position:close])
        between, others = self.rules.act["between"], self.rules.act["between_others"]
        return all(not gap or _ITEM_GAP.fullmatch(gap) or between.fullmatch(gap) or others.fullmatch(gap) for gap in rest)

    def _sentence(self, position: int) -> Span:
        i = bisect_left(self.ends, position)
        start = self.ends[i - 1] + 1 if i else 0
        end = self.ends[i] if i < len(self.ends) else len(self.text)
        return self.flow.span(start, max(end, start + 1))
