"""The error that every reader raises."""

from __future__ import annotations


class Unreadable(Exception):
    """A file that gives no text; ``reason`` is a Chinese phrase for the user."""

    def __init__(self, name: str, reason: str) -> None:
        """Keep the file's name and the reason apart, for reports."""
        super().__init__(f"{name}：{reason}")
        self.name = name
        self.reason = reason
