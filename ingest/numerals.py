"""Chinese and Arabic numerals: patterns to build on, and their values."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache, lru_cache

from ingest import labels

DIGITS = "零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
UNITS = "十百千万亿拾佰仟萬億"

# Patterns without groups, for text whose full-width signs are folded.
ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
CHINESE = rf"[{DIGITS}{UNITS}]+(?:点[{DIGITS}]+[{UNITS}]*)?"
_TAIL = rf"[余多来]?(?:个(?=[万亿]))?[{UNITS}]*"  # 300余万, 1个亿
NUMERAL = rf"(?:{ARABIC}(?:[wW](?![A-Za-z])|{_TAIL}(?:\d+(?:\.\d+)?[{UNITS}]+)?)|{CHINESE}{_TAIL})"
# 六七千万, 三、四百, 十七八: two neighbouring digits say a range.
SPOKEN = rf"(?:[{DIGITS}{UNITS}]*[一二两三四五六七八九]、?[二两三四五六七八九][十百千万亿]+|[二三四五六七八九]?十[一二三四五六七八][二三四五六七八九])"

_TRADITIONAL = str.maketrans("萬億wW", "万亿万万")
_VALUES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10**4, "亿": 10**8}
_PART = re.compile(rf"({ARABIC})([{UNITS}]*)")
_MIXED = re.compile(rf"(?:{ARABIC}[{UNITS}]*)+\Z")
_POINT = re.compile(rf"([{DIGITS}{UNITS}]+)点([{DIGITS}]+)([{UNITS}]*)\Z")
_WHOLE = re.compile(rf"[{DIGITS}{UNITS}]+\Z")
_PAIR = re.compile(r"([一二两三四五六七八九])、?([二两三四五六七八九])(?=[十百千万亿]|\Z)")
# What most texts write, read without cn2an, whose import costs 0.1 s: 六, 三十, 一百二十五, 三千, 五十万.
_ONE = "[一二三四五六七八九]"
_COMMON = re.compile(rf"({_ONE}百(?:零{_ONE}|{_ONE}十{_ONE}?)?|{_ONE}?十{_ONE}?|{_ONE}千?)([万亿]?)")
_ABOUT = re.compile(r"[余多来个]")
_ORDER = {c: i for i, c in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_LONGEST = 40  # a longer row of numerals is no figure; it also bounds the work
_MOST = Decimal(10**20)  # a larger value (亿亿亿) is no figure


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """Return the value of one numeral (1,200 · 1.2万 · 一千零五 · 壹佰万 · 二〇二四 · 300余万), or None where the text is none or a spoken range."""
    plain = _ABOUT.sub("", text.translate(_TRADITIONAL))
    value = _value(plain) if plain and len(plain) <= _LONGEST else None
    return value if value is None or value < _MOST else None


def _value(plain: str) -> Decimal | None:
    """Return the value of a numeral in simple signs, however large."""
    if plain[0].isascii():
        return _mixed(plain)
    if point := _POINT.match(plain):
        return _pointed(*point.groups())
    if not _WHOLE.match(plain) or _digits_apart(plain):
        return None
    return _chinese(plain)


@lru_cache(maxsize=1024)
def spoken(text: str) -> tuple[Decimal, Decimal] | None:
    """Return the two ends of a spoken range (六七千万 is 60 to 70 million, 十七八 is 17 to 18), or None."""
    pairs = list(_PAIR.finditer(text))
    if not pairs or len(text) > _LONGEST:
        return None
    pair = pairs[-1]
    first, second = _ORDER[pair[1]], _ORDER[pair[2]]
    if second - first != 1 and (first, second) != (3, 5):
        return None
    head, tail = text[: pair.start()], text[pair.end() :]
    if not tail and not head.endswith("十"):
        return None
    low, high = number(head + pair[1] + tail), number(head + pair[2] + tail)
    return (low, high) if low is not None and high is not None and low < high else None


def multiplier(units: str) -> Decimal:
    """Return the product of unit signs: 千万 is 10,000,000, an empty text is 1."""
    product = 1
    for sign in units.translate(_TRADITIONAL):
        product *= _VALUES[sign]
    return Decimal(product)


def trim(value: Decimal) -> Decimal:
    """Return the same value without trailing zeros behind the point and without an exponent: 12000.0 becomes 12000."""
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def _mixed(text: str) -> Decimal | None:
    """Return the value of Arabic digits with Chinese units: 1.2万, 1亿2000万, 3千5百万."""
    if not _MIXED.match(text):
        return None
    total, section, last = Decimal(0), Decimal(0), Decimal("Infinity")
    for digits, units in _PART.findall(text):
        small = units.rstrip("万亿")
        section += Decimal(digits.replace(",", "")) * multiplier(small)
        large = multiplier(units[len(small) :])
        if large >= last:
            return None
        if large > 1:
            total, section, last = total + section * large, Decimal(0), large
    return trim(total + section)


def _pointed(whole: str, fraction: str, units: str) -> Decimal | None:
    """Return the value of 一点五亿: whole, digits behind 点, unit."""
    head, digits = _chinese(whole), [_chinese(c) for c in fraction]
    if head is None or any(d is None for d in digits):
        return None
    return trim(Decimal(f"{head}.{''.join(str(d) for d in digits)}") * multiplier(units))


def _digits_apart(text: str) -> bool:
    """Say whether the text is a spoken range such as 六七千万, which has no single value."""
    return bool(_PAIR.search(text)) and any(unit in text for unit in UNITS) and spoken(text) is not None


def _chinese(text: str) -> Decimal | None:
    """Return the value of a numeral of Chinese signs only; a bare unit counts once (千万 is 10,000,000)."""
    if common := _COMMON.fullmatch(text):
        return labels.number(common[1]) * multiplier(common[2])
    units = text.lstrip("百千万亿佰仟")
    if not units:
        return multiplier(text)
    try:
        return Decimal(int(_converter()(text if len(units) == len(text) else "一" + text, "smart")))
    except (ValueError, KeyError):  # cn2an raises either for what is no numeral
        return None


@cache
def _converter() -> Callable[[str, str], float]:
    """Return cn2an's reader, imported at first need: the import costs 90 ms."""
    from cn2an import cn2an

    convert: Callable[[str, str], float] = cn2an
    return convert
