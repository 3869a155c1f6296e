"""How far a general duty reaches: 以下各项均由…配合, 以上任务由…牵头, 本章规定的职责由…承担, a list of bodies at the head or the end of several clauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from ingest.flow import Flow
from ingest.roles import heads, rules
from ontology.records import Clause, Facts, Responsibility

COVERED = 200  # a general duty reaches so many clauses at most, so that a text of nothing but such sentences stays in bounds
_OUTSIDE = frozenset({"preamble", "closing"})


def spread(tree: Sequence[Clause], flows: Sequence[Flow], facts: Sequence[Facts]) -> tuple[Facts, ...]:
    """Return the facts of a document's clauses, in text order, with the keys of the clauses that each general duty covers besides its own."""
    if not any(one.responsibilities for one in facts):
        return tuple(facts)
    scopes = _Scopes(tree, flows, facts)
    return tuple(
        replace(one, responsibilities=tuple(scopes.told(i, duty) for duty in one.responsibilities)) if one.responsibilities else one
        for i, one in enumerate(facts)
    )


def is_general(flow: Flow, duty: Responsibility) -> bool:
    """Say whether the sentence of a duty speaks of what follows or of all: 以下各项任务均由…, 本方案各项任务由…."""
    if duty.sentence is None:
        return False
    words = flow.text[flow.index[duty.sentence.start] : flow.index[duty.sentence.end - 1] + 1]
    return any(rules().scope[name].search(words) for name in ("after", "all"))


def divides(*headings: str | None) -> bool:
    """Say whether a heading tells that work is divided below it: 任务分工, 部门职责."""
    return any(heading and rules().act["divides"].search(heading) for heading in headings)


@dataclass(frozen=True, slots=True)
class _Scopes:
    """The clause tree with what is said in it."""

    tree: Sequence[Clause]
    flows: Sequence[Flow]
    facts: Sequence[Facts]

    def told(self, at: int, duty: Responsibility) -> Responsibility:
        """Return a duty with the keys of the clauses it covers."""
        if duty.role == "interpret" or duty.sentence is None:
            return duty
        covered = self._listed(at, duty) if duty.listed else self._worded(at, duty)
        keys = [clause.key for clause in islice((one for one in covered if one.kind == "unit"), COVERED)]
        return replace(duty, covers=tuple(keys)) if keys else duty

    def _worded(self, at: int, duty: Responsibility) -> Iterator[Clause]:
        """Yield what the words of the duty's sentence cover."""
        assert duty.sentence is not None
        flow, scope = self.flows[at], rules().scope
        begin, end = flow.index[duty.sentence.start], flow.index[duty.sentence.end - 1] + 1
        words = flow.text[begin:end]
        clause = self.tree[at]
        if scope["chapter"].search(words):
            yield from self._chapter(at)
        elif scope["after"].search(words) or scope["own"].search(words):
            yield from self._units(at) if clause.kind in _OUTSIDE else self._below(at)
        elif scope["before"].search(words) and (clause.kind == "closing" or self._opens(at, begin)):
            yield from self._units(at) if clause.kind == "closing" or self._closes(at, begin) else self._above(at)
        elif scope["all"].search(words):
            yield from self._units(at)

    def _listed(self, at: int, duty: Responsibility) -> Iterator[Clause]:
        """Yield the clauses that a list of bodies speaks for: those below its heading, or those before it where it stands on a line of its own at their end."""
        bare = [i for i in self._indexes_below(at) if not self._has_list(i)]
        if bare:
            yield from (self.tree[i] for i in bare)
        elif self._on_its_own_line(at, duty):
            before = self._indexes_above(at)
            if not any(self._has_list(i) for i in before):
                yield from (self.tree[i] for i in before)

    def _has_list(self, at: int) -> bool:
        return any(duty.listed for duty in self.facts[at].responsibilities)

    def _on_its_own_line(self, at: int, duty: Responsibility) -> bool:
        """Say whether a list begins its line and ends its clause: ⏎（责任单位：…）."""
        flow, source = self.flows[at], self.flows[at].source
        cues = list(heads(flow.text, flow.index[duty.span.start] + 1))
        if not cues or len(flow.text) - flow.index[duty.span.end - 1] > COVERED:
            return False
        start = flow.at[max(0, cues[-1].start() - 1)]
        line = source.rfind("\n", 0, start) + 1
        return cues[-1].start() > 1 and not source[line:start].strip("（( \u3000\t")

    def _opens(self, at: int, begin: int) -> bool:
        """Say whether a sentence is the first of its clause, behind label and heading, or begins a line of its own."""
        clause = self.tree[at]
        return begin <= len(clause.label) + len(clause.heading or "") + 3 or self._begins_line(at, begin)

    def _begins_line(self, at: int, begin: int) -> bool:
        flow = self.flows[at]
        line = flow.source.rfind("\n", 0, flow.at[begin]) + 1
        return not flow.source[line : flow.at[begin]].strip(" \u3000\t")

    def _closes(self, at: int, begin: int) -> bool:
        """Say whether a line of its own stands behind the last unit of the text: it speaks of all of them."""
        last = all(clause.kind != "unit" or clause.path[0].startswith("附") for clause in self.tree[at + 1 : at + 2])
        return last and self._begins_line(at, begin) and begin > len(self.tree[at].label)

    def _units(self, at: int) -> Iterator[Clause]:
        """Yield all units of the text itself."""
        return (clause for i, clause in enumerate(self.tree) if i != at and not clause.path[0].startswith("附"))

    def _below(self, at: int) -> Iterator[Clause]:
        return (self.tree[i] for i in self._indexes_below(at))

    def _above(self, at: int) -> Iterator[Clause]:
        return (self.tree[i] for i in self._indexes_above(at))

    def _indexes_below(self, at: int) -> list[int]:
        """List what lies in a clause."""
        path = self.tree[at].path
        found = []
        for i in range(at + 1, min(len(self.tree), at + 1 + 2 * COVERED)):
            if self.tree[i].path[: len(path)] != path or self.tree[i].path == path:
                break
            if self.tree[i].kind == "unit":
                found.append(i)
        return found

    def _indexes_above(self, at: int) -> list[int]:
        """List the earlier clauses of the same parent, with what lies in them."""
        parent = self.tree[at].path[:-1]
        found = []
        for i in range(at - 1, max(-1, at - 1 - 2 * COVERED), -1):
            clause = self.tree[i]
            if clause.path == parent or clause.path[: len(parent)] != parent or clause.kind in _OUTSIDE:
                break
            if clause.kind == "unit":
                found.append(i)
        return found[::-1]

    def _chapter(self, at: int) -> Iterator[Clause]:
        """Yield the clauses of the chapter, section or part that a clause stands in."""
        path = self.tree[at].path
        depth = next((i + 1 for i in range(len(path) - 1, -1, -1) if path[i].endswith(("章", "节", "、"))), 0)
        if depth:
            first, last = at, at + 1
            while first > max(0, at - COVERED) and self.tree[first - 1].path[:depth] == path[:depth]:
                first -= 1
            while last < min(len(self.tree), at + COVERED) and self.tree[last].path[:depth] == path[:depth]:
                last += 1
            yield from (self.tree[i] for i in range(first, last) if i != at and len(self.tree[i].path) > depth)
