"""Time measured so that a busy machine does not fail a test: the least of a few tries, and no more tries than needed."""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable
from functools import partial

TRIES = 3


def within(bar: float, run: Callable[[], object], timer: Callable[[], float] = time.process_time) -> bool:
    """Say whether a run takes less than ``bar`` seconds at least once in three tries."""
    return any(_seconds(run, timer) < bar for _ in range(TRIES))


def grows(run: Callable[[int], object], short: int, long: int, times: float, least: float = 0.2) -> bool:
    """Say whether the long run takes less than ``times`` the short one's processor seconds, or less than ``least``, at least once in three tries.

    A quadratic pass over eight times the text takes 64 times as long in every try.
    """
    ratios = []
    for _ in range(TRIES):
        base, whole = (_seconds(partial(run, size)) for size in (short, long))
        if whole < max(times * base, least):
            return True
        ratios.append((base, whole))
    print(ratios)
    return False


def _seconds(run: Callable[[], object], timer: Callable[[], float] = time.process_time) -> float:
    return timeit.timeit(run, timer=timer, number=1)
