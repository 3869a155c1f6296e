"""Matches of patterns that can begin at certain signs only: a pattern that opens with a look around or an option is slow to search with."""

from __future__ import annotations

import re
from collections.abc import Iterator


def finditer(pattern: re.Pattern[str], first: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield what ``pattern.finditer(text)`` yields; ``first`` finds every place where a match, never an empty one, can begin."""
    at = 0
    while (start := first.search(text, at)) is not None:
        match = pattern.match(text, start.start())
        if match is None:
            at = start.start() + 1
        else:
            yield match
            at = match.end()
