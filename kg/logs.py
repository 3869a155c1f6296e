"""Events for who runs the service: one line each, with ids, counts and durations, and never the text of a document or question.

That holds by construction: whatever is logged passes ``shown``, which lets numbers and plain tokens through and hides every other string;
of what libraries log, only where it came from and the kind of the error are kept.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

    from kg.sections import Log

NAME = "policykg"
Field = str | int | float | bool | None
_TOKEN = re.compile(r"[A-Za-z0-9_.:/+@\[\]-]{0,120}")
# Messages of these loggers are literals of this project: their template may be shown, their arguments may not.
_OWN = ("kg", "ingest", "ontology")
# Libraries that print what they log themselves.
_TALKATIVE = ("streamlit", "uvicorn", "uvicorn.error", "uvicorn.access")


def event(name: str, /, *, level: int = logging.INFO, **fields: Field) -> None:
    """Log that something happened, with what can be counted or named without words of a document."""
    logger = logging.getLogger(NAME)
    # Where nothing is set up, Python itself would print the names of warnings for people.
    if logger.hasHandlers():
        logger.log(level, name, extra={"fields": fields})


@contextmanager
def timed(name: str) -> Iterator[dict[str, Field]]:
    """Log an event with its duration in ``ms`` when the block ends, and the kind of the error where it fails; the block may add fields."""
    begun = time.perf_counter()
    fields: dict[str, Field] = {}
    try:
        yield fields
    except BaseException as error:
        fields["error"] = type(error).__name__
        raise
    finally:
        level = logging.ERROR if "error" in fields else logging.INFO
        event(name, level=level, **fields, ms=milliseconds(begun))


def milliseconds(begun: float) -> float:
    """Return the time since a moment of ``time.perf_counter``."""
    return round((time.perf_counter() - begun) * 1000, 1)


def pseudonym(name: str) -> str:
    """Return what stands for a name that may hold words of a document, such as a source's path: 12 hex digits of its SHA-256."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def configure(log: Log) -> None:
    """Log as the settings say, from now on and in this process; UsageError where the file cannot be written."""
    root = logging.getLogger()
    if any(isinstance(handler.formatter, _formatter_class()) for handler in root.handlers if handler.formatter):
        return
    if (log.format, log.level, log.file) == ("text", "warning", None):
        return
    handler = _handler(log.file)
    handler.setFormatter(_formatter(log))
    root.addHandler(handler)
    root.setLevel(log.level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def _handler(file: Path | None) -> logging.Handler:
    try:
        handler: logging.Handler = logging.StreamHandler(sys.stderr) if file is None else WatchedFileHandler(file, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"log.file：{file} 写不了（{error.strerror}）：请改正设置。") from None
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.split(".")[0] in (NAME, *_OWN))
    # A full disk must not stop what is logged.
    handler.handleError = lambda record: None  # type: ignore[method-assign]
    return handler


def _formatter_class() -> type[logging.Formatter]:
    from structlog.stdlib import ProcessorFormatter

    return ProcessorFormatter


def _formatter(log: Log) -> logging.Formatter:
    import structlog

    chain: list[Any] = [structlog.contextvars.merge_contextvars, _described, structlog.processors.TimeStamper(fmt="iso", utc=True), shown]
    last = structlog.processors.JSONRenderer(ensure_ascii=False) if log.format == "json" else structlog.processors.LogfmtRenderer(bool_as_flag=False)
    safe = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=chain, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last], use_get_message=False
    )
    return safe


def _described(logger: WrappedLogger, method: str, found: EventDict) -> EventDict:
    """Make an event of a log record: our own with its fields, others with where they came from and the kind of the error."""
    record: logging.LogRecord = found["_record"]
    out: dict[str, Any] = {"_record": record, "_from_structlog": found["_from_structlog"], "level": record.levelname.lower()}
    out |= {key: value for key, value in found.items() if not key.startswith("_") and key not in ("event", "exc_info", "positional_args", "stack_info")}
    if record.name == NAME:
        return out | {"event": record.msg} | getattr(record, "fields", {})
    out |= {"event": "log", "logger": record.name, "where": f"{record.module}:{record.lineno}"}
    if record.name.split(".")[0] in _OWN:
        out["template"] = _Literal(record.msg)
    if record.exc_info and record.exc_info[0] is not None:
        out["error"] = record.exc_info[0].__name__
        frames = traceback.extract_tb(record.exc_info[2])[-3:]
        out["frames"] = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
    return out


class _Literal(str):
    """A string that stands in the code of this project."""

    __slots__ = ()


def shown(logger: WrappedLogger, method: str, found: EventDict) -> EventDict:
    """Hide every string that is more than a plain token: what is hidden is said with its length."""
    return {key: value if key.startswith("_") else _shown(value) for key, value in found.items()}


def _shown(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | _Literal):
        return value
    if isinstance(value, list):
        return [_shown(one) for one in value[:10]]
    text = str(value)
    return text if _TOKEN.fullmatch(text) else f"[hidden:{len(text)}]"
