"""The pool for callers without an event loop (command line, SPARQL page): one thread that keeps the pools of this process."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from functools import cache
from pathlib import Path

from kg.guard import Job
from kg.pool import Limits, Pool
from kg.worker import Reply

# A build that is replaced has two generations for a while.
_KEPT = 2


def evaluate(snapshot: Path, job: Job, limits: Limits) -> Reply:
    """Return the reply to a job on a snapshot, from any thread; raises BuildMissing or BuildDamaged."""
    return asyncio.run_coroutine_threadsafe(_desk().evaluate(snapshot, job, limits), _desk().loop).result()


class _Desk:
    """A thread with an event loop; a child dies with the thread that started it, so the thread lives as long as the process."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._pools: OrderedDict[tuple[Path, Limits], Pool] = OrderedDict()
        threading.Thread(target=self.loop.run_forever, name="policykg-pool", daemon=True).start()

    async def evaluate(self, snapshot: Path, job: Job, limits: Limits) -> Reply:
        """Evaluate in the pool of a snapshot and its limits; pools that were not used lately are closed."""
        key = (snapshot, limits)
        pool = self._pools.setdefault(key, Pool(snapshot, limits))
        self._pools.move_to_end(key)
        while len(self._pools) > _KEPT:
            _, old = self._pools.popitem(last=False)
            await old.close()
        return await pool.evaluate(job)


@cache
def _desk() -> _Desk:
    return _Desk()
