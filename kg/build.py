"""From files to a build: read what is new, link all, write one generation of parts, switch to it in one rename."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ingest import files
from kg import amend, harvest, kept, logs, notes, nursery, parts, scan, surveys
from kg import manifest as manifests
from kg.errors import BuildBusy, BuildDamaged, BuildMissing, BuildOutdated, PolicyKGError, UsageError
from kg.harvest import Crew
from kg.manifest import Manifest, Refusal
from kg.readings import Cache, rules
from kg.shelf import Shelf
from kg.surveys import Survey
from kg.vectors import amended
from ontology.iris import is_base

# A build of at least so many bytes of sources, of which at most one in SHARE changes, is amended; others are written anew.
LARGE = 4 << 20
SHARE = 8

# done, total, what is being done
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What an ingest did: sources by what happened to them, and the build's counts."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    kept: int
    refused: tuple[Refusal, ...]
    skipped: tuple[str, ...]
    counts: dict[str, int]


def quiet(done: int, total: int, what: str) -> None:
    """Report no progress."""


@contextmanager
def writer(build: Path) -> Iterator[None]:
    """Hold the build for writing; raises BuildBusy that names the process that does."""
    try:
        build.mkdir(parents=True, exist_ok=True)
        lock = os.open(build / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise PolicyKGError(f"{build} 不能写入（{error.strerror}）：请检查目录与权限。") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(lock, 32, 0).decode("ascii", "replace").strip()
            raise BuildBusy(f"{build} 正由进程 {holder} 写入：请等它结束后再试。") from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        for unfinished in build.glob("g*.new"):
            shutil.rmtree(unfinished, ignore_errors=True)
        yield
    finally:
        os.close(lock)


def current(build: Path) -> Manifest | None:
    """Return the manifest of a build, None where there is none yet or it is beyond reading: the next one is written anew."""
    try:
        return manifests.load(build)
    except BuildOutdated:
        pass
    except (BuildMissing, BuildDamaged):
        return None
    try:
        return manifests.outdated(build)
    except BuildDamaged:
        return None


def ingest(
    build: Path,
    paths: Sequence[Path],
    *,
    base: str,
    embedding: str | None = None,
    workers: int | None = None,
    crew: Crew | None = None,
    progress: Progress = quiet,
) -> Report:
    """Bring the build up to date with the given and the earlier roots; files that cannot be read are in the report.

    ``workers``: processes that read side by side, as many as there are cores by default; the build is the same with any number.
    ``crew`` reads in their place.
    """
    _expect_base(base)
    with writer(build):
        old = current(build)
        if old and embedding and embedding != old.embedding and old.sources:
            raise UsageError(f"此构建的向量模型是 {old.embedding or '随包模型'}，不能与 {embedding} 混用：请换 --build 目录或删除后重建。")
        roots = scan.roots(paths, old.roots if old else ())
        found = scan.walk(roots)
        by_name = {str(path.resolve()) for path in paths if path.is_file()}
        removed = frozenset(old.removed if old else ()) - {f.source for f in found.files if f.file in by_name}
        wanted = [f for f in found.files if f.source not in removed]
        if not (wanted or found.refused or (old and old.sources)):
            raise UsageError(f"{'、'.join(str(p) for p in paths)}：没有可以读取的政策文件（支持 {'、'.join(sorted(files.formats()))}）。")
        lost = surveys.lost(found.lost, old)
        state = Manifest(
            "", base=old.base if old else base, rules=rules(), model="", embedding=old.embedding if old else embedding, built="",
            roots=tuple(root for root in roots if root not in lost.forgotten), removed=tuple(sorted(removed)), skipped=found.skipped,
        )  # fmt: skip
        survey = surveys.look(wanted, old, same_rules=old is not None and old.rules == state.rules)
        entries = sorted((*survey.entries, *(e for e in lost.kept if e.source not in removed)), key=lambda e: e.source)
        survey = replace(survey, entries=tuple(entries), refused=(*found.refused, *lost.refused, *survey.refused))
        return _update(build, old, state, survey, crew or _local(workers or nursery.cores()), progress)


def remove(build: Path, sources: Sequence[str], progress: Progress = quiet) -> Report:
    """Take sources out of the build and leave them out until they are named in an ingest again."""
    with writer(build):
        old = manifests.load(build)
        missing = [s for s in sources if s not in {e.source for e in old.sources}]
        if missing:
            raise UsageError(f"{'、'.join(missing)}：构建里没有这个来源（policykg check 会列出全部来源）。")
        state = replace(old, rules=rules(), removed=tuple(sorted({*old.removed, *sources})))
        survey = Survey(tuple(e for e in old.sources if e.source not in sources), frozenset(), old.refused)
        return _update(build, old, state, survey, _local(nursery.cores()), progress)


def _expect_base(base: str) -> None:
    if not is_base(base):
        raise UsageError(f"{base}：不是以 / 或 # 结尾的绝对 IRI，如 https://example.org/id/。")


def rebase(build: Path, base: str, progress: Progress = quiet) -> Report:
    """Give every IRI of the build, and of the notes beside it, another base; no source file is read.

    What raises leaves the build as it was: UsageError for what is no base, PolicyKGError where a source can no longer be had.
    """
    _expect_base(base)
    with writer(build):
        old = manifests.load(build)
        earlier = {old.base, *(m.base for m in manifests.others(build, old.generation))} - {base}
        for other in earlier:
            notes.move(build, other, base)
        survey = Survey(old.sources, frozenset(), old.refused)
        report = _update(build, old, replace(old, base=base, rules=rules()), survey, _local(nursery.cores()), progress, whole=True)
        for other in earlier:
            notes.forget(build, other, base)
        return report


@contextmanager
def _room() -> Iterator[None]:
    """Turn what a full disk and missing rights raise into one line."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise PolicyKGError(f"写不成新的构建（{error}）：请检查磁盘空间与权限；原来的构建未改动。") from error


