"""Labels of numbered units: what stands at the start of a line, in one form, with its value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "O": 0}
# Full-width digits, as texts copied from old pages have them, fold one to one.
_WIDE = {ord("０") + i: str(i) for i in range(10)}
_WIDE_DIGIT = re.compile("[０-９]")
_TENS = {"十": 10, "百": 100, "千": 1000}
_CN = "零〇○一二三四五六七八九十百千两"
# 笫 and 三十－ are slips of scanners for 第 and 三十一.
_FORMAL = re.compile(
    rf"[第笫][ \u3000]*([{_CN}\d](?:[{_CN}\d \u3000]|(?<=十)[－—―─-](?=[ \u3000]*[编篇章节条]))*?)[ \u3000]*"
    rf"(分编|编|篇|部分|章|节|条)(?:之([{_CN}]+))?(?![款例件约]|项(?!目)|(?<=节)目)"
)
# Scanners set figures apart: 1 1 . is 11., 十 二 、 is 十二、. An item may begin with a year: 3.2025年度产值.
_COMMA = re.compile(rf"([{_CN}](?:[ \u3000]?[{_CN}])*+)[ \u3000]*(?:、|[．.](?!\d))")
_ROUND = re.compile(rf"[（(][ \u3000]*([{_CN}](?:[ \u3000]?[{_CN}])*+)[ \u3000]*[）)][、.．]?")
_ARABIC = re.compile(r"(\d{1,3}|\d(?:[ \u3000]\d){1,2})[ \u3000]*(?:[.．、](?!(?!20\d\d年)[\d%])|\)(?=[^\d]))")
_ANNEX = re.compile(rf"附[ \u3000]*(件|录|表|图)[ \u3000]*([{_CN}]+|\d{{1,2}}(?:[ \u3000]*[-—－][ \u3000]*\d{{1,2}})*)?[ \u3000]*(?=[:：.．、（(《\s]|$)")
# What a label can begin with; other lines need no closer look.
_FIRST = frozenset(f"第笫（({_CN}")

ARTICLE = "条"
HEADED = frozenset({"编", "分编", "篇", "部分", "章", "节"})
# Depth by kind of label; 条 stands below every heading.
DEPTH = {"部分": 0, "篇": 1, "编": 1, "分编": 2, "章": 3, "节": 4, "条": 9, "、": 5, "（）": 6, ".": 7}


@dataclass(frozen=True, slots=True)
class Label:
    """A label as read: its kind (章, 条, 、, （）, ., 附件 …), its normal form and value, and its length in characters."""

    kind: str
    name: str
    value: int
    length: int
    branch: int = 0  # 之一 = 1


# The same few stand before every article.
@lru_cache(maxsize=4096)
def number(text: str) -> int:
    """Return the value of a Chinese or Arabic whole number as labels write it; 二十三 = 23, 二三 = 23."""
    word = "".join(text.split())
    if word.isdecimal():
        return int(word)
    if not any(c in _TENS for c in word):
        return int("".join(str(_digit(c)) for c in word))
    total = digit = 0
    for c in word:
        if c in _TENS:
            total += (digit or 1) * _TENS[c]
            digit = 0
        else:
            digit = _digit(c)
    return total + digit


def _digit(sign: str) -> int:
    """Return the value of a Chinese, Arabic or full-width digit."""
    return _DIGITS[sign] if sign in _DIGITS else int(sign)


def read(words: str) -> Label | None:
    """Return the label that the words begin with, or None; dates and decimals (2.3, 2024.5) are no labels."""
    return _read(words[:40]) if words[:1] in _FIRST or words[:1].isdecimal() else None


# A line is looked at for several reasons.
@lru_cache(maxsize=8192)
def _read(words: str) -> Label | None:
    head = words.translate(_WIDE) if _WIDE_DIGIT.search(words) else words
    if match := _FORMAL.match(head):
        figure = match[1] if match[1].isalnum() else re.sub(r"[－—―─-]", "一", re.sub(r"\s", "", match[1]))
        branch = number(match[3]) if match[3] else 0
        return Label(match[2], f"第{figure}{match[2]}" + (f"之{match[3]}" if match[3] else ""), number(figure), match.end(), branch)
    if match := _COMMA.match(head):
        return Label("、", f"{_plain(match[1])}、", number(match[1]), match.end())
    if match := _ROUND.match(head):
        return Label("（）", f"（{_plain(match[1])}）", number(match[1]), match.end())
    if match := _ARABIC.match(head):
        value = int(_plain(match[1]))
        return Label(".", f"{value}.", value, match.end())
    return None


def _plain(figure: str) -> str:
    """Return a figure without the white space inside it."""
    return "".join(figure.split())


def annex(words: str) -> Label | None:
    """Return the label of an attachment (附件1, 附录, 附表2-1) that the words begin with, or None."""
    match = _ANNEX.match(words[:40].translate(_WIDE)) if words.startswith("附") else None
    if not match:
        return None
    figure = re.sub(r"\s", "", match[2] or "").replace("—", "-").replace("－", "-")
    first = figure.split("-")[0]
    return Label("附件", f"附{match[1]}{figure}", number(first) if first else 0, match.end())
