"""A lane of the pool: so many places, and a queue in which clients take turns."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque


class FullError(Exception):
    """No place in time, or no room in the queue."""


class Lane:
    """Places that are given to clients in turn: who has fewer places goes first, then whoever waited longest for a turn."""

    def __init__(self, places: int, room: int) -> None:
        self.places = places
        self.room = room
        self.held: Counter[str] = Counter()
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return sum(map(len, self._queues.values()))

    @property
    def free(self) -> bool:
        """Whether a place is free and nobody waits for it."""
        return self.held.total() < self.places and not self._queues

    async def enter(self, client: str, wait_s: float) -> None:
        """Wait for a place; raises FullError after ``wait_s``, at once where the queue is full and this client has its share of it."""
        if self.take(client):
            return
        if self.waiting >= self.room:
            self._make_room(client)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(client, deque()).append(turn)
        try:
            await asyncio.wait_for(asyncio.shield(turn), wait_s)
        except BaseException as error:
            self._forget(client, turn)
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.leave(client)
            turn.cancel()
            if isinstance(error, TimeoutError):
                raise FullError from None
            raise

    def take(self, client: str) -> bool:
        """Take a place at once where one is free."""
        if not self.free:
            return False
        self.held[client] += 1
        return True

    def leave(self, client: str) -> None:
        """Give a place back; it goes to the next in turn."""
        self.held[client] -= 1
        if not self.held[client]:
            del self.held[client]
        if self._queues and self.held.total() < self.places:
            chosen = min(self._queues, key=lambda name: self.held[name])
            turn = self._queues[chosen].popleft()
            self._queues.move_to_end(chosen)
            if not self._queues[chosen]:
                del self._queues[chosen]
            self.held[chosen] += 1
            turn.set_result(None)

    def _make_room(self, client: str) -> None:
        """Send away the newest of the client that waits most; raises FullError where that would be this one."""
        greedy = max(self._queues, key=lambda name: len(self._queues[name]))
        if len(self._queues[greedy]) <= len(self._queues.get(client, ())) + 1:
            raise FullError
        turn = self._queues[greedy].pop()
        turn.set_exception(FullError())

    def _forget(self, client: str, turn: asyncio.Future[None]) -> None:
        queue = self._queues.get(client)
        if queue and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._queues[client]
