"""Settings: the environment wins over the file, the file over the defaults; what is wrong is one line that names place, key and reason."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from kg import config
from kg.errors import UsageError
from scripts import document_settings
from tests.conftest import ROOT


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a place for a settings file that the environment names."""
    for name in [n for n in os.environ if n.startswith(config.PREFIX) and n != "POLICYKG_REQUIRE_ALL"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv(config.NAMED, str(tmp_path / "own.toml"))
    (tmp_path / "own.toml").touch()
    return tmp_path / "own.toml"


def test_environment_over_file_over_default(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('build = "here"\nreadonly = false\n[log]\nformat = "json"\nfile = "/var/log/policykg.jsonl"\n[serve]\nport = 9000\n', "utf-8")
    monkeypatch.setenv("POLICYKG_READONLY", "1")
    monkeypatch.setenv("POLICYKG_SERVE__PORT", "9001")
    monkeypatch.setenv("POLICYKG_BASE", "")
    found = config.read()
    chosen = found.settings
    assert (chosen.build, chosen.log.file) == (file.parent / "here", Path("/var/log/policykg.jsonl"))
    assert (chosen.readonly, chosen.serve.port, chosen.log.format, chosen.base) == (True, 9001, "json", config.BASE)
    origin = {v.key: v.origin for v in found.values}
    assert origin["build"] == origin["log.format"] == f"文件 {file}"
    assert (origin["readonly"], origin["serve.port"], origin["app.port"]) == ("环境变量 POLICYKG_READONLY", "环境变量 POLICYKG_SERVE__PORT", "默认")
    assert all(v.about for v in found.values)


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ('bild = "x"', "bild", "没有这一项（是不是 build？）"),
        ('[log]\nformt = "text"', "log.formt", "没有这一项（是不是 log.format？）"),
        ('[log]\nformat = "xml"', "log.format", "应是 'text' 或 'json' 之一"),
        ('[serve]\nport = "many"', "serve.port", "应是整数"),
        ("[app]\nport = 0", "app.port", "应不小于 1"),
        ("max_upload_mb = 100000", "max_upload_mb", "应不大于 2000"),
        ('base = "nowhere"', "base", "绝对 IRI"),
        ('build = "a\\u0000b"', "build", "空字符"),
        ('[serve]\nhost = "a b"', "serve.host", "不该有的字符"),
        ("log = 3", "log", "应是一节"),
        ('_env_file = "elsewhere"', "_env_file", "没有这一项"),
        ("[log", "", "不是合规的 TOML"),
        ("a = " + "[" * 5000, "", "不是合规的 TOML"),
        ("a = " + "9" * 5000, "", "不是合规的 TOML"),
    ],
    ids=lambda text: str(text)[:24],
)
def test_what_is_wrong_in_the_file_is_one_line(file: Path, text: str, key: str, reason: str) -> None:
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError) as failure:
        config.read()
    line = str(failure.value)
    assert line.startswith(f"{file}：{key}")
    assert reason in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("POLICYKG_REDONLY", "1", "没有这一项（是不是 POLICYKG_READONLY？）"),
        ("POLICYKG_READONLY", "perhaps", "应是 true 或 false"),
        ("POLICYKG_LOG", '{"format": "json"}', "POLICYKG_LOG__项"),
        ("POLICYKG_LOG__FORMTA", "json", "没有这一项（是不是 POLICYKG_LOG__FORMAT？）"),
        ("POLICYKG_SERVE__PORT", "99999", "应不大于 65535"),
        ("POLICYKG_SERVE__PORT__X", "1", "没有这一项"),
    ],
)
def test_what_is_wrong_in_the_environment_is_one_line(file: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError) as failure:
        config.read()
    line = str(failure.value)
    assert name in line
    assert reason in line
    assert "\n" not in line


def test_files_that_are_no_settings(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="UTF-8"):
        config.read()
    file.write_bytes(b"#" * (2 << 20))
    with pytest.raises(UsageError, match="1 MB"):
        config.read()
    monkeypatch.setenv(config.NAMED, str(file.parent))
    with pytest.raises(UsageError, match="不存在"):
        config.read()


def test_a_password_is_not_shown(file: Path) -> None:
    file.write_text('embedding_model = "postgresql://reader:secret@db/one"', "utf-8")
    shown = {v.key: v.value for v in config.read().values}
    assert shown["embedding_model"] == "postgresql://reader:***@db/one"


def test_the_command_shows_what_is_in_force(tmp_path: Path) -> None:
    (tmp_path / "policykg.toml").write_text("[app]\nport = 8600\n", "utf-8")
    command = [sys.executable, "-m", "kg", "settings"]
    plain = {k: v for k, v in os.environ.items() if not k.startswith(config.PREFIX)} | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([*command, "--json"], cwd=tmp_path, env=plain, capture_output=True, text=True, check=True)
    found = {v["key"]: v for v in json.loads(done.stdout)["settings"]}
    assert (found["app.port"]["value"], found["app.port"]["origin"]) == ("8600", "文件 policykg.toml")
    assert set(found) == set(config.keys())
    (tmp_path / "policykg.toml").write_text("[app]\nprot = 8600\n", "utf-8")
    done = subprocess.run(command, cwd=tmp_path, env=plain, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "policykg: policykg.toml：app.prot：没有这一项（是不是 app.port？）。\n")


def said_of(file: Path) -> bool:
    """Say whether the file is read, or refused in one line that begins with its name."""
    try:
        return bool(config.read().values)
    except UsageError as error:
        return len(str(error).splitlines()) == 1 and str(error).startswith(str(file))


KEYS = st.sampled_from([*config.keys(), "log", "serve", "app", "_env_file", "x.y", "self"]) | st.text(max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner)
)


def toml(value: object) -> str:
    """Return a value as TOML writes it, near enough to get past the parser."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value) if value is not None else "2026-11-20"


@examples(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_file_is_read_or_refused_in_one_line(file: Path, said: dict[str, object]) -> None:
    known = config.keys()
    lines = [f"{key if key in known else json.dumps(key)} = {toml(value)}" for key, value in said.items()]
    file.write_text("\n".join(lines), "utf-8", errors="replace")
    assert said_of(file)


@examples(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_one_line(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    assert said_of(file)


def test_the_table_of_settings_is_of_today() -> None:
    text = document_settings.PAGE.read_text("utf-8")
    assert document_settings.page(text) == text, "run python -m scripts.document_settings"