@_room()
@harvest.unhurried()
def _update(build: Path, old: Manifest | None, state: Manifest, survey: Survey, crew: Crew, progress: Progress, *, whole: bool = False) -> Report:
    """Write a new generation where anything changed, and switch to it; ``whole``: not to one that lacks a source of the survey."""
    begun = time.perf_counter()
    if old and old.sources:
        survey = surveys.read_first(survey, build / "readings")
    if old and _same(build, old, state, survey):
        now = replace(old, refused=survey.refused, skipped=state.skipped, roots=state.roots, sources=survey.entries, removed=state.removed)
        if now != old or not manifests.intact(build):
            manifests.save(build, now)
        return _told(Report((), (), (), len(survey.entries), survey.refused, state.skipped, old.counts), old, begun)
    if old:
        kept.recover(build, old, survey.entries)
    name = following(build)
    if old and _little(build, old, state, survey):
        work = harvest.batches([e for e in survey.entries if e.source in survey.fresh], build / "readings", state.base, state.embedding)
        written = amend.write(build / name, build, old, work, _gone(old, survey), crew, progress)
    else:
        work = harvest.batches(survey.entries, build / "readings", state.base, state.embedding)
        written = parts.write(build / name, state.base, state.embedding, work, crew, progress)
    if whole and written.refused:
        shutil.rmtree(build / name, ignore_errors=True)
        raise PolicyKGError(f"{written.refused[0].source} 的原文已经没有了（{written.refused[0].reason}）：请恢复它的文件后再试；原来的构建未改动。")
    refused = (*survey.refused, *written.refused)
    state = replace(state, generation=name, built=datetime.now(UTC).isoformat(timespec="seconds"), counts=written.counts, model=written.model)
    manifests.save(build, replace(state, sources=written.entries, refused=refused))
    sweep(build, {name, old.generation if old else ""})
    Cache(build / "readings").keep_only([(e.source, e.sha256) for e in written.entries])
    return _told(_report(old, replace(state, sources=written.entries, refused=refused)), state, begun)


def _told(report: Report, state: Manifest, begun: float) -> Report:
    """Log what a writing of the build did, by counts."""
    sources = {"added": len(report.added), "changed": len(report.changed), "gone": len(report.gone), "kept": report.kept, "refused": len(report.refused)}
    counts = {"documents": report.counts.get("documents", 0), "clauses": report.counts.get("clauses", 0)}
    logs.event("build", generation=state.generation, **sources, **counts, ms=logs.milliseconds(begun))
    for one in report.refused:
        logs.event("refused", source=logs.pseudonym(one.source), kind=Path(one.source).suffix)
    return report


def _same(build: Path, old: Manifest, state: Manifest, survey: Survey) -> bool:
    """Say whether the build already holds these sources, read by these rules and made with this embedding."""
    sources = {e.source: e.sha256 for e in old.sources} == {e.source: e.sha256 for e in survey.entries}
    return sources and _made_alike(build, old, state)


def _little(build: Path, old: Manifest, state: Manifest, survey: Survey) -> bool:
    """Say whether so little of a large build changes that the rest is kept as it is."""
    gone = _gone(old, survey)
    size = sum(e.size for e in old.sources)
    change = sum(e.size for e in survey.entries if e.source in survey.fresh) + sum(e.size for e in old.sources if e.source in gone)
    return size >= LARGE and change * SHARE <= size and _made_alike(build, old, state)


def _gone(old: Manifest, survey: Survey) -> frozenset[str]:
    return frozenset(e.source for e in old.sources) - {e.source for e in survey.entries}


def _made_alike(build: Path, old: Manifest, state: Manifest) -> bool:
    """Say whether the last generation is whole and was made by these rules with this embedding."""
    alike = (old.format, old.base, old.rules, old.model) == (state.format, state.base, state.rules, harvest.encoder(state.embedding).fingerprint)
    return alike and _opens(build, old)


def _opens(build: Path, old: Manifest) -> bool:
    """Say whether all parts of a generation can be opened."""
    try:
        return amended.count(Shelf(build, old).folder / "vectors") == old.counts["clauses"]
    except (BuildDamaged, BuildMissing):
        return False


def _report(old: Manifest | None, new: Manifest) -> Report:
    before = {e.source: e.sha256 for e in old.sources} if old else {}
    after = {e.source: e.sha256 for e in new.sources}
    added = tuple(s for s in after if s not in before)
    changed = tuple(s for s, digest in after.items() if s in before and before[s] != digest)
    gone = tuple(s for s in before if s not in after)
    return Report(added, changed, gone, len(after) - len(added) - len(changed), new.refused, new.skipped, new.counts)


def _local(workers: int) -> Crew:
    return partial(harvest.gather, workers=workers)


def following(build: Path) -> str:
    """Return the name of the next generation."""
    taken = [int(p.name[1:]) for p in build.glob("g*") if p.name[1:].isdigit()]
    return f"g{max(taken, default=0) + 1:06d}"


def sweep(build: Path, keep: Collection[str]) -> None:
    """Delete generations that are neither current nor the last one, which a reader may still be opening."""
    for folder in build.glob("g*"):
        if folder.name[1:].isdigit() and folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)


__all__ = ["BuildDamaged", "Report", "current", "ingest", "rebase", "remove", "writer"]
