"""Grades and counts as texts write them: II期 is Ⅱ期, 一项 is 每项, 结果为“中” is 评为中."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.words import bigrams
from kg.answering.figure import Figure, Hint

_MEASURE = re.compile(r"[一每单](架次|平方米|立方米|[个家项人名亩户件篇张次台辆吨条份套])")
_HEADS = ("每人", "每名", "每位")
_EACH_HEAD = re.compile(r"每(?:个人|[人名位])")

NUMERAL = str.maketrans("一二三四五六七八九", "123456789")
# A grade of one sign: 结果为“中”, 评为优.
_MARK = re.compile(r"[“\"]([优良中差好甲乙丙丁])[”\"]|[为是得成评]了?([优良差甲乙丙丁])(?=[,。?的时等]|$)")
_LEVELS = ("国家", "省", "市", "区", "县")
_RUN = re.compile(r"(?:国家|省|市|区|县)(?:、(?:省|市|区|县)(?!政府|人民|场))+")
_ROMAN = {"III": "Ⅲ", "II": "Ⅱ", "I": "Ⅰ"}
_ROMANS = str.maketrans("一二三123", "ⅠⅡⅢⅠⅡⅢ")
CLASSES = ("期", "类", "档", "等奖", "届", "A")
CLASS = re.compile(r"(III|II|I|[一二三四五六七八九ⅠⅡⅢ\dA-Z])(期|类|级|档|等奖|年|次|届|个|A(?=级|景|以|$))")


def measures(folded: str) -> list[str]:
    """Return how texts write what a question counts by: 一项 → 每项, 单项."""
    return [first + match[1] for match in _MEASURE.finditer(folded) for first in ("每", "单")]


def heads(folded: str) -> list[str]:
    """Return other ways to count by head where a question does: 每个人 → 每人, 每名, 每位."""
    return [head for head in _HEADS if head not in folded] if _EACH_HEAD.search(folded) else []


def variants(folded: str) -> list[str]:
    """Return other ways to write the grades of a question: II期 → Ⅱ期, 二类 → 2类."""
    out = []
    for match in CLASS.finditer(folded):
        sign, unit = match.groups()
        forms = {sign, _ROMAN.get(sign, sign), sign.translate(NUMERAL)}
        if unit == "期":
            forms.add(sign.translate(_ROMANS))
        if sign.isdigit():
            forms.add(" 一二三四五六七八九"[int(sign)])
        out += [form + unit for form in sorted(forms)]
    return out


def marks(folded: str, among: Sequence[Figure]) -> Iterator[Hint]:
    """Yield the hints of grades of one sign that a question names (结果为“中”), for the figures whose case ends so: 评为中的."""
    for mark in dict.fromkeys("".join(match.groups("")) for match in _MARK.finditer(folded)):
        forms = [verb + mark for verb in ("为", "得", "评", "“")]
        yield from (Hint(form, "own", "same", 1.0) for form in forms if any(form in f.own for f in among))


def runs(text: str) -> list[str]:
    """Return the levels that a text names together: 省、市 of 省、市重点实验室."""
    return _RUN.findall(text)


def levels(folded: str, among: Sequence[Figure]) -> Iterator[Hint]:
    """Yield the hints of levels that are named together, where a question names one of them: 市级 asks for what 省、市 share."""
    asked = {level for level in _LEVELS if f"{level}级" in folded} | {level for run in runs(folded) for level in run.split("、")}
    for run in sorted({run for f in among for run in runs(f.own)}):
        # 国家某中心的分中心和省、市某中心 are of the level asked too: the others do not speak against it.
        also = any(run in f.own and any(level in f.own.replace(run, "") for level in _LEVELS if level in folded) for f in among)
        if also or not asked.isdisjoint(run.split("、")):
            yield Hint(run, "own", "same", 1.0)


def shortened(folded: str, texts: Sequence[str]) -> list[str]:
    """Return the words of texts that a question shortens to their first characters (国优 is 国家优质), where no text holds the short form itself."""
    found: list[str] = []
    for pair in bigrams(folded):
        if not any(pair in text for text in texts):
            long = re.compile(f"{pair[0]}[\u4e00-\u9fff]{pair[1]}[\u4e00-\u9fff]")
            found += (match[0] for text in texts if (match := long.search(text)))
    return list(dict.fromkeys(found))
