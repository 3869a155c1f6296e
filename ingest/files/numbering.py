"""Automatic numbering of Word: the labels that stand in numbering.xml only, counted as Word counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cn2an import an2cn

from ingest.files.archive import Element, child, local, setting, value

# Levels of a list in Word, and the largest number that is spelled out.
LEVELS = 9
LARGEST = 9999
_PLACE = re.compile(r"%(\d)")
_SEALS = dict(zip("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟", strict=True))
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
# Where Word puts a tab or a blank after a label; labels such as 一、 need neither to be read.
_GAPS = {"tab": " ", "space": " ", "nothing": ""}


def chinese(number: int) -> str:
    """Spell a number as labels do: 十, 十二, 二十一, 一百零三."""
    return str(an2cn(number, "low"))


def _digits(number: int) -> str:
    return "".join("〇一二三四五六七八九"[int(c)] for c in str(number))


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    words = ""
    for size, letters in _ROMAN:
        words += letters * (number // size)
        number %= size
    return words


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


_FORMS: Mapping[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "taiwaneseDigital": _digits,
    "ideographDigital": _digits,
    "chineseLegalSimplified": lambda n: "".join(_SEALS[c] for c in chinese(n)),
    "ideographLegalTraditional": lambda n: "".join(_SEALS[c] for c in chinese(n)),
    "ideographTraditional": lambda n: _STEMS[(n - 1) % 10],
    "ideographZodiac": lambda n: _BRANCHES[(n - 1) % 12],
    "decimalZero": lambda n: f"{n:02d}",
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda n: f"({n})",
    "decimalEnclosedFullstop": lambda n: f"{n}.",
    "lowerLetter": _letters,
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
    "none": lambda n: "",
    "bullet": lambda n: "",
}


def spelled(number: int, form: str) -> str:
    """Return a number in one of Word's number formats; an unknown format gives Arabic digits."""
    write = _FORMS.get(form)
    return write(number) if write and 1 <= number <= LARGEST else str(number)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its number format, the text with %1 … %9, where counting begins and after which level it begins anew."""

    form: str
    text: str
    start: int
    gap: str
    legal: bool
    restart: int | None


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has counted; ``label`` is called once a paragraph in text order."""

    lists: Mapping[str, tuple[str, Mapping[int, Level]]]  # numId → (abstractNumId, levels)
    styled: Mapping[str, tuple[str, int]]  # style → (numId, level) by a level's pStyle
    starts: Mapping[tuple[str, int], int]  # (numId, level) → number at which this list begins anew
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, list_id: str, depth: int) -> str:
        """Return the label of the next paragraph of a list at a level, "" for bullets and unknown lists."""
        if list_id not in self.lists or not 0 <= depth < LEVELS:
            return ""
        family, levels = self.lists[list_id]
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(family, [None] * LEVELS)
        forced = self.starts.get((list_id, depth))
        if forced is not None and (list_id, depth) not in self._begun:
            counts[depth] = forced
        else:
            last = counts[depth]
            counts[depth] = level.start if last is None else last + 1
        self._begun.add((list_id, depth))
        for below in range(depth + 1, LEVELS):
            limit = levels[below].restart if below in levels else None
            if limit is None or depth < limit:
                counts[below] = None
        words = _PLACE.sub(lambda match: _number(levels, counts, int(match[1]) - 1, level.legal), level.text)
        return words + _GAPS.get(level.gap, " ") if words.strip() and level.form != "bullet" else ""


def _number(levels: Mapping[int, Level], counts: list[int | None], depth: int, legal: bool) -> str:
    """Return the number that stands for %1 … %9 in a label; a level that has not come yet counts as at its start."""
    level = levels.get(depth)
    if level is None:
        return ""
    count = counts[depth]
    if count is None:
        count = counts[depth] = level.start
    return spelled(count, "decimal" if legal else level.form)


def read(root: Element | None) -> Numbering:
    """Return the lists that numbering.xml defines; none where there is no such part."""
    if root is None:
        return Numbering({}, {}, {})
    abstracts = {value(item, "abstractNumId") or "": item for item in root if local(item) == "abstractNum"}
    links = {name: key for key, item in abstracts.items() if (name := setting(item, "styleLink"))}
    lists: dict[str, tuple[str, Mapping[int, Level]]] = {}
    styled: dict[str, tuple[str, int]] = {}
    starts: dict[tuple[str, int], int] = {}
    for item in root:
        if local(item) != "num":
            continue
        number, family = value(item, "numId") or "", setting(item, "abstractNumId") or ""
        family = links.get(setting(abstracts.get(family), "numStyleLink") or "", family)
        own = abstracts.get(family)
        levels = {} if own is None else _levels(own)
        for change in (part for part in item if local(part) == "lvlOverride"):
            depth = _whole(value(change, "ilvl"), 0)
            if (begin := setting(change, "startOverride")) is not None:
                starts[number, depth] = _whole(begin, 1)
            if (other := child(change, "lvl")) is not None:
                levels[depth] = _level(other)
        lists[number] = (family, levels)
        for lvl in (part for part in (own if own is not None else ()) if local(part) == "lvl"):
            if style := setting(lvl, "pStyle"):
                styled.setdefault(style, (number, _whole(value(lvl, "ilvl"), 0)))
    return Numbering(lists, styled, starts)


def _levels(abstract: Element) -> dict[int, Level]:
    """Read the levels of a list."""
    return {_whole(value(item, "ilvl"), 0): _level(item) for item in abstract if local(item) == "lvl"}


def _level(item: Element) -> Level:
    """Read one level."""
    restart = setting(item, "lvlRestart")
    legal = child(item, "isLgl")
    return Level(
        form=setting(item, "numFmt") or "decimal",
        text=setting(item, "lvlText") or "",
        start=_whole(setting(item, "start"), 1),
        gap=setting(item, "suff") or "tab",
        legal=legal is not None and value(legal) not in ("0", "false"),
        restart=None if restart is None else _whole(restart, 0),
    )


def _whole(text: str | None, default: int) -> int:
    """Return a whole number of at most four digits, the default where the text is none."""
    return int(text) if text and re.fullmatch(r"\d{1,4}", text) else default
