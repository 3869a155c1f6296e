"""Failures that a person can mend: each is one clear Chinese line."""

from __future__ import annotations


class PolicyKGError(Exception):
    """A failure with one line that says what is wrong and what to do; the command line exits with ``exit_code``."""

    exit_code = 1


class UsageError(PolicyKGError):
    """Wrong usage: exit code 2."""

    exit_code = 2


class BuildMissing(PolicyKGError):
    """There is no build where one was looked for."""


class BuildBusy(PolicyKGError):
    """Another process writes the build."""


class BuildDamaged(PolicyKGError):
    """The build cannot be read."""


class BuildOutdated(BuildDamaged):
    """The build was written by another version; the next ingest writes it anew."""


class BuildNewer(PolicyKGError):
    """The build was written by a later version: this one leaves it as it is."""
