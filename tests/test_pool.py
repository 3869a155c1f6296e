"""The pool: what heavy, greedy and gone clients do to the others, and what the children have given up."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kg.errors import BuildDamaged, BuildMissing
from kg.guard import Job
from kg.lane import FullError, Lane
from kg.pool import Limits, Pool
from kg.store import Store
from tests.graphs import graphs

HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LIGHT = "ASK {}"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pool")
    Store.create(folder / "graph", graphs(*(f"{i}.txt" for i in range(20)))).backup(folder / "snap")
    return folder / "snap"


@asynccontextmanager
async def pool_of(snapshot: Path, **limits: float) -> AsyncIterator[Pool]:
    pool = Pool(snapshot, Limits(**({"query_s": 1.5, "wait_s": 5, "quick_s": 0.1} | limits)))  # type: ignore[arg-type]
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


def heavy(number: int) -> Job:
    """Return a heavy query that differs from the others, so that the pool does not know it."""
    return Job(f"{HEAVY} #{number}")


async def timed(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 30))  # type: ignore[arg-type]


def test_answers_and_keeps_its_children(snapshot: Path) -> None:
    async def test() -> None:
        async with pool_of(snapshot) as pool:
            before = set(pool._stock.alive)
            assert {(await pool.evaluate(Job(LIGHT, rows="csv"))).body.strip() for _ in range(20)} == {b"true"}
            assert before <= pool._stock.alive
            assert pool.state().running == pool.state().waiting == 0

    run(test)


def test_too_long_is_stopped_and_the_next_is_answered_at_once(snapshot: Path) -> None:
    async def test() -> None:
        async with pool_of(snapshot, query_s=0.6) as pool:
            took = time.perf_counter()
            assert (await pool.evaluate(heavy(0))).verdict == "time"
            assert 0.5 < time.perf_counter() - took < 3
            assert await timed(pool.evaluate(Job(LIGHT))) < 1

    run(test)


def test_many_heavy_queries_leave_room_for_ordinary_ones(snapshot: Path) -> None:
    async def test() -> None:
        async with pool_of(snapshot, query_s=3) as pool:
            rude = [asyncio.ensure_future(pool.evaluate(heavy(n % 2), "rude")) for n in range(12)]
            await asyncio.sleep(1.0)
            took = [await timed(pool.evaluate(Job(LIGHT), "polite")) for _ in range(5)]
            assert max(took) < 1  # seconds; behind a heavy query it would be three
            for task in rude:
                task.cancel()
            await asyncio.gather(*rude, return_exceptions=True)
            assert pool.state().running == pool.state().waiting == 0

    run(test)


def test_slow_lane_gives_a_place_to_who_has_none(snapshot: Path) -> None:
    async def test() -> None:
        async with pool_of(snapshot, query_s=4, slow=2) as pool:
            rude = [asyncio.ensure_future(pool.evaluate(heavy(n), "rude")) for n in range(4)]
            await asyncio.sleep(1.0)
            polite = asyncio.ensure_future(pool.evaluate(heavy(9), "polite"))
            await asyncio.sleep(1.0)
            assert pool._slow.held["polite"] == 1
            assert pool._slow.held["rude"] == 1
            for task in (*rude, polite):
                task.cancel()
            await asyncio.gather(*rude, polite, return_exceptions=True)

    run(test)


def test_busy_where_no_place_in_time(snapshot: Path) -> None:
    async def test() -> None:
        async with pool_of(snapshot, query_s=2, wait_s=0.3, slow=1) as pool:
            verdicts = [r.verdict for r in await asyncio.gather(*(pool.evaluate(heavy(0)) for _ in range(4)))]
            assert sorted(set(verdicts)) == ["busy", "time"]

    run(test)


def test_cancelled_query_stops_its_child(snapshot: Path) -> None:
    async def test() -> None:
        async with pool_of(snapshot) as pool:
            before = set(pool._stock.alive)
            task = asyncio.ensure_future(pool.evaluate(heavy(0)))
            await asyncio.sleep(0.3)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            dead = before - pool._stock.alive
            assert len(dead) == 1
            await asyncio.wait_for(dead.pop().gone(), 2)
            assert (await pool.evaluate(Job(LIGHT))).verdict == "ok"

    run(test)


def test_dead_child_is_replaced(snapshot: Path) -> None:
    async def test() -> None:
        async with pool_of(snapshot) as pool:
            crash = "SELECT (" + "1+" * 25000 + "1 AS ?x) {}"
            assert (await pool.evaluate(Job(crash))).verdict == "complex"
            for worker in tuple(pool._stock.alive):
                worker.stop()
                await worker.gone()
            assert (await pool.evaluate(Job(LIGHT))).verdict == "ok"

    run(test)


def test_switch_to_another_snapshot(snapshot: Path, tmp_path: Path) -> None:
    async def test() -> None:
        Store.create(tmp_path / "graph", graphs("only.txt")).backup(tmp_path / "snap")
        count = Job("SELECT (COUNT(*) AS ?n) { ?d a <https://w3id.org/policykg/ns#Document> }", rows="csv")
        async with pool_of(snapshot) as pool:
            assert (await pool.evaluate(count)).body.split() == [b"n", b"20"]
            pool.switch(tmp_path / "snap")
            assert [(await pool.evaluate(count)).body.split()[1] for _ in range(6)] == [b"1"] * 6

    run(test)


def test_snapshot_that_cannot_be_opened(tmp_path: Path) -> None:
    async def test() -> None:
        with pytest.raises(BuildMissing):
            await Pool(tmp_path).start()
        (tmp_path / "CURRENT").write_text("rubbish")
        with pytest.raises(BuildDamaged):
            await Pool(tmp_path).start()

    run(test)


SEALED = """
import sys
from kg import confine
sealed = confine.seal()
import pyoxigraph
for silent in ("", "SILENT "):
    try:
        list(pyoxigraph.Store().query("SELECT * {{ SERVICE " + silent + "<http://127.0.0.1:{}/> {{ ?s ?p ?o }} }}"))
    except (OSError, RuntimeError, ValueError):
        pass
