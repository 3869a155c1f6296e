"""The settings in force: from the environment (POLICYKG_*), else from a file, else the defaults; what is wrong is said in one line.

The file is the one that POLICYKG_SETTINGS names, else policykg.toml in the working directory where there is one.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource, SettingsError
from rapidfuzz import fuzz, process

from kg.errors import UsageError
from kg.sections import PREFIX, Settings
from ontology.iris import DEFAULT_BASE as BASE

__all__ = ["BASE", "InForce", "Settings", "Value", "read", "settings", "today"]

FILE = "policykg.toml"
NAMED = f"{PREFIX}SETTINGS"
# Names that begin like ours and are no settings: the settings file itself, and what the project's own tests go by.
_APART = frozenset({NAMED, f"{PREFIX}REQUIRE_ALL"})
_LARGEST = 1 << 20
_PASSWORD = re.compile(r"(?<=:)[^:@/\s]+(?=@)")

Nested = Mapping[str, Any]
Keys = tuple[str, ...]

# What pydantic calls a fault, in words; {…} are its details.
_WORDS = {
    "extra_forbidden": "没有这一项",
    "missing": "缺这一项",
    "literal_error": "应是 {expected} 之一",
    "bool_parsing": "应是 true 或 false",
    "bool_type": "应是 true 或 false",
    "int_parsing": "应是整数",
    "int_type": "应是整数",
    "int_from_float": "应是整数",
    "float_parsing": "应是数字",
    "float_type": "应是数字",
    "string_type": "应是字符串",
    "path_type": "应是路径",
    "string_too_short": "不能是空的",
    "string_too_long": "太长（最多 {max_length} 字）",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "model_type": "应是一节（[{key}] 下的若干项）",
    "model_attributes_type": "应是一节（[{key}] 下的若干项）",
    "url_parsing": "应是网址",
    "url_scheme": "应是网址",
    "string_pattern_mismatch": "含有不该有的字符",
    "value_error": "值不合要求（{error}）",
}


@dataclass(frozen=True, slots=True)
class Value:
    """A setting: its key (section.key), its value as text, where it came from, and what it is about."""

    key: str
    value: str
    origin: str
    about: str


@dataclass(frozen=True, slots=True)
class InForce:
    """The settings, the file that was read if any, and each value with its origin."""

    settings: Settings
    file: Path | None
    values: tuple[Value, ...]


def settings() -> Settings:
    """Return the settings in force; UsageError names the file or variable, the key and what is wrong."""
    return read().settings


def read() -> InForce:
    """Read file and environment; UsageError names the file or variable, the key and what is wrong."""
    file = _file()
    said = _table(file) if file else {}
    variables = {name.upper(): name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in _APART}
    _expect_known(said, file, variables)
    try:
        chosen = Settings(**said)
        named: Nested = EnvSettingsSource(Settings)()
    except ValidationError as error:
        raise UsageError(_fault(error.errors()[0], file, variables)) from None
    except (SettingsError, RecursionError) as error:
        raise UsageError(f"环境变量：{' '.join(str(error).split())}；一节中的项请写成 {PREFIX}节__项。") from None
    origins = {key: f"文件 {file}" for key, _ in _leaves(said)} | {key: f"环境变量 {variable(key)}" for key, _ in _leaves(named)}
    return InForce(chosen, file, tuple(_values(chosen, origins)))


def defaults() -> tuple[Value, ...]:
    """Return every setting as it is where nothing is set."""
    return tuple(_values(Settings.model_construct(), {}))


def today() -> date:
    """Return the present day, in UTC+8 where Chinese policies hold."""
    return datetime.fromtimestamp(datetime.now(UTC).timestamp() + 8 * 3600, UTC).date()


def _file() -> Path | None:
    """Return the settings file; UsageError where a named one is not there."""
    named = os.environ.get(NAMED)
    if not named:
        return Path(FILE) if Path(FILE).is_file() else None
    if not Path(named).is_file():
        raise UsageError(f"{NAMED} 所指的设置文件 {named} 不存在：请改正或去掉它。")
    return Path(named)


def _table(file: Path) -> Nested:
    """Return what a file says, its paths made to count from its folder."""
    try:
        with file.open("rb") as opened:
            data = opened.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise UsageError(f"{file}：设置文件超过 {_LARGEST >> 20} MB。")
        found = tomllib.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{file}：读不了设置文件（{error.strerror}）。") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file}：设置文件应是 UTF-8。") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file}：不是合规的 TOML（{' '.join(str(error).split())[:200]}）。") from None
    return _placed(Settings.model_fields, found, file.parent)


def _placed(fields: Mapping[str, FieldInfo], found: Nested, folder: Path) -> dict[str, Any]:
    out = dict(found)
    for key in found.keys() & fields.keys():
        kind = fields[key].annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel) and isinstance(found[key], dict):
            out[key] = _placed(kind.model_fields, found[key], folder)
        elif isinstance(found[key], str) and Path in (kind, *get_args(kind)):
            out[key] = str(folder / found[key])
    return out


def _leaves(found: Nested, above: Keys = ()) -> Iterator[tuple[str, Any]]:
    for key, value in found.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, key))
        else:
            yield ".".join((*above, key)), value


def variable(key: str) -> str:
    """Return the environment variable of a key."""
    return PREFIX + key.replace(".", "__").upper()


def keys() -> list[str]:
    """Return every key, section.key for those of a section."""
    return [key for key, _, _ in _fields(Settings, ())]


def _fields(model: type[BaseModel], above: Keys) -> Iterator[tuple[str, FieldInfo, Keys]]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _fields(kind, (*above, name))
        else:
            yield ".".join((*above, name)), field, (*above, name)


def _values(chosen: Settings, origins: Mapping[str, str]) -> Iterator[Value]:
    for key, field, path in _fields(Settings, ()):
        value: object = chosen
        for name in path:
            value = getattr(value, name)
        shown = "" if value is None else str(value).lower() if isinstance(value, bool) else _PASSWORD.sub("***", str(value))
        yield Value(key, shown, origins.get(key, "默认"), field.description or "")


def _expect_known(said: Nested, file: Path | None, variables: Mapping[str, str]) -> None:
    """Refuse top-level keys of the file and variables that are no setting; what is in a section is checked with its values."""
    for key in said:
        if key not in Settings.model_fields:
            raise UsageError(f"{file}：{plain(key)}：没有这一项{_nearest(key, keys())}。")
    known = [variable(key) for key in keys()]
    for upper, name in variables.items():
        section, inner, _ = upper.removeprefix(PREFIX).lower().partition("__")
        if section in _sections() and not inner:
            raise UsageError(f"环境变量 {plain(name)}：是一节，其中的项请写成 {upper}__项。")
        if upper not in known:
            raise UsageError(f"环境变量 {plain(name)}：没有这一项{_nearest(upper, known)}。")


def _sections() -> frozenset[str]:
    return frozenset(key.partition(".")[0] for key in keys() if "." in key)


def _fault(error: Mapping[str, Any], file: Path | None, variables: Mapping[str, str]) -> str:
    """Return the line on a fault: where it stands, the key, and what is wrong."""
    key = ".".join(map(str, error["loc"]))
    named = variables.get(variable(key))
    where = f"环境变量 {named}" if named else f"{file}：{key}"
    words = _WORDS.get(error["type"], "值不合要求").format(key=key, **error.get("ctx", {}))
    if error["type"] == "extra_forbidden":
        words += _nearest(variable(key), [variable(k) for k in keys()]) if named else _nearest(key, keys())
    return f"{plain(where)}：{' '.join(words.split()).replace(' or ', ' 或 ')}。"


def plain(text: str) -> str:
    """Return a name as it may stand in a line: at most 300 characters, those that cannot be printed as ·."""
    return "".join(c if c.isprintable() else "·" for c in text[:300])


def _nearest(name: str, known: list[str]) -> str:
    """Return a hint at the known name that is most like a wrong one, "" where none is."""
    found = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=70)
    return f"（是不是 {found[0]}？）" if found else ""
