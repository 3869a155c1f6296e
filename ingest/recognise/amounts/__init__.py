"""Amounts: every figure of money, percent and times with the way it binds and what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.flow import Flow
from ingest.recognise.amounts import scene
from ingest.recognise.amounts.caps import caps
from ingest.recognise.amounts.context import Past, Said, said
from ingest.recognise.amounts.figures import Figure, groups
from ingest.recognise.amounts.figures import find as figures
from ingest.recognise.amounts.items import abouts
from ingest.recognise.amounts.words import patterns
from ingest.sentences import Sentences, label_end
from ontology.records import Amount

_OTHER_GRANT = re.compile(r"[补资贴支]|给予")
# 按下列标准给予安家补贴：(一)博士每人8万元
_GRANTED = re.compile(
    r"(?:下列|以下|如下)[^,。;]{0,6}(?:标准|方式|规定|档次)?[^,。;]{0,6}(?:给予|予以|发放)[^,。;]{0,14}\Z|(?:奖励|补助|补贴|资助|奖补|扶持|支持)(?:资金)?标准(?:如下|为|是)?\Z"
)
# 按50%补贴，其中贝类提高到60%
_RAISED = re.compile(r"(?:提高|提升|增加|上浮)[到至为]\Z")
# 单户企业每年最高3万元；吸纳残疾人的，年度最高额提高到4万元
_RAISED_GRANT = re.compile(r"(?:最高额|限额|上限|额度|比例|标准|补助额?|补贴额?|奖励额?|补偿额?)可?(?:提高|提升|增加|上浮)[到至为]\Z")
LIST = 30  # so many items of a list are walked back to what introduces it


def find(flow: Flow, *, listed: bool = False) -> Iterator[Amount]:
    """Yield every amount in reading order; its span covers the figure with its cues, its sentence is the tier between 。；and borders.

    ``listed``: the whole text is an item of a list of conditions, so that its figures are thresholds.
    """
    text = flow.text
    sentences = flow.sentences
    found = figures(flow, sentences.tiers)
    if not found:
        return
    lists = list(groups(found))
    told: list[tuple[list[Figure], Said]] = []
    past = Past([], [])
    for i, group in enumerate(lists):
        floor = lists[i - 1][-1].tail if i else 0
        ceiling = lists[i + 1][0].cue if i + 1 < len(lists) else len(text)
        lead = _lead(text, sentences, group[0])
        grants = not listed and _GRANTED.search(lead)
        required = listed or (not grants and bool(patterns().conditions.search(lead)))
        words = said(text, group, scene.of(text, sentences, group, floor, ceiling), past, required)
        if words.purpose == "target" and raised(text, sentences, past, floor, group[0].start):
            words = replace(words, purpose="benefit")
        if grants and words.purpose == "other" and group[0].bound in ("exact", "max"):
            words = replace(words, purpose="award" if "奖励" in grants[0] else "benefit")
        if words.purpose in ("benefit", "award", "fine"):
            past.granted.append(group[0].cue)
        elif words.purpose == "threshold":
            past.required.append(group[0].cue)
        told.append((group, words))
    rewarded(text, sentences, told)
    capped = caps(text, sentences, told)
    told = shared(told, capped)
    rewarded(text, sentences, told)
    for group, words in told:
        about = abouts(flow, group, words)
        for i, figure in enumerate(group):
            yield _amount(flow, sentences, figure, words, about[i], capped.get(figure.start))


def raised(text: str, sentences: Sentences, past: Past, floor: int, start: int) -> bool:
    """Say whether a figure is what something granted before it is raised to: in its tier, in its sentence where the words say that a grant is raised."""
    tier, sentence = sentences.tier(start)[0], sentences.sentence(start)[0]
    granted = past.granted[-1] if past.granted else -1
    return bool(granted >= tier and _RAISED.search(text, floor, start)) or bool(granted >= sentence and _RAISED_GRANT.search(text, floor, start))


def shared(told: list[tuple[list[Figure], Said]], capped: dict[int, Figure]) -> list[tuple[list[Figure], Said]]:
    """Return the lists with one purpose for a rate and its cap: that of the rate where it grants something, else that of the cap."""
    at = {figure.start: i for i, (group, _) in enumerate(told) for figure in group}
    for start, cap in capped.items():
        rate, top = at[start], at[cap.start]
        granted = [told[i][1].purpose for i in (rate, top) if told[i][1].purpose in ("benefit", "award")]
        for i in (rate, top) if granted else ():
            told[i] = (told[i][0], replace(told[i][1], purpose=granted[0]))
    return told


def rewarded(text: str, sentences: Sentences, told: list[tuple[list[Figure], Said]]) -> None:
    """Make the limit behind a reward or a fine one of it: 每集奖励10万元，单部最高500万元; 三倍以下的罚款，但最高不超过五十万元."""
    for i in range(1, len(told)):
        (before, said_before), (group, words) = told[i - 1], told[i]
        tier = sentences.tier(group[0].start)[0]
        if text.startswith("其中", tier):
            tier = sentences.tier(max(0, tier - 1))[0]  # ；其中新办企业最高45万元
        if words.purpose not in ("benefit", "other") or group[0].bound != "max" or group[0].unit != "CNY" or before[0].start < tier:
            continue
        if said_before.purpose in ("award", "fine") and not _OTHER_GRANT.search(text, before[-1].tail, group[0].start):
            told[i] = (group, replace(words, purpose=said_before.purpose))


def _lead(text: str, sentences: Sentences, figure: Figure) -> str:
    """Return the words before the colon that lead into the list in which a figure stands, "" without one: 应当符合下列条件:(一)…;(二)…."""
    tier = sentences.index(figure.start)
    for i in range(tier, max(-1, tier - LIST), -1):
        start, end = sentences.tiers[i], min(sentences.end(i), figure.start)
        if not text[start:end].strip("\t\n"):
            continue
        colon = text.rfind(":", start, end)
        lead = text[max(start, colon - 30) : colon] if colon >= 0 else ""
        if lead and (_GRANTED.search(lead) or patterns().conditions.search(lead)):
            return lead
        # Behind its first sentence an item may go on with more of them; the figure's own sentence bears the label.
        if label_end(text, start, end) == start and (i == tier or text[sentences.end(i) - 1] != "。"):
            return ""
    return ""


def _amount(flow: Flow, sentences: Sentences, figure: Figure, words: Said, about: str, cap: Figure | None) -> Amount:
    """Return the record of a figure."""
    start, end = sentences.tier(figure.start)
    bound = "min" if figure.pending and words.purpose == "threshold" else figure.bound
    return Amount(
        span=flow.span(figure.cue, figure.tail),
        bound=bound,
        value=figure.value,
        unit=figure.unit,
        high=figure.high,
        purpose=words.purpose,
        about=about or None,
        per=flow.surface(*words.per) if words.per else None,
        condition="，".join(flow.surface(a, b) for a, b in words.condition) or None,
        rate_of=flow.surface(*words.rate_of) if words.rate_of else None,
        capped_by=flow.span(cap.cue, cap.tail) if cap else None,
        sentence=flow.span(start, end),
    )
