"""Ties a rate to the figure that caps it: 不超过新增额的10%，最高150万元."""

from __future__ import annotations

from ingest.recognise.amounts.context import Said
from ingest.recognise.amounts.figures import UNDER, Figure
from ingest.recognise.amounts.words import patterns
from ingest.sentences import Sentences

RATES = frozenset(["benefit", "share", "award", "other"])
GRANTS = frozenset(["benefit", "award"])
_HEAD = 24  # the longest words before the figure of a tier that begins with a cap
_FAR = 200  # so far behind its rate a cap may stand
_PENDING = 8  # so many uncapped lists of rates before a cap are looked at

Told = tuple[list[Figure], Said]


def caps(text: str, sentences: Sentences, told: list[Told]) -> dict[int, Figure]:
    """Return for the start of each rate the figure that caps it: the next 最高 of money in its tier, or one that opens the next tier."""
    capped: dict[int, Figure] = {}
    open_rates: list[list[Figure]] = []
    tier_of_rates = -1
    first_in_tier = -1
    opened = False  # the tier begins a sentence with a cap: it holds for the rates of all tiers of the one before
    for group, said in told:
        tier = sentences.tier(group[0].start)[0]
        if tier != tier_of_rates:
            opened = bool(open_rates) and _opens_tier(text, group, tier, sentences, tier_of_rates)
            if not (opened or (open_rates and text[tier - 1] == ";" and sentences.tier(tier - 1)[0] == tier_of_rates)):
                open_rates = []
            tier_of_rates, first_in_tier = tier, group[0].start
        if group[0].unit == "percent" and said.purpose in RATES:
            open_rates.append(group)
        elif _is_cap(group, said) and open_rates:
            meant = open_rates if opened else [rate for rate in open_rates if rate[0].start >= tier]
            if meant and (group[0].start == first_in_tier or not _own_case(text, group, meant[-1])):
                _tie(capped, meant, group)
            open_rates = []
    return capped or _behind(text, sentences, told)


def _behind(text: str, sentences: Sentences, told: list[Told]) -> dict[int, Figure]:
    """Tie the only rate of a paragraph to its only cap, sentences behind it: 按10%给予补助。……同一企业年度补助不超过200万元。

    Nothing else may be granted in it: with a second rate or another sum it is not said which of them the cap holds for.
    """
    granted = [(group, said) for group, said in told if said.purpose in RATES]
    if len(granted) != 2:
        return {}
    (rate, said), (group, top) = granted
    if rate[0].unit != "percent" or said.purpose not in GRANTS or len(rate) > 1 or len(group) > 1 or not _is_cap(group, top):
        return {}
    tier = sentences.tier(group[0].start)[0]
    if tier <= rate[0].start or tier - rate[0].tail > _FAR or any(sign in text[rate[0].start : tier] for sign in "\t\n"):
        return {}
    head = text[tier : group[0].start]
    return {rate[0].start: group[0]} if len(head) <= _HEAD and patterns().cap.match(head) else {}


def _is_cap(group: list[Figure], said: Said) -> bool:
    """Say whether a list of money figures is an upper bound of what is granted."""
    return group[0].unit == "CNY" and group[0].bound == "max" and group[0].before not in UNDER and said.purpose in ("benefit", "award", "other")


def _opens_tier(text: str, group: list[Figure], tier: int, sentences: Sentences, before: int) -> bool:
    """Say whether a tier begins with a cap on the rates of the tier just before it: 。每家企业最高10万元."""
    if sentences.tier(max(0, tier - 1))[0] != before or group[0].bound != "max" or text[tier - 1] in "\t\n":
        return False
    head = text[tier : group[0].start]
    return len(head) <= _HEAD and bool(patterns().cap.match(head))


def _own_case(text: str, group: list[Figure], rates: list[Figure]) -> bool:
    """Say whether a case of its own (对…给予最高…) begins between the rates and the money figure."""
    between = text[rates[-1].tail : group[0].cue]
    comma = between.rfind(",")
    return comma >= 0 and bool(patterns().case.match(between, comma + 1)) and "其中" not in between


def _tie(capped: dict[int, Figure], rates: list[list[Figure]], group: list[Figure]) -> None:
    """Tie each open rate to the cap; two lists of one length are tied one to one (20%、10% … 200万元、100万元), and so are tiers and the list behind them."""
    if len(group) > 1 and len(rates) >= len(group) and all(len(rate) == 1 for rate in rates):
        rates = rates[-len(group) :]
        capped |= {rate[0].start: cap for rate, cap in zip(rates, group, strict=True)}
        return
    for rate in rates[-_PENDING:]:
        for i, figure in enumerate(rate):
            capped[figure.start] = group[i] if len(group) == len(rate) else group[0]