print(sealed.seccomp)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="seccomp is Linux's")
def test_service_reaches_nobody(snapshot: Path) -> None:
    """Neither past the lexer, nor in a sealed process that has no lexer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        port = listener.getsockname()[1]

        async def test() -> None:
            async with pool_of(snapshot) as pool:
                for silent in ("", "SILENT "):
                    query = f"SELECT * {{ SERVICE {silent}<http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
                    assert (await pool.evaluate(Job(query))).verdict == "service"

        run(test)
        done = subprocess.run([sys.executable, "-c", SEALED.format(port)], capture_output=True, text=True, check=True, timeout=20)
        assert done.stdout.strip() == "True"
        with pytest.raises(TimeoutError):
            listener.accept()


def test_lane_takes_turns() -> None:
    async def test() -> None:
        lane = Lane(1, 10)
        await lane.enter("a", 1)
        order: list[str] = []

        async def visit(client: str) -> None:
            await lane.enter(client, 5)
            order.append(client)
            lane.leave(client)

        tasks = [asyncio.ensure_future(visit(client)) for client in ("a", "a", "a", "b", "c")]
        await asyncio.sleep(0)
        lane.leave("a")
        await asyncio.gather(*tasks)
        assert order == ["a", "b", "c", "a", "a"]
        assert lane.free

    run(test)


def test_full_queue_sends_away_the_greediest() -> None:
    async def test() -> None:
        lane = Lane(1, 3)
        await lane.enter("x", 1)
        greedy = [asyncio.ensure_future(lane.enter("greedy", 1)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(FullError):
            await lane.enter("greedy", 1)
        modest = asyncio.ensure_future(lane.enter("modest", 1))
        await asyncio.sleep(0.01)
        assert [task.done() for task in greedy] == [False, False, True]
        assert isinstance(greedy[2].exception(), FullError)
        lane.leave("x")
        await asyncio.wait_for(asyncio.gather(greedy[0]), 1)
        lane.leave("greedy")
        await modest
        lane.leave("modest")
        await greedy[1]

    run(test)


def test_who_gives_up_leaves_no_place_behind() -> None:
    async def test() -> None:
        lane = Lane(1, 10)
        await lane.enter("a", 1)
        with pytest.raises(FullError):
            await lane.enter("b", 0.05)
        waiting = asyncio.ensure_future(lane.enter("c", 5))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert lane.waiting == 0
        lane.leave("a")
        assert lane.free

    run(test)
