"""How a law came to be: who passed or issued it, by which order, and the day of the version in force."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ingest import genres
from ingest.flow import fold
from ingest.labels import number
from ingest.lines import DATE, Line

_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0", "O": "0", "Ｏ": "0"}
_PLAIN_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_SESSION = re.compile(r"第[\d零一二三四五六七八九十百]+届")
_COUNCIL = re.compile(r"([\u4e00-\u9fff]{2,40}?人民代表大会(?:常务委员会)?)(?:第[\d零一二三四五六七八九十百]+次|会议|公告|通过|批准)")
_COURT = re.compile(r"(最高人民(?:法院|检察院))(?:第[零一二三四五六七八九十]+届)?(?:审判|检察)委员会")
_COMES = re.compile(r"(?:之日)?起?(?:施行|实施|生效)")
_PUBLIC = re.compile(r"公布|发布|颁布|印发|施行|令")
_ISSUED_BY = re.compile(r"(?:由|经)?([\u4e00-\u9fff、（）()]{2,160}?)(?:印发|发布|公布|颁布|制定)")
_BY_ORDER = re.compile(
    r"([\u4e00-\u9fff]{2,20}?(?:政府|国务院|部|委员会|总局|局|署|行|院))"
    r"(?:令|公告)(?:[（(〔\[]?\d{4}[）)〕\]]?年?)?第?([\d零一二三四五六七八九十百]+)号"
)


@dataclass(frozen=True, slots=True)
class History:
    """What the lines below a law's title tell."""

    issuers: tuple[str, ...] = ()
    number: str | None = None
    issued: date | None = None
    effective: date | None = None
    voted: bool = False  # issued is the day it was passed or approved, and no day is told on which it was made public


def day(text: str) -> date | None:
    """Return the first day written in a text (2024年12月12日, 二〇二四年十二月十二日, 2024-12-12), or None."""
    flat = fold(text)
    match = DATE.search(flat) or _PLAIN_DAY.search(flat)
    if not match:
        return None
    year = "".join(_DIGITS.get(c, c) for c in match[1])
    try:
        return date(int(year), number(match[2]), number(match[3]))
    except ValueError:
        return None


def listed(value: str | None) -> tuple[str, ...]:
    """Split words that may name several bodies (甲局、乙局)."""
    return tuple(name for name in re.split(r"[、，,;；\s]+", value) if name) if value else ()


def read(lines: Sequence[Line]) -> History:
    """Return issuers, order number, day of the version in force and first day that the lines below a law's title tell."""
    flat = fold("".join(line.text for line in lines))
    days = list(DATE.finditer(flat))
    stops = [*(m.start() for m in days), len(flat)][1:]
    told = [(m[0], flat[m.end() : stop]) for m, stop in zip(days, stops, strict=True)]
    comes = [day(when) for when, words in told if _COMES.match(words)]
    acts = [(when, words) for when, words in told if not _COMES.match(words)]
    made = [(when, words) for when, words in acts if genres.any_of("history").search(words)]
    if not made:
        return History(effective=comes[-1] if comes else None)
    who, number_ = _who([words for _, words in acts])
    return History(who, number_, day(made[-1][0]), comes[-1] if comes else None, not _PUBLIC.search(made[-1][1]))


def _who(acts: Sequence[str]) -> tuple[tuple[str, ...], str | None]:
    """Return the issuers and the number of the order from what each day brought."""
    orders = [match for words in acts if (match := _BY_ORDER.search(words))]
    if orders:
        body = _plain(orders[-1][1])
        return (body,), f"{body}令第{orders[-1][2]}号" if "令第" in orders[-1][0] else None
    courts = tuple(dict.fromkeys(match[1] for words in acts for match in _COURT.finditer(words)))
    if courts:
        return courts, None
    for pattern in (_COUNCIL, _ISSUED_BY):
        named = next((match for words in acts if (match := pattern.match(words))), None)
        if named:
            return tuple(map(_plain, listed(named[1]))), None
    return (), None


def _plain(name: str) -> str:
    """Return a body's name without its session and without the state's name before 国务院."""
    return re.sub(r"^中华人民共和国(?=国务院|最高人民)", "", _SESSION.sub("", name))
