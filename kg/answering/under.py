"""Cases that leave out their subject: 超过500户的，给予80万元 stands under the subject of the case before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from kg.answering.figure import Figure, Hint
from kg.shelf import ClauseRow

# A case without a noun of its own: 通过省级审定的, 第二年起.
_HEADLESS = re.compile(r"(?:的|时|后|起)\Z")
# What changes or divides the figure before it.
_CHANGES = re.compile(r"提高|上浮|增加|追加|放宽|下浮|降低|另行|再给|其他|其余|其中")
# What caps all of the case before it: 三年累计最高240万元.
_TOTAL = re.compile(r"(?:[一二三四五两\d]年)?(?:累计|合计|总计)|(?:单个|单家|每个|每家|同一)[^，。；]{0,8}总额")
# The items of one sentence behind the first: （2）省级平台，150万元.
_FURTHER = re.compile(r"[（(](?:[2-9]|1\d|[二三四五六七八九十])[)）]")
# The same, told between a case and its figure: 小巨人企业补助比例可以提高到40%.
_CHANGED = re.compile(r"(?:提高|上浮|增加|放宽|下浮|降低)(?:到|至)")
_PARTS = re.compile(r"[，,；;。：:|]")
# An item that goes on with the subject of the one before: 首次突破5亿元的.
_GOES_ON = re.compile(r"年?(?:首次|再次|超过|达到|突破|满|不足|第[一二三四五]|\d|[一二三四五六七八九十百千]+[万亿])")
_ITEM = re.compile(r"[（(]|\d{1,2}[.．、]?\Z")
# Features of words that the question and a figure's place share.
_SHARED = frozenset(["own", "key", "pair", "case", "tier"])
SHORTEST = 2
# What begins the parts of the figure before.
_PART = "其中"
# What words of a subject say for a case under it, less than for the case that holds them.
PASSED = 0.9
# What is added to the figure before answers less: 招用残疾人的，每人每月再增加140元.
ADDED = 0.6
_ADDS = re.compile(r"(?:再|另|额外|另外)(?:行)?(?:增加|追加|给予|奖励|补助|补贴|上浮|加)")


def subjects(among: Sequence[Figure]) -> list[tuple[str, ...]]:
    """Return for each figure the texts of the earlier cases of its clause that it stands under, none for a case with a subject of its own."""
    out: list[tuple[str, ...]] = []
    for _, of_clause in groupby(among, key=lambda f: series(f.clause)):
        above: tuple[str, ...] = ()
        inside: tuple[str, ...] = ()
        case, last, sentence, clause = None, "", "", ""
        for figure in of_clause:
            if figure.purpose == "threshold":
                out.append(())
                continue
            lead = head(figure)
            if clause not in ("", figure.clause) and not _GOES_ON.match(lead):
                above, inside, case, last = (), (), None, ""
            clause = figure.clause
            if case is not None and lead != case:
                # 贷款不超过1000万元，其中信用贷款不超过300万元，质押贷款不超过500万元: the third stands under the first as well.
                if figure.context != sentence or not inside:
                    inside = ()
                if f"{_PART}{lead}" in figure.context:
                    inside = (*above, "|".join((last, *above)))
                above = (*above, "|".join((last, *above))) if leaves_out(figure, lead) else inside or beside(figure, sentence, last)
                last = ""
            case, sentence = lead, figure.context
            last = f"{last}|{figure.own}|{figure.case}"
            out.append(above)
    return out


def series(clause: str) -> str:
    """Return what a clause is one item of: the items 1. 2. 3. below one head go on with the subject of the first; an article stands alone."""
    above, _, label = clause.rpartition("/")
    return above if _ITEM.match(label) else clause


def goes_on(clause: ClauseRow) -> bool:
    """Say whether a clause is an item that goes on with the subject of the one before."""
    return series(clause.iri) != clause.iri and bool(_GOES_ON.match(clause.text.removeprefix(clause.label)))


def leaves_out(figure: Figure, lead: str) -> bool:
    """Say whether a figure stands under the subject of the case before it."""
    return figure.context.startswith(_PART) or bool(
        _FURTHER.match(figure.context) or _TOTAL.match(lead) or _HEADLESS.search(lead) or _CHANGES.search(figure.own) or _CHANGED.search(figure.context)
    )


def beside(figure: Figure, sentence: str, last: str) -> tuple[str, ...]:
    """Return what leads into cases that stand side by side, of the second of them: 支持参加创业大赛，|对本地企业奖励30万元；|对外地企业奖励100万元."""
    lead, _, _ = last.lstrip("|").partition("，对")
    alike = figure.own.startswith("对") and "，对" in last and sentence.endswith(("；", ";")) and not lead.startswith("对")
    return (lead,) if alike else ()


def head(figure: Figure) -> str:
    """Return the first part of a figure's case, of what it is about where it has none."""
    return next((part for part in _PARTS.split(figure.case or figure.own) if part), "")


def passed_on(found: Iterable[Hint], among: Sequence[Figure], unasked: Sequence[str]) -> Iterator[Hint]:
    """Yield what words of a subject say for the cases that leave it out, as hints of the words that such a case begins with.

    A word that only some of the earlier cases hold tells those apart, and is not passed on; nor is any to a case with words of ``unasked`` (情节严重的).
    """
    shared = [hint for hint in found if hint.feature in _SHARED]
    told = set()
    for figure, above in zip(among, subjects(among), strict=True):
        mark = head(figure)
        alone = not any(mark in other.own for other in among if head(other) != mark)
        if not above or len(mark) < SHORTEST or mark not in figure.own or not alone or mark in told or any(word in mark for word in unasked):
            continue
        told.add(mark)
        for hint in shared:
            if hint.text not in figure.held(hint.field) and all(hint.text in earlier for earlier in above):
                yield Hint(mark, "own", hint.feature, (ADDED if _ADDS.search(figure.own) else PASSED) * hint.value)
