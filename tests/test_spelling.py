"""Mistakes of spelling in names that a build knows."""

from __future__ import annotations

import pytest

from ingest.words import bigrams
from kg.spelling import Mended, Spelling, sound
from tests.elsewhere import ask

NAMES = ("海州市家政服务条例", "海州市孵化器管理办法", "山西省科技条例", "海州市科学技术局")
TEXT = "。".join(NAMES) + "对首次认定的企业给予科技奖励"
WRITTEN = set(bigrams(TEXT))


@pytest.fixture
def spelling() -> Spelling:
    return Spelling(lambda: NAMES, lambda pair: 1.0 if pair in WRITTEN else 9.0)


@pytest.mark.parametrize(
    ("written", "meant", "why"),
    [
        ("海州市家证服务条例几时施行", "海州市家政服务条例几时施行", "a homophone"),
        ("海州市孵化器管埋办法", "海州市孵化器管理办法", "a similar shape in no word"),
        ("海州市孵化管理办法", "海州市孵化管理办法", "two words side by side are no mistake"),
        ("海州市家务服条例", "海州市家务服条例", "two characters changed places: nothing fits"),
        ("海州市家电服务条例", "海州市家电服务条例", "another word that sounds otherwise"),
        ("陕西省科技条例", "陕西省科技条例", "a place stays what it is"),
        ("对再次认定的企业", "对再次认定的企业", "再 is never a mistake for 首"),
    ],
)
def test_mended(spelling: Spelling, written: str, meant: str, why: str) -> None:
    assert spelling.mend(written, ("陕西省", "海州市"))[0] == meant, why


def test_a_missing_and_a_doubled_character(spelling: Spelling) -> None:
    assert spelling.mend("海州市科学术局")[0] == "海州市科学技术局"
    assert spelling.mend("海州市家政政服务条例")[0] in ("海州市家政服务条例", "海州市家政政服务条例")


def test_what_was_mended_is_told(spelling: Spelling) -> None:
    assert spelling.mend("家证服务条例")[1] == (Mended("家证服务", "家政服务"),)


def test_two_names_that_fit_settle_nothing() -> None:
    names = ("海州市中年服务条例", "海州市青年服务条例")
    assert Spelling(lambda: names, lambda pair: 9.0).mend("海州市鑫年服务条例")[0] == "海州市鑫年服务条例"


def test_sounds() -> None:
    assert sound("证") == sound("政")
    assert sound("住") == sound("助")
    assert sound("山") == sound("陕")
    assert sound("家") != sound("企")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("湖南省家证服务条例里家政服务是什么意思", "（“省家证服务”按“省家政服务”理解。）"),
        ("《长沙市既有住宅加装电梯施细则》要交什么材料", "理解。）"),
    ],
)
def test_the_answer_says_what_was_understood(question: str, said: str) -> None:
    answer = ask(question)
    assert answer.answered
    assert said in answer.answer
    assert answer.question == question


def test_a_verb_before_a_word_of_place_is_no_slip() -> None:
    names = ("海州市家政奖励办法在线施行", "海州市家政奖励办法")
    assert Spelling(lambda: names, lambda pair: 9.0).mend("家政奖励办挂在线上")[0] == "家政奖励办挂在线上"
