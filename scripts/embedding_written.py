"""Questions of our own about articles of the benchmark that none of its own questions names: what an ordinary person would type, two an article.

``everyday.jsonl`` holds them with the ids of their articles; no words of the articles stand there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from scripts.law_texts import AskedQuestion

WRITTEN = Path(__file__).with_name("everyday.jsonl")


def read(asked: Sequence[AskedQuestion]) -> list[AskedQuestion]:
    """Return the questions; raises ValueError where one is about an article that a question of the benchmark names."""
    named = {article for question in asked for article in question.gold}
    out: list[AskedQuestion] = []
    for line in WRITTEN.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["id"] in named:
            raise ValueError(f"{WRITTEN.name}: {row['id']} is an article of the benchmark's own questions")
        out += [AskedQuestion(f"{row['id']}/{i}", text, (row["id"],)) for i, text in enumerate(row["asked"])]
    return out
