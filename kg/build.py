"""From files to a build: read what is new, link all, write one generation of parts, switch to it in one rename."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ingest import files, link
from kg import manifest as manifests
from kg import parts, scan
from kg.errors import BuildBusy, BuildDamaged, BuildMissing, PolicyKGError, UsageError
from kg.manifest import Entry, Manifest, Refusal
from kg.readings import Cache, rules
from ontology.records import Reading

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
        yield
    finally:
        os.close(lock)


def current(build: Path) -> Manifest | None:
    """Return the manifest of a build, None where there is none yet."""
    try:
        return manifests.load(build)
    except BuildMissing:
        return None


def ingest(build: Path, paths: Sequence[Path], *, base: str, embedding: str | None = None, progress: Progress = quiet) -> Report:
    """Bring the build up to date with the given and the earlier roots; files that cannot be read are in the report."""
    with writer(build):
        old = current(build)
        if old and embedding and embedding != old.embedding and old.sources:
            raise UsageError(f"此构建的向量模型是 {old.embedding or '随包模型'}，不能与 {embedding} 混用：请换 --build 目录或删除后重建。")
        roots = scan.roots(paths, old.roots if old else ())
        found = scan.walk(roots)
        named = {f.source for p in paths for f in scan.walk(r for r in roots if r.path == str(p.resolve())).files if p.is_file()}
        removed = tuple(s for s in (old.removed if old else ()) if s not in named)
        files_now = [f for f in found.files if f.source not in removed]
        if not files_now and not (old and old.sources):
            raise UsageError(f"{'、'.join(str(p) for p in paths)}：没有可以读取的政策文件（支持 {'、'.join(sorted(files.formats()))}）。")
        state = Manifest("", base=old.base if old else base, rules=rules(), model="", embedding=old.embedding if old else embedding, built="", roots=roots)
        return _update(build, old, replace(state, removed=removed, skipped=found.skipped), files_now, progress)


def remove(build: Path, sources: Sequence[str], progress: Progress = quiet) -> Report:
    """Take sources out of the build and leave them out until they are named in an ingest again."""
    with writer(build):
        old = manifests.load(build)
        have = {e.source for e in old.sources}
        missing = [s for s in sources if s not in have]
        if missing:
            raise UsageError(f"{'、'.join(missing)}：构建里没有这个来源（policykg check 会列出全部来源）。")
        gone = set(sources)
        state = replace(old, removed=tuple(sorted({*old.removed, *gone})))
        kept = [scan.Found(e.source, Path(e.file)) for e in old.sources if e.source not in gone]
        return _update(build, old, state, kept, progress)


def _update(build: Path, old: Manifest | None, state: Manifest, found: Sequence[scan.Found], progress: Progress) -> Report:
    """Read what changed and, where anything did, write a new generation."""
    known = {e.source: e for e in old.sources} if old else {}
    entries, readings, refused, fresh = _read_all(build, known, found, progress)
    names = {e.source for e in entries}
    added = tuple(e.source for e in entries if e.source not in known)
    changed = tuple(e.source for e in entries if e.source in known and e.sha256 != known[e.source].sha256)
    gone = tuple(s for s in known if s not in names)
    same_build = old is not None and not added and not changed and not gone and old.rules == state.rules and _parts_whole(build, old)
    if old and same_build:
        counts = old.counts
        if (old.refused, old.skipped, old.roots, old.sources, old.removed) != (tuple(refused), state.skipped, state.roots, tuple(entries), state.removed):
            manifests.save(build, replace(old, refused=tuple(refused), skipped=state.skipped, roots=state.roots, sources=tuple(entries), removed=state.removed))
        return Report((), (), (), len(entries), tuple(refused), state.skipped, counts)
    if not entries and not known:
        raise PolicyKGError("；".join(f"{r.source}：{r.reason}" for r in refused))
    cache = Cache(build / "readings")
    whole = [fresh.get(e.source) or readings(e) for e in entries]
    state = replace(state, sources=tuple(entries), refused=tuple(refused), generation=_next(build), built=datetime.now(UTC).isoformat(timespec="seconds"))
    counts, model = parts.write(build / state.generation, state.base, state.embedding, whole, link.resolve(whole), progress)
    manifests.save(build, replace(state, counts=counts, model=model))
    _sweep(build, {state.generation, old.generation if old else ""})
    cache.keep_only([(e.source, e.sha256) for e in entries])
    return Report(added, changed, gone, len(entries) - len(added) - len(changed), tuple(refused), state.skipped, counts)


def _read_all(
    build: Path, known: dict[str, Entry], found: Sequence[scan.Found], progress: Progress
) -> tuple[list[Entry], Callable[[Entry], Reading], list[Refusal], dict[str, Reading]]:
    """Return the entries of all readable files, how to get the reading of one, what was refused, and what was read now."""
    cache = Cache(build / "readings")
    entries: list[Entry] = []
    refused: list[Refusal] = []
    fresh: dict[str, Reading] = {}
    for done, item in enumerate(found):
        before = known.get(item.source)
        if before and scan.same(item, before):
            entries.append(before)
            continue
        progress(done, len(found), f"读取 {item.source}")
        try:
            now = scan.entry(item)
            if before is None or before.sha256 != now.sha256:
                fresh[item.source] = cache.get(item.source, now.sha256) or cache.make(files.read(item.file, item.source))
            entries.append(now)
        except files.Unreadable as error:
            refused.append(Refusal(error.name, error.reason))
        except OSError as error:
            refused.append(Refusal(item.source, error.strerror or str(error)))

    def reading(entry: Entry) -> Reading:
        return cache.get(entry.source, entry.sha256) or cache.make(files.read(Path(entry.file), entry.source))

    return entries, reading, refused, fresh


def _parts_whole(build: Path, manifest: Manifest) -> bool:
    return all((manifests.path(build, manifest) / name).exists() for name in parts.NAMES)


def _next(build: Path) -> str:
    """Return the name of the next generation, unused even by one that was left unfinished."""
    taken = [int(p.name[1:]) for p in build.glob("g*") if p.name[1:].isdigit()]
    return f"g{max(taken, default=0) + 1:06d}"


def _sweep(build: Path, keep: set[str]) -> None:
    """Delete generations that are neither current nor the last one, which a reader may still be opening."""
    for folder in build.glob("g*"):
        if folder.name[1:].isdigit() and folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)


__all__ = ["BuildDamaged", "Report", "current", "ingest", "remove", "writer"]
