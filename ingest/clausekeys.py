"""Which clause of a document a relative reference means: 第十一条, 前款, 前条, 附件1."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.labels import number
from ontology.records import Clause

_N = "零〇一二三四五六七八九十百千两"
_UNIT = re.compile(rf"第([{_N}\d]+)([条章节])(?:之([{_N}]+))?")
_PART = re.compile(rf"第[（(]?([{_N}\d]+)[)）]?([款项])")
_ANNEX = re.compile(r"附(?:件|录|表|图)\s*([\d一二三四五六七八九十]*(?:-\d+)*)")
_ABOVE = re.compile(r"(?:本条)?(?:前|上)([一二两三四五]?)([款条项])")


class Index:
    """The clauses of one document by what they are called, in reading order."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.units: dict[tuple[str, int, int], list[Clause]] = {}
        self.annexes: dict[str, str] = {}  # "1", "1-2", "" → key
        self.articles: list[Clause] = []
        self.items: dict[tuple[str, ...], dict[int, str]] = {}
        for clause in clauses:
            self._enter(clause)

    def _enter(self, clause: Clause) -> None:
        if annex := _ANNEX.match(clause.path[0]):
            self.annexes.setdefault(_figure(annex[1]), clause.key)
            return
        if unit := _UNIT.fullmatch(clause.label.strip()):
            self.units.setdefault((unit[2], number(unit[1]), number(unit[3]) if unit[3] else 0), []).append(clause)
            if unit[2] == "条":
                self.articles.append(clause)
        elif item := re.fullmatch(rf"[（(]([{_N}]+)[)）]", clause.label.strip()):
            self.items.setdefault(clause.path[:-1], {}).setdefault(number(item[1]), clause.key)

    def named(self, words: str) -> str | None:
        """Return the key of the clause that 第十一条, 第三条第二项 or 附件2 means; None where no or several clauses have the label."""
        if annex := _ANNEX.match(words):
            figure = _figure(annex[1])
            return self.annexes.get(figure) or (next(iter(self.annexes.values())) if len(self.annexes) == 1 and not figure else None)
        unit = _UNIT.search(words)
        if unit is None:
            return None
        found = self.units.get((unit[2], number(unit[1]), number(unit[3]) if unit[3] else 0), [])
        return self._item(found[0], words[unit.end() :]) if len(found) == 1 else None

    def inside(self, clause: Clause, words: str) -> str | None:
        """Return the key of the clause that words standing in ``clause`` mean; 前款 is the clause itself, 前条 the article before it."""
        above = _ABOVE.match(words)
        if above is not None and above[2] == "条":
            return self._previous(clause)
        if above is not None or words.startswith(("本条", "本款")):
            own = self._article(clause)
            return self._item(own, words) if own else clause.key
        return self.named(words)

    def _item(self, clause: Clause, rest: str) -> str:
        """Descend to an item that is a clause of its own; one that is not lies in the article."""
        parts = [number(m[1]) for m in _PART.finditer(rest) if m[2] == "项"]
        return self.items.get(clause.path, {}).get(parts[0], clause.key) if parts else clause.key

    def _article(self, clause: Clause) -> Clause | None:
        return next((a for a in self.articles if a.path == clause.path[: len(a.path)]), None) if self.articles else None

    def _previous(self, clause: Clause) -> str | None:
        before = [a for a in self.articles if a.span.start < clause.span.start and a.path != clause.path[: len(a.path)]]
        return before[-1].key if before else None


def _figure(words: str) -> str:
    """一 and 1 are one attachment, 1-2 is a part of it with a number of its own."""
    return str(number(words)) if words and "-" not in words else words
