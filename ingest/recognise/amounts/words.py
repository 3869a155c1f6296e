"""The words of amounts, read once from lexicon/amounts.toml and compiled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from pydantic import BaseModel, ConfigDict

from ingest.numerals import ARABIC, DIGITS, NUMERAL, SPOKEN, UNITS
from ingest.wordlists import Row, Words, all_words, either, load, not_followed
from ontology.records import Bound, Purpose


class Unit(Row):
    """A sign behind a numeral, its unit and what one of it is worth."""

    sign: str
    unit: str
    factor: Decimal = Decimal(1)
    not_before: tuple[str, ...] = ()


class Fraction(Row):
    """Words in front of a numeral that make it percent."""

    sign: str
    factor: Decimal


class Cue(Row):
    """Words before or behind a figure that say how it binds."""

    cues: tuple[str, ...]
    bound: Bound
    verbs: bool = False
    if_condition: bool = False
    not_before: tuple[str, ...] = ()


class PurposeRow(Row):
    """Words that tell what a figure is for; ``close``: they must be the words of granting nearest to the figure."""

    purpose: Purpose
    close: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    bounds: tuple[Bound, ...] = ()


class Column(Row):
    """Words in the name of a table's column, and what the figures below it are for."""

    words: tuple[str, ...]
    purpose: Purpose
    bound: Bound | None = None


