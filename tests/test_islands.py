"""Many texts are told into words as the tokenizer alone would tell them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from kg.vectors import encoder, islands
from kg.vectors.islands import Islands
from tests.conftest import ROOT

# Words of the vocabulary, characters that stand in words only (蓬), in none (龘 㐀 𠀀), digits, letters, signs.
SIGNS = "法律规定人民政府的应当不得有关企业研发蓬勃龘㐀𠀀0129ab，。 \n"


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    made = Tokenizer.from_file(str(encoder.DEFAULT / "tokenizer.json"))
    made.no_padding()
    return made


def told(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    return [found.ids for found in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]


def test_the_sample_corpus(tokenizer: Tokenizer) -> None:
    assert islands.fits(tokenizer)
    lines = [encoder._folded(line) for file in sorted((ROOT / "corpus").glob("*.txt")) for line in file.read_text("utf-8").splitlines()]
    assert Islands(tokenizer).ids(lines) == told(tokenizer, lines)


@pytest.mark.parametrize("text", ["0 0", "0  0", "a \n b", "法 0", "0　0 a\tb", "ＡＢ  １２"])
def test_white_space_goes_as_the_tokenizer_has_it(tokenizer: Tokenizer, text: str) -> None:
    assert encoder._folded(text) == tokenizer.normalizer.normalize_str(text)


def test_any_texts(tokenizer: Tokenizer) -> None:
    ours = Islands(tokenizer)

    @settings(max_examples=300, deadline=None)
    @given(st.lists(st.text(st.sampled_from(SIGNS), max_size=30), min_size=1, max_size=4))
    def alike(texts: list[str]) -> None:
        folded = [encoder._folded(text) for text in texts]
        assert ours.ids(folded) == told(tokenizer, folded)

    alike()


def test_what_is_remembered_has_a_bound(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(islands, "KNOWN", 4)
    ours, texts = Islands(tokenizer), ["法律规定", "的应当不得", "有关企业研发，2024"]
    assert [ours.ids([text])[0] for text in texts] == told(tokenizer, texts)
    assert ours.ids(texts) == told(tokenizer, texts)


def test_another_tokenizer_is_left_alone(tokenizer: Tokenizer) -> None:
    other = Tokenizer(tokenizer.model)
    other.pre_tokenizer = pre_tokenizers.Whitespace()
    assert not islands.fits(other)
    assert not islands.fits(Tokenizer(models.WordLevel({"法": 0}, "法")))
