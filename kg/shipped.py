"""Where the sample corpus and the app's script lie: inside the package of a wheel, at the root of a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def sample_corpus() -> Path:
    """Return the folder of the sample digests that come with the program."""
    return _shipped("corpus")


def app_script() -> Path:
    """Return the script that ``streamlit run`` takes."""
    return _shipped("app.py")


def _shipped(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.exists() else _PACKAGE.parent / name
