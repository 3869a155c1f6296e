"""Who does what: named bodies in lists of responsible units and as subjects of sentences, with their roles."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from ingest.flow import Flow, fold
from ingest.roles import Cue, rules
from ontology.records import Mention, Responsibility, Role, Span

_BOUNDARY = re.compile(r"[。;!?！？；\t\n]")
_PART = "。;!?！？；\t\n,，:："
_GLUE = re.compile(r"[、和及与]|,?以及|或者?|,[和及]")
_ITEM_GAP = re.compile(r"[、,;和及与]*以及|[、,;和及与]+")
_OPEN, _CLOSE = "(〔[", ")〕]"
_REACH = 60  # characters before a body that can hold its cue
_TASK = 80
_LIST = 800  # characters of a list of bodies
_BODY = re.compile(r"(?:委员会|领导小组|专班|联席会议|指挥部|委)(?:办公室)?\Z")
_HEADING = re.compile(r"[^,。;:]{2,60}?(?:办法|细则|措施|方案|规定|意见|计划|条例|政策|通知|规程|规则)(?:\(试行\))?(?:$|第一[章条]|[\t\n])")
_DUTIES = re.compile(r"(?:的)?(?:主要)?(?:工作)?职责(?:是|为|包括)?(?=[:：]|$)")
_NAMED = re.compile(r"\((?:以下)?(?:简称|统称|称)[^()]*\)")
_COLON = re.compile(r"[:：](?=负责|牵头|承担|组织|\(|[一1①])")


@dataclass(frozen=True, slots=True)
class Group:
    """Bodies joined by 、 or 和 at text[start:end]; ``stop`` is where what they do begins."""

    members: tuple[Mention, ...]
    start: int
    end: int
    stop: int
    mixed: bool  # generic bodies stand among them


def find(flow: Flow, mentions: Sequence[Mention], place: str | None = None, *, header: Sequence[str] = (), reported: bool = False) -> Iterator[Responsibility]:
    """Yield what the named bodies of a flow are to do, in reading order.

    A body that is responsible somewhere in the flow is not listed as cooperating too. ``mentions`` are those of this flow, already
    resolved for ``place``. ``header`` holds the column names where the flow is a table row: a column 责任单位 is a list. In a report
    (``reported``) to draft and to issue a text is a deed like others; in the text itself it is none.
    """
    if not mentions:
        return
    found = sorted(_Duties(flow, mentions, header, reported).all(), key=lambda r: (r.span, r.role))
    leading = {r.agency for r in found if r.role == "responsible"}
    seen: set[tuple[str, Role, Span | None]] = set()
    for duty in found:
        key = (duty.agency, duty.role, duty.sentence)
        if key in seen or (duty.role == "cooperate" and duty.agency in leading):
            continue
        seen.add(key)
        yield duty


class _Duties:
    """One pass over the groups of a flow."""

    def __init__(self, flow: Flow, mentions: Sequence[Mention], header: Sequence[str], reported: bool) -> None:
        self.flow, self.text, self.rules, self.header, self.reported = flow, flow.text, rules(), header, reported
        self.ends = [m.start() for m in _BOUNDARY.finditer(flow.text)]
        self.spots = [(flow.index[m.span.start], flow.index[m.span.end - 1] + 1, m) for m in mentions]
        self.listed: set[int] = set()
        self.governed = (0, 0)  # where the text begins that the last list speaks for, and where that list ends

    def all(self) -> Iterator[Responsibility]:
        yield from self.lists()
        groups = list(self.groups())
        for i, group in enumerate(groups):
            yield from self.sentence(group, groups[i - 1] if i else None, groups[i + 1] if i + 1 < len(groups) else None)

    # lists

    def lists(self) -> Iterator[Responsibility]:
        """责任单位：A、B and brackets that hold nothing but bodies and cues."""
        starts = [s for s, _, _ in self.spots]
        heads = list(self.rules.head.finditer(self.text))
        for match, following in zip_longest(heads, heads[1:]):
            close = self._list_end(match.end())
            end = min(close, following.start() if following else len(self.text))
            i, j = bisect_left(starts, match.end()), bisect_left(starts, end)
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
            title = fold(self.header[column]) if column < len(self.header) else label
            cue = next((c for c in self.rules.lists if c.pattern.fullmatch(title)), None)
            if cue is not None:
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
        if start > last and self.text[last:start].strip(_CLOSE + _OPEN + ";,、。"):
            low = last + 1 if last else 0
        low = max(low if low < start else 0, self.text.rfind("\n", 0, start) + 1)
        self.governed = (low, end)
        return self.flow.span(low, min(len(self.text), end + 1))

    def _tail(self, index: int, members: Sequence[int]) -> Cue | None:
        """The cue behind the group in which the body stands: A、B配合 inside a list."""
        end = self.spots[index][1]
        for i in range(index, members[-1] + 1):
            start, stop, _ = self.spots[i]
            if i > index and not _GLUE.fullmatch(self.text, end, start):
                break
            end = stop
        return next((c for c in self.rules.tails if c.pattern.match(self.text, end)), None)

    def _list_end(self, start: int) -> int:
        """Where a list ends: at its closing bracket, or with the sentence."""
        depth = 0
        for i in range(start, min(len(self.text), start + _LIST)):
            sign = self.text[i]
            if sign in _OPEN:
                depth += 1
            elif sign in _CLOSE:
                if not depth:
                    return i
                depth -= 1
            elif sign in "。\n\t" and not depth:
                return i
        return min(len(self.text), start + _LIST)

    def bare_brackets(self) -> Iterator[Responsibility]:
        """（A牵头，B、C配合） and （A、B）: the bracket holds bodies, glue and cues only."""
        i = 0
        while i < len(self.spots):
            start = self.spots[i][0]
            if i in self.listed or start == 0 or self.text[start - 1] != "(":
                i += 1
                continue
            close = self._list_end(start)
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
        return all(not gap or _ITEM_GAP.fullmatch(gap) or self.rules.act["between"].fullmatch(gap) for gap in rest)

    # sentences

    def groups(self) -> Iterator[Group]:
        """Bodies of running text, those joined by 、 or 和 together; generic bodies beside them are passed over."""
        i = 0
        while i < len(self.spots):
            if i in self.listed:
                i += 1
                continue
            j, (start, end, _) = i, self.spots[i]
            while j + 1 < len(self.spots) and j + 1 not in self.listed and _GLUE.fullmatch(self.text, end, self.spots[j + 1][0]):
                j += 1
                end = self.spots[j][1]
            stop = self._past_generic(end)
            yield Group(tuple(m for _, _, m in self.spots[i : j + 1]), start, end, stop, stop > end)
            i = j + 1

    def _past_generic(self, end: int) -> int:
        named = _NAMED.match(self.text, end)
        end = named.end() if named else end
        match = self.rules.generic_after.match(self.text, end)
        return match.end() if match else end

    def sentence(self, group: Group, previous: Group | None, following: Group | None) -> Iterator[Responsibility]:
        text, act = self.text, self.rules.act
        stop = self._after_partner(group, following)
        if (following and following.start == group.end) or (
            not self.reported and (act["drafting"].match(text, stop) or act["approved"].match(text, group.stop))
        ):
            return
        found = self._role(group, previous, stop)
        if found is None:
            return
        role, detail = found
        if role != "cooperate" or not self._joins(previous, group):
            if act["interpret"].match(text, stop):
                role, detail = "interpret", None
        elif act["interpret"].match(text, stop):
            role, detail = "interpret", None
        sentence = self._sentence(group.start)
        task = self._task(stop)
        for mention in group.members:
            yield Responsibility(mention.span, mention.surface, mention.agency, role, task, detail, sentence, False)

    def _joins(self, previous: Group | None, group: Group) -> bool:
        return previous is not None and self.rules.act["with"].fullmatch(self.text, previous.stop, group.start) is not None

    def _after_partner(self, group: Group, following: Group | None) -> int:
        """Where the predicate begins: behind the partners of 会同, named or not."""
        if following is not None and self._joins(group, following):
            return following.stop
        match = self.rules.act["partners"].match(self.text, group.stop)
        return match.end() if match else group.stop

    def _role(self, group: Group, previous: Group | None, stop: int) -> tuple[Role, str | None] | None:
        """The role of a group by the cue before it, else by its place as a subject."""
        start = self._past_generic_before(group.start)
        head = self.text[max(0, start - _REACH) : start]
        if self._joins(previous, group):
            return "cooperate", None
        for cue in self.rules.before:
            match = cue.pattern.search(head)
            if match:
                return self._by_cue(cue, group, stop)
        if not self._is_subject(head, start) or self._is_heading(group):
            return None
        return self._predicate(group, stop)

    def _by_cue(self, cue: Cue, group: Group, stop: int) -> tuple[Role, str | None] | None:
        if cue.coordinators and not all(_BODY.search(m.agency) for m in group.members):
            return None
        if cue.needs is not None and not cue.needs.match(self.text, group.stop):
            return None
        if cue.role == "responsible" and cue.detail is None:
            return self._predicate(group, stop) or (cue.role, None)
        return cue.role, cue.detail

    def _is_subject(self, head: str, start: int) -> bool:
        return not head or head[-1] in _PART or head[-1] in _CLOSE + "”》" or self.rules.lead_in.search(head) is not None

    def _is_heading(self, group: Group) -> bool:
        return _HEADING.match(self.text, group.stop) is not None and group.start < _REACH

    def _predicate(self, group: Group, stop: int) -> tuple[Role, str | None] | None:
        text, act = self.text, self.rules.act
        if _DUTIES.match(text, group.stop) or _COLON.match(text, group.stop):
            return "responsible", None
        if act["joint"].match(text, group.stop):
            return "responsible", None
        if text.startswith((":", "："), stop) or act["not_act"].match(text, stop):
            return None
        if act["cooperate"].match(text, stop):
            return "cooperate", None
        detail = next((name for name in ("lead", "approve", "supervise") if act[name].match(text, stop)), None)
        return "responsible", detail

    def _past_generic_before(self, start: int) -> int:
        """Step over generic bodies that share the subject: 项目主管部门、|市科技局."""
        if start and self.text[start - 1] in "、和及与":
            low = max(0, start - _REACH)
            match = self.rules.generic_before.search(self.text[low:start])
            if match:
                return low + match.start()
        return start

    # spans

    def _sentence(self, position: int) -> Span:
        i = bisect_left(self.ends, position)
        start = self.ends[i - 1] + 1 if i else 0
        end = self.ends[i] if i < len(self.ends) else len(self.text)
        return self.flow.span(start, max(end, start + 1))

    def _task(self, start: int) -> str | None:
        i = bisect_left(self.ends, start)
        end = min(self.ends[i] if i < len(self.ends) else len(self.text), start + _TASK)
        words = self.flow.surface(start, end).strip("，,：:、 ") if end > start else ""
        return words or None
