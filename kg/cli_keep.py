"""The commands of who keeps a build running: the settings in force."""

from __future__ import annotations

import json
from dataclasses import asdict

import typer

from kg import config, present
from kg.options import JsonOption

app = typer.Typer()


@app.command(help="列出现用的设置，以及每项从哪里来：环境变量、设置文件或默认。")
def settings(as_json: JsonOption = False) -> None:
    """Show every setting with its value and where it came from."""
    found = config.read()
    if as_json:
        values = [asdict(value) for value in found.values]
        print(json.dumps({"file": None if found.file is None else str(found.file), "settings": values}, ensure_ascii=False))
        return
    print(f"设置文件：{found.file or f'无（可用 ./{config.FILE} 或 {config.NAMED}）'}")
    rows = [("项", "值", "来自", "说明"), *((v.key, v.value or "—", v.origin, v.about) for v in found.values)]
    print(present.columns(rows), end="")
