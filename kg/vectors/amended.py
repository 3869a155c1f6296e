"""Index folders without faiss: what one holds, and another made from it where few clauses change."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kg.errors import BuildDamaged
from kg.store import link_or_copy
from kg.vectors.encoder import Vectors

META = "vectors.json"
FRESH = "vectors-fresh.npy"
# An amended index keeps apart what differs from the one it was made from, up to one in SHARE of its clauses; beyond, both are written as one.
SHARE = 32


def count(folder: Path) -> int:
    """Return how many clauses an index has; BuildDamaged where its files are not of the sizes that they were written with."""
    try:
        stored = json.loads((folder / META).read_text("utf-8"))
        whole = all((folder / name).stat().st_size == size for name, size in stored["sizes"].items())
        found = int(stored["count"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise damaged(folder) from error
    if not whole:
        raise damaged(folder)
    return found


def damaged(folder: Path) -> BuildDamaged:
    """Return the error that says that an index cannot be read."""
    return BuildDamaged(f"{folder} 中的向量索引无法读取，请删除构建目录后重新运行 policykg ingest。")


def amend(source: Path, folder: Path, gone: Collection[str], keys: Sequence[str], rows: Vectors) -> None:
    """Write into a fresh folder the index of another one without some clauses and with others; what both have in common is linked."""
    stored: dict[str, Any] = json.loads((source / META).read_text("utf-8"))
    out = {*gone, *keys}
    held: list[str] = stored.get("added", [])
    left = [i for i, key in enumerate(held) if key not in out]
    taken = sorted({*stored.get("gone", ()), *out})
    count = int(stored["count"]) - len(gone) + len(keys)
    if (len(taken) + len(left) + len(keys)) * SHARE > count:
        _anew(source, folder, gone, keys, rows)
        return
    folder.mkdir(parents=True)
    for name in (stored["file"], stored["ids"], stored["keys"]):
        link_or_copy(source / name, folder / name)
    parts = [np.load(source / stored["fresh"])[left]] if left else []
    parts += [rows] if keys else []
    np.save(folder / FRESH, np.concatenate(parts) if parts else np.zeros((0, stored["dim"]), np.float32))
    sizes = {name: (folder / name).stat().st_size for name in (stored["file"], stored["ids"], stored["keys"], FRESH)}
    differing = {"gone": taken, "added": [*(held[i] for i in left), *keys], "fresh": FRESH}
    (folder / META).write_text(json.dumps(stored | differing | {"count": count, "sizes": sizes}, ensure_ascii=False), "utf-8")


def _anew(source: Path, folder: Path, gone: Collection[str], keys: Sequence[str], rows: Vectors) -> None:
    from kg.vectors.index import VectorIndex

    index = VectorIndex.open(source)
    index.remove(gone)
    if keys:
        index.add(keys, rows)
    index.save(folder)
