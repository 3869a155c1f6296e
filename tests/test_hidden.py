"""Signs that nobody sees and signs of another width change no fact; spans count in the text as it stands."""

from __future__ import annotations

import random

import pytest

from ingest import hidden
from ingest.flow import squash
from ingest.read import read
from ontology.records import Reading, Source
from tests.makers import plain
from tests.makers.policy import MEASURES, RULES, Policy
from tests.test_formats import heading_of, told

POLICIES = pytest.mark.parametrize("policy", [RULES, MEASURES], ids=["rules", "measures"])
HIDDEN = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
WIDE = {code: code + 0xFEE0 for code in map(ord, "0123456789")}


def of(text: str) -> Reading:
    return read(Source("文.txt", "", text))


def same(found: Reading, expected: Reading) -> None:
    assert [heading_of(d) for d in found.documents] == [heading_of(d) for d in expected.documents]
    assert told(found) == told(expected)


@POLICIES
@pytest.mark.parametrize("sign", HIDDEN, ids=lambda sign: f"{ord(sign):04X}")
def test_a_hidden_sign_before_every_sign(policy: Policy, sign: str) -> None:
    text = plain.make(policy)
    same(of(sign.join(text)), of(text))


@POLICIES
def test_spans_count_the_hidden_signs(policy: Policy) -> None:
    draw = random.Random(7)
    text = plain.make(policy)
    strewn = "".join(sign + draw.choice(HIDDEN) * (draw.random() < 0.4) for sign in text)
    reading, expected = of(strewn), of(text)
    assert reading.source.text == strewn
    for one, other in zip(reading.documents, expected.documents, strict=True):
        for (clause, facts), (like, facts_like) in zip(reading.clauses[one.id], expected.clauses[other.id], strict=True):
            for span, span_like in [(clause.span, like.span), *((a.span, b.span) for a, b in zip(facts.amounts, facts_like.amounts, strict=True))]:
                assert hidden.seen(strewn[span.start : span.end]) == text[span_like.start : span_like.end]
                assert one.span.covers(span)


def test_a_line_of_hidden_signs_is_blank() -> None:
    text = "海州市补助办法\n\u200b\n第\u200b一条\u200b　对企业给予100\u200b万元补助。\n\u202a\u202c\n第二\u2060条　本办法自2031年1月1日起施行。\n"
    reading = of(text)
    ((_, _), (first, facts), (second, _)) = reading.clauses[reading.documents[0].id]
    assert (first.key, second.key) == ("第一条", "第二条")
    (amount,) = facts.amounts
    assert (str(amount.value), text[amount.span.start : amount.span.end]) == ("1000000", "100\u200b万元")


@POLICIES
def test_digits_and_brackets_of_another_width(policy: Policy) -> None:
    text = plain.make(policy)
    expected = of(text)
    for left, right in ("〔〕", "[]", "［］", "（）", "【】"):
        numbers = text.replace("〔", left).replace("〕", right)
        same(of(numbers), expected)
        same(of(numbers.translate(WIDE)), expected)
    same(of(text.replace("（", "(").replace("）", ")")), expected)


def test_a_title_has_digits_and_letters_of_one_width() -> None:
    reading = of("海州市Ａ级企业２０３０年奖励办法\n\n第一条　依照《海州市企业培育规划(２０３０—２０３５年)》（海政发［２０３０］７号）制定本办法。\n")
    (document,) = reading.documents
    assert document.title == "海州市A级企业2030年奖励办法"
    (cited,) = [r for _, facts in reading.clauses[document.id] for r in facts.references]
    assert (cited.title, cited.number) == ("海州市企业培育规划（2030—2035年）", "海政发〔2030〕7号")
    assert squash(reading.source.text[cited.span.start :]).startswith("《海州市企业培育规划(２０３０")
