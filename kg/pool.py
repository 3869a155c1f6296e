"""The one pool of child processes that evaluate what users write, for endpoint, SPARQL page, command line and MCP alike.

A query starts in the quick lane. One that keeps a processor busy moves to the slow lane, where it yields to all others; where that is
full it is stopped and starts again when its turn comes, and its text is remembered, so that it goes there at once the next time. So an
ordinary query finds a place however many heavy ones there are. In both lanes clients take turns, and one that has two places in the slow
lane loses the younger to a client that has none.
"""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg.errors import PolicyKGError
from kg.guard import Job
from kg.lane import FullError, Lane
from kg.worker import Reply, Worker

_BUSY = Reply("busy")
_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a pool allows: places of both lanes, seconds of processor after which a query is slow, seconds of a query, seconds in a queue.

    ``room`` is the length of each queue, ``memory_bytes`` what a child may take beyond what the snapshot needs; ``eager`` starts children
    before they are asked for.
    """

    quick: int = 2
    slow: int = max(2, min(4, (os.cpu_count() or 2) // 2))
    quick_s: float = 0.1
    query_s: float = 10.0
    wait_s: float = 5.0
    room: int = 256
    result_bytes: int = 16 << 20
    memory_bytes: int = 1500 << 20
    eager: bool = True


@dataclass(frozen=True, slots=True)
class State:
    """What goes on: children alive, queries being evaluated and waiting, and which walls stand around the children."""

    workers: int
    running: int
    waiting: int
    seccomp: bool
    network: bool


@dataclass(slots=True, eq=False)
class _Run:
    """A job on a child process."""

    client: str
    worker: Worker
    answer: asyncio.Task[Reply]
    started: float
    preempted: bool = False

    @property
    def seconds(self) -> float:
        return asyncio.get_running_loop().time() - self.started

    async def within(self, seconds: float) -> bool:
        """Wait for the answer so long at most."""
        done, _ = await asyncio.wait({self.answer}, timeout=max(0.0, seconds))
        return bool(done)


@dataclass(slots=True)
class _Stock:
    """The children: idle ones, those being started, all, and those that are ending."""

    idle: list[Worker] = field(default_factory=list)
    starting: set[asyncio.Task[Worker]] = field(default_factory=set)
    alive: set[Worker] = field(default_factory=set)
    ending: set[asyncio.Task[None]] = field(default_factory=set)


class Pool:
    """Evaluates jobs over one snapshot at a time; all of it belongs to one event loop."""

    def __init__(self, snapshot: Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._snapshot = snapshot
        self._quick = Lane(self.limits.quick, self.limits.room)
        self._slow = Lane(self.limits.slow, self.limits.room)
        self._stock = _Stock()
        self._heavy: OrderedDict[Job, None] = OrderedDict()
        self._long: list[_Run] = []
        self._seccomp = self._network = self._closed = False

    async def start(self) -> State:
        """Start the first child, so that a snapshot that cannot be opened is known at once, and the others behind it where eager."""
        self._stock.idle.append(await self._fresh())
        self._refill()
        return self.state()

    def state(self) -> State:
        """Return what goes on."""
        running = self._quick.held.total() + self._slow.held.total()
        return State(len(self._stock.alive), running, self._quick.waiting + self._slow.waiting, self._seccomp, self._network)

    def switch(self, snapshot: Path) -> None:
        """Go over to another snapshot; jobs that are being evaluated end on the old one."""
        if snapshot != self._snapshot:
            self._snapshot = snapshot
            self._heavy.clear()
            while self._stock.idle:
                self._retire(self._stock.idle.pop())

    async def close(self) -> None:
        """Stop every child, for good."""
        self._closed = True
        for task in tuple(self._stock.starting):
            task.cancel()
        await asyncio.gather(*self._stock.starting, return_exceptions=True)
        for worker in tuple(self._stock.alive):
            self._retire(worker)
        await asyncio.gather(*self._stock.ending)

    async def evaluate(self, job: Job, client: str = "") -> Reply:
        """Return the reply to a job; "busy" where no place was free in time, "time" where it took too long.

        Cancelled, it stops the child. Raises BuildMissing or BuildDamaged.
        """
        job = replace(job, result_bytes=min(job.result_bytes, self.limits.result_bytes), limit_s=self.limits.query_s)
        run: _Run | None = None
        try:
            if job not in self._heavy:
                await self._quick.enter(client, self.limits.wait_s)
                try:
                    # It may have become known as heavy while this one waited.
                    run = None if job in self._heavy else await self._begin(job, client)
                    if run is not None and await self._is_quick(run):
                        return self._finish(run, "complex")
                    self._remember(job)
                    moved = run is not None and self._slow.take(client)
                finally:
                    self._quick.leave(client)
                if run is not None and not moved:
                    self._drop(run)
                    run = None
            return await self._evaluate_slow(job, client, run)
        except FullError:
            return _BUSY
        except BaseException:
            if run is not None:
                self._drop(run)
            raise

    async def _is_quick(self, run: _Run) -> bool:
        """Wait while the query is no burden: processor time counts, and less patience where others wait."""
        allowed = self.limits.quick_s
        while not await run.within(allowed / 4):
            used = run.worker.processor_s() - run.worker.processor_before
            if used >= allowed or run.seconds > allowed * (2 if self._quick.waiting else 5):
                return False
        return True

    async def _evaluate_slow(self, job: Job, client: str, run: _Run | None) -> Reply:
        """Evaluate in the slow lane; ``run`` is a job that holds a place there already."""
        while True:
            if run is None:
                self._preempt_for(client)
                await self._slow.enter(client, self.limits.wait_s)
            try:
                run = run or await self._begin(job, client)
                run.worker.yield_to_others()
                self._long.append(run)
                in_time = await run.within(self.limits.query_s - run.seconds)
                if not in_time:
                    return Reply("time", f"{self.limits.query_s:g}")
                if not run.preempted:
                    if run.seconds < self.limits.quick_s / 2:
                        self._heavy.pop(job, None)
                    return self._finish(run, "memory")
            finally:
                if run is not None:
                    self._drop(run)
                self._slow.leave(client)
            run = None

    def _preempt_for(self, client: str) -> None:
        """Take a place in the slow lane from the client that has most, two at least, for one that has none."""
        if self._slow.held[client] or self._slow.held.total() < self._slow.places:
            return
        greedy, places = self._slow.held.most_common(1)[0]
        if places < 2:
            return
        if theirs := [run for run in self._long if run.client == greedy and not run.preempted]:
            youngest = theirs[-1]
            youngest.preempted = True
            youngest.worker.stop()

    async def _begin(self, job: Job, client: str) -> _Run:
        worker = await self._worker()
        worker.processor_before = worker.processor_s()
        return _Run(client, worker, asyncio.ensure_future(worker.ask(job)), asyncio.get_running_loop().time())

    def _finish(self, run: _Run, died: str) -> Reply:
        """Return the answer and put the child back; ``died`` is the verdict over a query that the child did not survive."""
        reply = run.answer.result()
        if reply.verdict == "died":
            reply = Reply(died)
        if run.worker.spent or run.worker.snapshot != self._snapshot:
            self._drop(run)
        else:
            self._stock.idle.append(run.worker)
        return reply

    def _drop(self, run: _Run) -> None:
        """Stop a job and its child, unless the child is back in the stock."""
        if run in self._long:
            self._long.remove(run)
        if run.worker in self._stock.alive and run.worker not in self._stock.idle:
            run.answer.cancel()
            self._retire(run.worker)

    async def _worker(self) -> Worker:
        """Return a child that is idle, or the next that is ready."""
        while True:
            while self._stock.idle:
                worker = self._stock.idle.pop()
                if worker.alive and worker.snapshot == self._snapshot:
                    return worker
                self._retire(worker)
            if not self._stock.starting:
                return await self._fresh()
            await asyncio.wait(self._stock.starting, return_when=asyncio.FIRST_COMPLETED)

    async def _fresh(self) -> Worker:
        worker = await Worker.start(self._snapshot, self.limits.memory_bytes)
        self._stock.alive.add(worker)
        self._seccomp, self._network = worker.seccomp, worker.network
        return worker

    def _retire(self, worker: Worker) -> None:
        worker.stop()
        self._stock.alive.discard(worker)
        task = asyncio.ensure_future(worker.gone())
        self._stock.ending.add(task)
        task.add_done_callback(self._stock.ending.discard)
        self._refill()

    def _refill(self) -> None:
        """Start as many children as are missing."""
        missing = self.limits.quick + self.limits.slow - len(self._stock.alive) - len(self._stock.starting)
        for _ in range(missing if self.limits.eager and not self._closed else 0):
            task = asyncio.ensure_future(self._fresh())
            self._stock.starting.add(task)
            task.add_done_callback(self._started)

    def _started(self, task: asyncio.Task[Worker]) -> None:
        """Put a child into the stock; one that could not start is started again when it is needed, and says there why it cannot."""
        self._stock.starting.discard(task)
        if not task.cancelled():
            with suppress(PolicyKGError, OSError):
                self._stock.idle.append(task.result())

    def _remember(self, job: Job) -> None:
        self._heavy[job] = None
        while len(self._heavy) > _REMEMBERED:
            self._heavy.popitem(last=False)
