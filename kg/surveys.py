"""What an update of a build has before it: sources that are as they were, new or changed ones, and what is refused without reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg import harvest, scan
from kg.manifest import Entry, Manifest, Refusal, Root
from kg.readings import Cache
from kg.scan import Found


@dataclass(frozen=True, slots=True)
class Survey:
    """The sources of the next build by path; ``fresh`` are those of them whose bytes are not in the build."""

    entries: tuple[Entry, ...]
    fresh: frozenset[str]
    refused: tuple[Refusal, ...]


def look(found: Iterable[Found], old: Manifest | None, *, same_rules: bool) -> Survey:
    """Compare files with the last build by size and time, then by their bytes; what was refused with the same bytes and rules still is."""
    known = {e.source: e for e in old.sources} if old else {}
    bad = {(r.source, r.sha256): r for r in old.refused if r.sha256} if old and same_rules else {}
    entries: list[Entry] = []
    fresh: set[str] = set()
    refused: list[Refusal] = []
    for item in found:
        before = known.get(item.source)
        if before and scan.same(item, before):
            entries.append(before)
            continue
        try:
            now = scan.entry(item)
        except OSError as error:
            refused.append(Refusal(item.source, f"读不了（{error.strerror or error}）"))
            continue
        if (item.source, now.sha256) in bad:
            refused.append(bad[item.source, now.sha256])
            continue
        entries.append(now)
        if before is None or before.sha256 != now.sha256:
            fresh.add(item.source)
    return Survey(tuple(entries), frozenset(fresh), tuple(refused))


def read_first(survey: Survey, readings: Path) -> Survey:
    """Read the fresh sources where they are few, so that those that cannot be read do not make a new build."""
    if sum(e.size for e in survey.entries if e.source in survey.fresh) > harvest.BATCH:
        return survey
    cache = Cache(readings)
    tried = {e.source: harvest.read_one(cache, e) for e in survey.entries if e.source in survey.fresh}
    refused = [one for one in tried.values() if isinstance(one, Refusal)]
    bad = {one.source for one in refused}
    return Survey(tuple(e for e in survey.entries if e.source not in bad), survey.fresh - bad, (*survey.refused, *refused))


@dataclass(frozen=True, slots=True)
class Lost:
    """Folders that are not on disk: what the build keeps of them, a line for each, and the roots that are to be forgotten."""

    kept: tuple[Entry, ...]
    refused: tuple[Refusal, ...]
    forgotten: frozenset[Root]


def lost(roots: Sequence[Root], old: Manifest | None) -> Lost:
    """Keep the sources of a folder that has vanished as a whole (a drive not mounted); a root that was one file, or has no source, is forgotten."""
    kept: list[Entry] = []
    refused: list[Refusal] = []
    forgotten: set[Root] = set()
    for root in roots:
        mine = [e for e in old.sources if Path(root.path) in Path(e.file).parents] if old else []
        if mine:
            kept += mine
            refused.append(Refusal(root.path, f"文件夹不见了，其中 {len(mine)} 个来源按上次读到的保留：请恢复它，或用 policykg remove 移除"))
        else:
            forgotten.add(root)
    return Lost(tuple(kept), tuple(refused), frozenset(forgotten))