class Lexicon(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")
    unit: tuple[Unit, ...]
    fraction: tuple[Fraction, ...]
    before: tuple[Cue, ...]
    after: tuple[Cue, ...]
    purpose: tuple[PurposeRow, ...]
    verb: tuple[Words, ...]
    fine: tuple[Words, ...]
    cap: tuple[Words, ...]
    strong: tuple[Words, ...]
    strong_end: tuple[Words, ...]
    target: tuple[Words, ...]
    per_end: tuple[Words, ...]
    once: tuple[Words, ...]
    sharing: tuple[Words, ...]
    conditions: tuple[Words, ...]
    condition_end: tuple[Words, ...]
    case: tuple[Words, ...]
    per: tuple[Words, ...]
    money: tuple[Words, ...]
    column: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Patterns:
    """The lexicon as compiled patterns and tables."""

    start: re.Pattern[str]  # where a run of numerals begins: quick to search, `figure` is matched there
    hint: re.Pattern[str]  # a sign without which a text has no figure
    figure: re.Pattern[str]
    units: dict[str, Unit]
    fractions: dict[str, Fraction]
    before: re.Pattern[str]
    before_rows: dict[str, Cue]
    after: re.Pattern[str]
    note: re.Pattern[str]
    after_rows: dict[str, Cue]
    purposes: tuple[tuple[PurposeRow, re.Pattern[str] | None, re.Pattern[str] | None, re.Pattern[str] | None], ...]
    verb: re.Pattern[str]
    fine: re.Pattern[str]
    cap: re.Pattern[str]
    strong: re.Pattern[str]
    strong_end: re.Pattern[str]
    target: re.Pattern[str]
    per_end: re.Pattern[str]
    once: re.Pattern[str]
    sharing: re.Pattern[str]
    conditions: re.Pattern[str]
    condition_end: re.Pattern[str]
    case: re.Pattern[str]
    per: re.Pattern[str]
    money: re.Pattern[str]
    columns: tuple[tuple[Column, re.Pattern[str]], ...]


NOTE = r"(?:\((?:不?含|包括)[^()\t\n。;]{0,16}\))"
RANGE = r"(?:[-—–~]{1,2}|至|到)"


@cache
def patterns() -> Patterns:
    """Return the compiled lexicon; ValidationError where a row of the file is wrong."""
    lexicon = load("amounts", Lexicon)
    return Patterns(
        start=re.compile(rf"[0-9{DIGITS}{UNITS}](?<![0-9{DIGITS}{UNITS}].)", re.DOTALL),
        hint=re.compile(f"[{re.escape(''.join(sorted({u.sign[-1] for u in lexicon.unit} | {f.sign[-1] for f in lexicon.fraction})))}万亿wW]"),
        figure=_figure(lexicon),
        units={row.sign: row for row in lexicon.unit},
        fractions={row.sign: row for row in lexicon.fraction},
        before=_cues(lexicon.before),
        before_rows={cue: row for row in lexicon.before for cue in row.cues},
        after=re.compile(rf"{NOTE}?(?P<cue>{_cues(lexicon.after).pattern}){NOTE}?"),
        note=re.compile(NOTE),
        after_rows={cue: row for row in lexicon.after for cue in row.cues},
        purposes=tuple((row, *_purposes(row)) for row in lexicon.purpose),
        verb=_words(lexicon.verb),
        fine=_words(lexicon.fine),
        cap=_words(lexicon.cap),
        strong=_words(lexicon.strong),
        strong_end=_at_end(lexicon.strong_end),
        target=_words(lexicon.target),
        per_end=_words(lexicon.per_end),
        once=_words(lexicon.once),
        sharing=_words(lexicon.sharing),
        conditions=_words(lexicon.conditions),
        condition_end=_at_end(lexicon.condition_end),
        case=_words(lexicon.case),
        per=_words(lexicon.per),
        money=_words(lexicon.money),
        columns=tuple((row, re.compile(either(row.words))) for row in lexicon.column),
    )


def _figure(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the pattern of a figure: a range of two, one numeral with its sign, or 百分之 and a numeral."""
    signs = "|".join(re.escape(u.sign) + not_followed(u.not_before) for u in sorted(lexicon.unit, key=lambda u: -len(u.sign)))
    sign = rf"(?:{signs})(?:人民币)?"
    fraction = either(f.sign for f in lexicon.fraction)
    numeral = rf"(?:(?>{SPOKEN})(?![{DIGITS}{UNITS}])|(?>{NUMERAL}))"
    start = rf"(?:(?:(?<![\d.])|(?<=\.\.))(?=\d)|(?<![{DIGITS}{UNITS}第])(?:(?=[{DIGITS}])|(?=[{UNITS}])(?<![数几])(?<!(?<!以)上)))"
    bare = r"(?<=[万亿wW])(?=[,。;、()?!的和到至多吗呢想能可块\t\n]|以上|以下|以内|左右|及以|之间|封顶|\Z)"
    return re.compile(
        rf"(?P<fraction>{fraction})(?P<part>(?>{CHINESE_OR_ARABIC}))(?:{RANGE}(?:(?P=fraction))?(?P<upto>(?>{CHINESE_OR_ARABIC}))(?![年月日个家项]))?"
        rf"|{start}(?P<shared>(?:(?>{ARABIC})、)+)(?P<last>(?>{ARABIC})[{UNITS}]*+)(?P<lastsign>{sign})"
        rf"|{start}(?P<low>{numeral})(?P<lowsign>{sign})?{NOTE}?{RANGE}(?P<high>{numeral})(?:(?P<highsign>{sign})|{bare})"
        rf"|{start}(?P<one>{numeral})个?(?:(?P<sign>{sign})|{bare})"
    )


CHINESE_OR_ARABIC = rf"(?:{ARABIC}|[{DIGITS}{UNITS}]+(?:点[{DIGITS}]+)?)"


def _cues(rows: Iterable[Cue]) -> re.Pattern[str]:
    """Return the pattern of all cues, each with what may not follow it."""
    pairs = sorted(((cue, row) for row in rows for cue in row.cues), key=lambda pair: -len(pair[0]))
    return re.compile("|".join(re.escape(cue) + not_followed(row.not_before) for cue, row in pairs))


def _purposes(row: PurposeRow) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None, re.Pattern[str] | None]:
    """Return the patterns of a row for the words before a figure, behind it, and in its sentence."""
    if not row.close:
        return _any(row.before), _any(row.after), _any(row.near)
    before, after = either(row.before), either(row.after)
    return re.compile(rf"(?:{before})[^奖补资贴支]{{0,8}}\Z"), re.compile(rf"\A[^奖补资贴支]{{0,10}}(?:{after})(?!性)"), None


def _any(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return a pattern for the words, None where there are none."""
    return re.compile(either(words)) if words else None


def _words(rows: Iterable[Words]) -> re.Pattern[str]:
    """Return the pattern of all words of the rows."""
    return re.compile(either(all_words(rows)))


def _at_end(rows: Iterable[Words]) -> re.Pattern[str]:
    """Return the pattern of all words of the rows at the end of a text."""
    return re.compile(rf"(?:{either(all_words(rows))})\Z")
