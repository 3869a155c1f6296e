"""Options that several commands share, and what their values mean."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kg.config import settings, today
from kg.errors import UsageError

BuildOption = Annotated[Path | None, typer.Option("--build", help="构建目录（默认 build/，或环境变量 POLICYKG_BUILD）")]
OnOption = Annotated[str | None, typer.Option("--on", metavar="DATE", help="按哪一天判断效力，如 2026-11-20（默认今天）")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def build_dir(build: Path | None) -> Path:
    """Return the build directory: the option, else the setting."""
    return build or settings().build


def day(on: str | None) -> date:
    """Return the day asked about; raises UsageError for what is no date."""
    if on is None:
        return today()
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise UsageError(f"--on {on}：不是日期，请写成 2026-11-20 的样子。") from None
