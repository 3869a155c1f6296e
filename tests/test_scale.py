"""Size: time that grows at most linearly, output that does, and a build of many laws that answers quickly."""

from __future__ import annotations

import statistics
import tarfile
import time
from pathlib import Path

import pytest

from ingest.read import read
from kg import build, harvest, manifest
from kg.config import BASE
from kg.library import Library
from kg.manifest import Entry
from kg.search import Filters
from ontology.records import Source
from tests import clock
from tests.policies import DAY, clean
from tests.sizes import FULL, LONG, law


@pytest.mark.parametrize("kind", LONG)
def test_time_grows_at_most_linearly(kind: str) -> None:
    read(Source("x.txt", "", LONG[kind](50)))
    assert clock.grows(lambda size: read(Source("x.txt", "", LONG[kind](size))), 2_000, 16_000, 8 * 2.5, least=0.5)


@pytest.mark.slow
@pytest.mark.parametrize("kind", FULL)
def test_time_is_linear_at_full_size(kind: str) -> None:
    assert clock.grows(lambda size: read(Source("x.txt", "", LONG[kind](size))), FULL[kind] // 8, FULL[kind], 8 * 2, least=1)


@pytest.mark.parametrize("kind", ["amounts", "bodies", "periods", "definitions"])
def test_output_grows_at_most_linearly(kind: str, tmp_path: Path) -> None:
    sizes = []
    for number in (500, 4_000):
        file = tmp_path / f"{number}.txt"
        file.write_text(LONG[kind](number), "utf-8")
        entry = Entry(file.name, str(file), file.stat().st_size, 0, "")
        sizes.append(len(harvest.reap(harvest.Batch((entry,), tmp_path / "readings", BASE, None)).graph))
    assert sizes[1] < 8 * 2 * sizes[0]


def test_a_law_of_1260_articles() -> None:
    read(Source("x.txt", "", law(3)))
    source = Source("x.txt", "", law(1260))
    assert clock.within(2, lambda: read(source))
    found = read(source)
    (clauses,) = found.clauses.values()
    assert [c.label for c, _ in clauses if c.label.endswith("条")][-1] == "第一千二百六十条"
    assert sum(len(f.amounts) for _, f in clauses) == 2520


@pytest.fixture(scope="module")
def laws(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every sixteenth law."""
    folder = tmp_path_factory.mktemp("laws")
    with tarfile.open(shared / "laws.tar.xz") as archive:
        for i, member in enumerate(m for m in archive if m.isfile()):
            content = archive.extractfile(member)
            if i % 16 == 0 and content is not None:
                (folder / f"{i}-{Path(member.name).name}").write_bytes(content.read())
    return folder


@pytest.fixture(scope="module")
def many(laws: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a build of these laws and the policies."""
    folder = tmp_path_factory.mktemp("many") / "build"
    report = build.ingest(folder, [laws, shared / "corpus"], base=BASE)
    assert [r.source for r in report.refused if "空" not in r.reason] == []
    return folder


QUESTIONS = [
    "科技保险补贴最高多少？",
    "高新技术企业认定奖励由哪个部门负责？",
    "什么是科技成果转化？",
    "专利保护规定的依据是什么？",
    "申报材料应当在几个工作日内受理？",
    "土壤污染防治 责任",
    "100万元",
]


@pytest.mark.slow
def test_a_build_of_many_laws_is_whole(many: Path) -> None:
    assert clean(many)


@pytest.mark.slow
def test_answers_come_quickly(many: Path) -> None:
    """The bars for the whole archive hold for a part of it, threefold for a busy machine."""
    assert clock.within(1, lambda: Library.open(many), time.perf_counter)
    library = Library.open(many)
    for ask, bar in ((lambda q: library.search(q, DAY, Filters(), 10), 0.010), (lambda q: library.ask(q, DAY), 0.025)):
        for question in QUESTIONS:
            ask(question)
        spent = []
        for question in QUESTIONS * 3:
            begun = time.process_time()
            ask(question)
            spent.append(time.process_time() - begun)
        assert statistics.median(spent) < 3 * bar, spent


@pytest.mark.slow
def test_one_changed_law_amends_the_build(many: Path, laws: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "LARGE", 1 << 20)
    changed = sorted(laws.iterdir())[0]
    changed.write_text(changed.read_text("utf-8") + "\n第九百九十九条 市科技局应当给予最高77万元补助。\n", "utf-8")
    before = manifest.load(many)
    begun = time.process_time()
    report = build.ingest(many, [laws, shared / "corpus"], base=BASE)
    assert time.process_time() - begun < 4
    assert len(report.changed) == 1
    assert manifest.load(many).counts["amounts"] == before.counts["amounts"] + 1
    assert clean(many)
    links = [p for p in (many / manifest.load(many).generation / "graph").glob("*.sst") if p.stat().st_nlink > 1]
    assert len(links) > 5
