"""Reading over dask.distributed: with a scheduler and two workers as processes, one of them killed in mid-run, the build is that of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from kg import build, cluster, export, harvest
from kg.build import Report
from kg.config import BASE
from kg.errors import PolicyKGError
from kg.harvest import Batch
from kg.manifest import Entry
from kg.shelf import Shelf
from tests import engines
from tests.policies import DAY, policy

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return forty policies and a file that cannot be read."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(40):
        repeals = f"\n第五条 《海州市第{number // 2}类孵化器管理办法》同时废止。\n"
        (folder / f"{number:02}.txt").write_text(policy(f"第{number}类孵化器", number + 1, 10 * number + 10) + repeals, "utf-8")
    (folder / "空.txt").write_text("", "utf-8")
    return folder


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harvest, "BATCH", 1500)


def exports(where: Path, into: Path) -> dict[str, bytes]:
    """Return every exported file: the tables as CSV and the whole graph."""
    shelf = Shelf.open(where)
    export.write_tables(shelf, into, DAY)
    export.write_rdf(shelf, into / "graph.nq", DAY)
    # What says when the build was made stands in the package and in comments.
    return {file.name: b"".join(line for line in file.open("rb") if not line.startswith(b"# ")) for file in into.iterdir() if file.suffix != ".json"}


def ingest(into: Path, corpus: Path, address: str | None = None, progress: build.Progress = build.quiet) -> Report:
    crew = None if address is None else partial(cluster.gather, address)
    return build.ingest(into, [corpus], base=BASE, workers=1, crew=crew, progress=progress)


@pytest.fixture(scope="module")
def alone(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, dict[str, bytes], set[str]]:
    """Return what this machine makes of the corpus: report, exports and the names of the readings it keeps."""
    folder = tmp_path_factory.mktemp("alone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(harvest, "BATCH", 1500)
        report = ingest(folder / "build", corpus)
    return report, exports(folder / "build", folder / "out"), readings(folder / "build")


def readings(where: Path) -> set[str]:
    return {file.name for file in (where / "readings").iterdir()}


def test_one_worker_killed_in_mid_run_changes_nothing(corpus: Path, alone: tuple[Report, dict[str, bytes], set[str]], tmp_path: Path) -> None:
    with engines.cluster(workers=2) as running:
        first = running.workers[0]
        killed_at: list[int] = []

        def kill_one(done: int, total: int, what: str) -> None:
            if 3 <= done < total and not killed_at:
                first.kill()
                first.wait()
                killed_at.append(done)

        report = ingest(tmp_path / "build", corpus, running.address, kill_one)
        assert killed_at
        assert running.workers[1].poll() is None
        assert (report, exports(tmp_path / "build", tmp_path / "out"), readings(tmp_path / "build")) == alone
        (corpus / "再来.txt").write_text(policy("茶园", 77), "utf-8")
        try:
            again = ingest(tmp_path / "build", corpus, running.address)
        finally:
            (corpus / "再来.txt").unlink()
        assert (again.added, again.kept) == (("再来.txt",), 40)


@pytest.fixture
def nobody() -> Iterator[str]:
    """Return a scheduler without workers."""
    with engines.cluster(workers=0) as running:
        yield running.address


def test_without_workers_or_scheduler_it_says_so_and_writes_nothing(corpus: Path, nobody: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_S", 0.5)
    monkeypatch.setattr(cluster, "CONNECT_S", 1)
    with pytest.raises(PolicyKGError, match="没有工作进程"):
        ingest(tmp_path / "build", corpus, nobody)
    with pytest.raises(PolicyKGError, match="没有回应"):
        ingest(tmp_path / "build", corpus, "tcp://127.0.0.1:1")
    assert not list((tmp_path / "build").glob("g*"))


def parcel(corpus: Path, tmp_path: Path) -> cluster.Parcel:
    file = corpus / "00.txt"
    found = cluster.packed(Batch((Entry("甲/00.txt", str(file), file.stat().st_size, 0, "x"),), tmp_path / "readings", BASE, None))
    assert found is not None
    return found


def test_a_parcel_holds_all_that_reading_needs(corpus: Path, tmp_path: Path) -> None:
    packed = parcel(corpus, tmp_path)
    away = Batch((Entry("甲/00.txt", "/nowhere/00.txt", 0, 0, "x"),), Path("/nowhere/readings"), BASE, None)
    found = cluster.read(cluster.Parcel(away, packed.contents, {}, packed.rules, packed.model))
    here = harvest.reap(packed.batch)
    assert (found.harvest.graph, found.harvest.rows, found.harvest.words) == (here.graph, here.rows, here.words)
    assert set(found.made) == readings(tmp_path)


def test_a_worker_of_another_version_is_refused(corpus: Path, tmp_path: Path) -> None:
    packed = parcel(corpus, tmp_path)
    with pytest.raises(PolicyKGError, match="版本"):
        cluster.read(cluster.Parcel(packed.batch, packed.contents, packed.kept, "other", packed.model))


def test_what_cannot_be_read_or_is_too_large_stays_with_the_writer(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Batch((Entry("甲.txt", str(corpus / "没有.txt"), 5, 0, "x"),), tmp_path / "readings", BASE, None)
    assert cluster.packed(gone) is None
    file = corpus / "00.txt"
    monkeypatch.setattr(cluster, "LARGEST", file.stat().st_size - 1)
    assert cluster.packed(Batch((Entry("甲.txt", str(file), file.stat().st_size, 0, "x"),), tmp_path / "readings", BASE, None)) is None
