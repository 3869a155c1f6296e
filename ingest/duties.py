"""Who does what: named bodies in lists of responsible units and as subjects of sentences, with their roles."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.dutylists import CLOSE, GLUE, OPEN, Lists
from ingest.flow import Flow
from ingest.roles import LABEL, Cue
from ontology.records import Mention, Responsibility, Role, Span

_PART = "。;!?！？；\t\n,，:："
_REACH = 60  # characters before a body that can hold its cue
_TASK = 80
_LABEL = 12  # characters of the label of an item, and then some
_NEXT = 8  # so many bodies behind one are looked at for where its task ends
_BODY = re.compile(r"(?:委员会|领导小组|专班|联席会议|指挥部|委)(?:办公室)?\Z")
_HEADING = re.compile(r"[^,。;:]{2,60}?(?:办法|细则|措施|方案|规定|意见|计划|条例|政策|通知|规程|规则)(?:\(试行\))?(?:$|第一[章条]|[\t\n])")
_DUTIES = re.compile(r"(?:的)?(?:主要)?(?:工作)?职责(?:是|为|包括)?(?=[:：]|$)")
_NAMED = re.compile(r"\((?:以下)?(?:简称|统称|称)[^()]*\)")
_COLON = re.compile(r"[:：](?=负责|牵头|承担|组织|\(|[一1①])")
# What stands before the body of an item in a division of work: nothing but its label.
_ITEM = re.compile(rf"(?:^|[。;\n])(?:{LABEL})?[ —•·]*\Z")


@dataclass(frozen=True, slots=True)
class Group:
    """Bodies joined by 、 or 和 at text[start:end]; ``stop`` is where what they do begins."""

    members: tuple[Mention, ...]
    start: int
    end: int
    stop: int
    mixed: bool  # generic bodies stand among them


def find(
    flow: Flow, mentions: Sequence[Mention], place: str | None = None, *, header: Sequence[str] = (), reported: bool = False, divided: bool = False
) -> Iterator[Responsibility]:
    """Yield what the named bodies of a flow are to do, in reading order.

    A body that is responsible somewhere in the flow is not listed as cooperating too. ``mentions`` are those of this flow, already
    resolved for ``place``. ``header`` holds the column names where the flow is a table row: a column 责任单位 is a list. In a report
    (``reported``) to draft and to issue a text is a deed like others; in the text itself it is none. Under a heading that divides the
    work (``divided``) an item that begins with a body says what it is to do, in whatever words.
    """
    if not mentions:
        return
    found = sorted(_Duties(flow, mentions, header, reported, divided).all(), key=lambda r: (r.span, r.role))
    leading = {r.agency for r in found if r.role == "responsible"}
    seen: set[tuple[str, Role, Span | None]] = set()
    for duty in found:
        key = (duty.agency, duty.role, duty.sentence)
        if key in seen or (duty.role == "cooperate" and duty.agency in leading):
            continue
        seen.add(key)
        yield duty


class _Duties(Lists):
    """One pass over the groups of a flow."""

    def __init__(self, flow: Flow, mentions: Sequence[Mention], header: Sequence[str], reported: bool, divided: bool) -> None:
        super().__init__(flow, mentions, header)
        self.reported, self.divided = reported, divided

    def all(self) -> Iterator[Responsibility]:
        yield from self.lists()
        groups = list(self.groups())
        for i, group in enumerate(groups):
            yield from self.sentence(group, groups[i - 1] if i else None, groups[i + 1] if i + 1 < len(groups) else None)

    # sentences

    def groups(self) -> Iterator[Group]:
        """Bodies of running text, those joined by 、 or 和 together; generic bodies beside them are passed over."""
        i = 0
        while i < len(self.spots):
            if i in self.listed:
                i += 1
                continue
            j, (start, end, _) = i, self.spots[i]
            while j + 1 < len(self.spots) and j + 1 not in self.listed and GLUE.fullmatch(self.text, end, self.spots[j + 1][0]):
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
        if (
            (following and following.start == group.end)
            or act["post"].match(text, group.stop)
            or (not self.reported and (act["drafting"].match(text, stop) or act["approved"].match(text, group.stop)))
        ):
            return
        begin = self._assigned(group)
        found = self._predicate_at(begin) if begin else self._role(group, previous, stop)
        stop = begin or stop
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

    def _assigned(self, group: Group) -> int:
        """Return where the task of an item in a division of work begins (（三）某局：|编制目录), 0 where the group is not such an item."""
        act, start = self.rules.act, self._past_generic_before(group.start)
        sign = act["assigned"].match(self.text, group.stop)
        if sign is None or not _ITEM.search(self.text, max(0, start - _LABEL), start) or act["no_task"].match(self.text, sign.end()):
            return 0
        sure = sign["sign"][0] in ":：—" or self.divided or act["duty_words"].match(self.text, sign.end())
        return sign.end() if sure and sign.end() < len(self.text) else 0

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
        if self.rules.act["field"].search(head):
            return None
        if self._joins(previous, group):
            return "cooperate", None
        for cue in self.rules.before:
            if cue.pattern.search(head) and (cue.needs is None or cue.needs.match(self.text, group.stop)):
                return self._by_cue(cue, group, stop)
        if head[-1:] and head[-1] in OPEN:
            tail = next((cue for cue in self.rules.tails if cue.pattern.match(self.text, group.stop)), None)
            return (tail.role, tail.detail) if tail else None
        if not (self._is_subject(head, start) or self._is_next(previous, group)) or self._is_heading(group):
            return None
        return self._predicate(group, stop)

    def _by_cue(self, cue: Cue, group: Group, stop: int) -> tuple[Role, str | None] | None:
        if cue.coordinators and not all(_BODY.search(m.agency) for m in group.members):
            return None
        if cue.role == "responsible" and cue.detail is None:
            return self._predicate(group, stop) or (cue.role, None)
        return cue.role, cue.detail

    def _is_subject(self, head: str, start: int) -> bool:
        return not head or head[-1] in _PART or head[-1] in CLOSE + "”》“" or self.rules.lead_in.search(head) is not None

    def _is_next(self, previous: Group | None, group: Group) -> bool:
        """Say whether a group is the subject behind one with a verb of its own: 市人社局审核、|市财政局复核."""
        chained = self.rules.act["chained"]
        between = self.text[previous.stop : group.start] if previous else ""
        return between.endswith("、") and chained.fullmatch(between, 0, len(between) - 1) is not None and chained.match(self.text, group.stop) is not None

    def _is_heading(self, group: Group) -> bool:
        return _HEADING.match(self.text, group.stop) is not None and group.start < _REACH

    def _predicate(self, group: Group, stop: int) -> tuple[Role, str | None] | None:
        text, act = self.text, self.rules.act
        if _DUTIES.match(text, group.stop) or _COLON.match(text, group.stop):
            return "responsible", None
        if act["joint"].match(text, group.stop):
            return "responsible", "lead"
        if text.startswith((":", "："), stop) or act["not_act"].match(text, stop):
            return None
        return self._predicate_at(stop)

    def _predicate_at(self, stop: int) -> tuple[Role, str | None]:
        """The role that the words of a predicate tell."""
        text, act = self.text, self.rules.act
        if act["cooperate"].match(text, stop):
            return "cooperate", None
        detail = next((name for name in ("lead", "approve", "supervise") if act[name].match(text, stop)), None)
        return "responsible", detail or self._later(stop)

    def _later(self, stop: int) -> str | None:
        """The detail that a later verb of the sentence gives: 组织评审，按程序审定; 委托机构对资金使用情况进行审计."""
        i = bisect_left(self.ends, stop)
        end = min(self.ends[i] if i < len(self.ends) else len(self.text), stop + _TASK)
        colon = self.text.find(":", stop, end)
        end = colon if colon >= 0 else end
        return next((name for name in ("approve", "supervise") if self.rules.act[f"later_{name}"].search(self.text, stop, end)), None)

    def _past_generic_before(self, start: int) -> int:
        """Step over generic bodies that share the subject: 项目主管部门、|市科技局."""
        if start and self.text[start - 1] in "、和及与":
            low = max(0, start - _REACH)
            match = self.rules.generic_before.search(self.text[low:start])
            if match:
                return low + match.start()
        return start

    # spans

    def _other(self, start: int, spot: int) -> int:
        """Where the task that begins at ``start`` ends because the body at ``spot`` does something else: ，|市公安局核验, ，|资金由市财政局拨付; else 0."""
        if self.text[spot - 1] == ",":
            return spot - 1
        return max(0, self.text.rfind(",", start, spot)) if self.text[spot - 1] == "由" else 0

    def _task(self, start: int) -> str | None:
        i = bisect_left(self.ends, start)
        end = min(self.ends[i] if i < len(self.ends) else len(self.text), start + _TASK)
        after = bisect_right(self.spots, start, key=lambda spot: spot[0])
        for s, _, _ in self.spots[after : after + _NEXT]:
            if s < end and (cut := self._other(start, s)):
                end = cut
                break
        words = self.flow.surface(start, end).strip("，,：:、 ") if end > start else ""
        return words or None
