"""Laws of the shared archive: article numbers run on, chapters stand as the source prints them; a sample drawn by a fixed seed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from scripts import law_check

SEED = 7
FILES = 300


@pytest.mark.slow
def test_articles_and_chapters_of_a_sample(shared: Path) -> None:
    archive = shared / "laws.tar.xz"
    if not archive.exists():
        pytest.skip("no archive of laws")
    texts = random.Random(SEED).sample(list(law_check.laws(archive)), FILES)
    found = [law_check.checked(name, text) for name, text in texts]
    held = [file for file in found if file.articles]
    broken = [file for file in held if file.causes]
    assert len(broken) <= 0.01 * len(held), broken
    assert not [cause for file in found for cause in file.causes if "NOT READ" in cause or "no article" in cause]
    assert len([file for file in held if file.chapters]) <= 0.01 * len(held)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("甲市某某条例\n\n第一条 甲。\n\n第二条 乙。\n\n第四条 丁。\n", "the source leaves the number out"),
        ("甲市某某条例\n\n第一条 甲。\n\n第二条 乙。\n\n第二条 丙。\n", "the source prints the number again"),
        ("甲市某某条例\n\n第一条 甲。\n\n第二条 乙按照第三条办理。\n\n第四条 丁。\n", "printed inside a line: [3]"),
    ],
)
def test_a_break_is_told_with_its_cause(text: str, cause: str) -> None:
    assert cause in " ".join(law_check.checked("甲.txt", text).causes)
