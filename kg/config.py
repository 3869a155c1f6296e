"""Settings from the environment (POLICYKG_*), validated."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kg.errors import UsageError

BASE = "http://127.0.0.1:8502/id/"


class Settings(BaseSettings):
    """Where the build lies, the base IRI of a new build, its embedding model, and whether the app may write."""

    model_config = SettingsConfigDict(env_prefix="POLICYKG_")

    build: Path = Path("build")
    base: str = BASE
    embedding_model: str | None = None
    readonly: bool = False
    max_upload_mb: int = 20


def settings() -> Settings:
    """Read the settings; UsageError names the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        names = "、".join(f"POLICYKG_{'_'.join(map(str, fault['loc']))}".upper() for fault in error.errors())
        raise UsageError(f"环境变量 {names} 的值不对：请改正或去掉它。") from None


def today() -> date:
    """Return the present day, in UTC+8 where Chinese policies hold."""
    return datetime.fromtimestamp(datetime.now(UTC).timestamp() + 8 * 3600, UTC).date()
