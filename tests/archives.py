"""A build with a backup of it, and what lies in a folder, for tests of archives."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg import backup
from kg.build import quiet
from tests.policies import ingest, policy


def files_of(folder: Path) -> dict[str, str]:
    """Return the digests of all files below a folder, but for the lock."""
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file() and p.name != "lock"}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a build and a backup of it."""
    where = tmp_path_factory.mktemp("sound")
    (where / "corpus").mkdir()
    (where / "corpus" / "孵化.txt").write_text(policy("孵化器", 1), "utf-8")
    ingest(where / "build", where / "corpus")
    backup.write(where / "build", where / "b.tar", quiet)
    return where / "build", where / "b.tar"
