"""What a service is set up with: units that systemd takes, settings that are valid, and scripts that install and try a wheel."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from kg import config
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(p.name for p in DEPLOY.glob("*.service"))
HARDENED = ("DynamicUser", "ProtectHome", "PrivateTmp", "PrivateDevices", "NoNewPrivileges", "RestrictSUIDSGID", "LockPersonality", "ProtectKernelModules")


def unit(name: str) -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read(DEPLOY / name, "utf-8")
    return read


@pytest.mark.parametrize("name", UNITS)
def test_units_are_hardened(name: str) -> None:
    service = unit(name)["Service"]
    assert {key for key in HARDENED if service.get(key) != "yes"} == set()
    assert (service["ProtectSystem"], service["CapabilityBoundingSet"], service["UMask"]) == ("strict", "", "0027")
    assert {"MemoryMax", "TasksMax", "SystemCallFilter", "RestrictAddressFamilies", "StateDirectory"} <= set(service)
    command = service["ExecStart"].split()
    assert command[0] == "/opt/policykg/bin/policykg"
    assert command[1] in ("serve", "app", "ingest", "backup")
    assert ("POLICYKG_READONLY=1" in service["Environment"]) == (command[1] == "app")


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze")
    (tmp_path / "policykg").write_text("#!/bin/sh\n", "utf-8")
    (tmp_path / "policykg").chmod(0o755)
    for file in (*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")):
        text = file.read_text("utf-8").replace("/opt/policykg/bin/policykg", str(tmp_path / "policykg"))
        (tmp_path / file.name).write_text(text, "utf-8")
    files = sorted(str(p) for p in tmp_path.glob("policykg*.*"))
    done = subprocess.run([analyze, "verify", "--man=no", *files], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "policykg" in line]
    assert (ours, len(files)) == ([], 6), done.stderr


def test_the_settings_of_a_service_are_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(config.NAMED, str(DEPLOY / "policykg.toml"))
    chosen = config.read().settings
    assert (chosen.build, chosen.log.format, chosen.log.level) == (Path("/var/lib/policykg/build"), "json", "info")


def test_the_container_file_runs_the_scripts_that_are_tested() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    copied = {name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for name in line.split()} - {"."}
    assert copied == {"deploy/install.sh", "deploy/smoke.sh", "constraints.txt"}
    assert all((ROOT / name).is_file() for name in copied)
    assert all(f"/install/{name}" in text for name in ("deploy/install.sh", "deploy/smoke.sh"))
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    for script in DEPLOY.glob("*.sh"):
        subprocess.run(["sh", "-n", str(script)], check=True)


def test_wrong_usage_of_the_scripts_is_said(tmp_path: Path) -> None:
    for words in ((), (str(tmp_path / "p"),), (str(tmp_path / "p"), str(tmp_path / "none.whl"))):
        done = subprocess.run(["sh", str(DEPLOY / "install.sh"), *words], capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "p").exists()


@pytest.mark.slow
def test_a_wheel_is_installed_and_tried_without_a_container_engine(tmp_path: Path) -> None:
    """The steps of the container file over the packages of this environment: nothing is downloaded."""
    begun = time.monotonic()
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(tmp_path.glob("policykg-*.whl"))
    plain = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(tmp_path), "LANG": "C.UTF-8", "PYTHON": sys.executable}
    install = ["sh", str(DEPLOY / "install.sh"), str(tmp_path / "opt"), str(wheel), "--site", sysconfig.get_path("purelib")]
    done = subprocess.run(install, env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    trying = ["sh", str(DEPLOY / "smoke.sh"), str(tmp_path / "opt"), str(tmp_path / "work")]
    done = subprocess.run(trying, env=plain, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "== done"
    assert time.monotonic() - begun < 300
