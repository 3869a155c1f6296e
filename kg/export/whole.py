"""Files that are written whole or not at all, and what every export says of itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from kg.errors import PolicyKGError, UsageError
from kg.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which build an export was made from, when that was made, and the day that the export speaks of."""

    build: str
    built: str
    on: date
    base: str

    @classmethod
    def of(cls, manifest: Manifest, on: date) -> Stamp:
        """Return the stamp of a build."""
        return cls(manifest.generation, manifest.built, on, manifest.base)

    def __str__(self) -> str:
        return f"policykg {self.build}，构建于 {self.built}，效力按 {self.on.isoformat()} 判断"


def moment(stamp: Stamp) -> datetime:
    """Return when the build was made, in UTC without saying so, as office formats want it."""
    return datetime.fromisoformat(stamp.built).astimezone(UTC).replace(tzinfo=None)


@contextmanager
def file(path: Path) -> Iterator[Path]:
    """Yield a file to write beside ``path``, put in its place when all is written; raises PolicyKGError, and then nothing is left."""
    if path.is_dir():
        raise UsageError(f"{path} 是文件夹，请给出文件名。")
    fresh = path.with_name(f".{path.name}.new{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield fresh
        os.replace(fresh, path)
    except OSError as error:
        raise PolicyKGError(f"{path} 不能写入（{error.strerror or error}）：请检查目录、权限与磁盘空间。") from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


@contextmanager
def folder(path: Path) -> Iterator[Path]:
    """Yield a folder to write beside ``path``, whose files are put into it when all are written; raises PolicyKGError."""
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} 不是文件夹。")
    fresh = path.with_name(f".{path.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir(parents=True)
        yield fresh
        path.mkdir(parents=True, exist_ok=True)
        for one in sorted(fresh.iterdir()):
            os.replace(one, path / one.name)
    except OSError as error:
        raise PolicyKGError(f"{path} 不能写入（{error.strerror or error}）：请检查目录、权限与磁盘空间。") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
