"""Segmentation: nothing lost, both tokenizers alike, our words kept to ourselves."""

from __future__ import annotations

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import words

MIXED = st.text(alphabet="企业研发投入专精特新小巨人奖补最高不超过的和市科技局２0１8.%，。 \n\tABcd《》（）", max_size=60)


@given(MIXED)
@settings(max_examples=200, deadline=None)
def test_words_joined_are_the_text(text: str) -> None:
    assert "".join(words.segment(text)) == text


def test_both_tokenizers_cut_alike() -> None:
    pytest.importorskip("rjieba")
    fast, plain = words._fast(), words._plain()

    @given(MIXED)
    @settings(max_examples=200, deadline=None)
    def alike(text: str) -> None:
        assert fast.cut(text) == plain.cut(text)

    alike()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("专精特新企业", ["专精特新", "企业"]),
        ("众创空间奖补", ["众创空间", "奖补"]),
        ("由工信局认定", ["由", "工信局", "认定"]),
        ("绿色低碳转型", ["绿色低碳", "转型"]),
    ],
)
def test_our_words_hold_together(text: str, expected: list[str]) -> None:
    assert words.segment(text) == expected


def test_every_listed_word_is_cut_whole() -> None:
    cut = {word: words.segment(word) for word, _, _ in words.user_words()}
    assert {word: parts for word, parts in cut.items() if parts != [word]} == {}


def test_our_words_stay_out_of_the_global_tokenizer() -> None:
    words.segment("众创空间")
    assert jieba.dt.FREQ.get("众创空间") is None


def test_terms_are_folded_words_then_bigrams() -> None:
    assert words.terms("ＡＩ企业的奖补") == ["ai", "企业", "奖补", "企业", "业的", "的奖", "奖补"]


def test_terms_do_not_see_white_space() -> None:
    assert words.terms("研发\n投 入") == words.terms("研发投入")


def test_marks_and_stop_words_are_no_terms() -> None:
    assert words.terms("，。《》") == []
    assert {"的", "怎么", "可以"}.isdisjoint(words.terms("企业的负责人怎么可以申请"))


def test_a_malformed_row_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_listed", lambda name: ["", "奖补 many n"])
    with pytest.raises(ValueError, match="line 2"):
        list(words.user_words())
