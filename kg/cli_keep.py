"""The commands of who keeps a build: backup, restore, another base, and the settings in force."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kg import cli_wide, config, logs, present
from kg.options import BuildOption, JsonOption, build_dir

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


@app.command(help="把现用的构建连同笔记和码本写成一个备份文件（tar；以 .gz 结尾时压缩）。")
def backup(file: Annotated[Path, typer.Argument(help="备份文件")], build: BuildOption = None) -> None:
    """Write the current build with its notes to one archive."""
    from kg import backup as backups

    with logs.timed("backup") as fields, present.progress() as shown:
        done = backups.write(build_dir(build), file, shown)
        fields |= {"generation": done.head.generation, "files": done.files, "bytes": done.size}
    print(f"已备份到 {file}：构建 {done.head.generation}（{done.head.built}），文件 {done.files} 个，{done.size / 1e6:.1f} MB")


@app.command(help="从备份恢复构建；备份不完整时什么也不改。笔记并入现有的，同一处以较晚的为准。")
def restore(file: Annotated[Path, typer.Argument(help="备份文件")], build: BuildOption = None) -> None:
    """Make the build of an archive the current one, once all of it is there and right."""
    from kg import restore as restores

    where = build_dir(build)
    with logs.timed("restore") as fields, present.progress() as shown:
        done = restores.read(file, where, shown)
        fields |= {"generation": done.manifest.generation, "sources": len(done.manifest.sources), "bytes": done.head.bytes}
    earlier = f"；此前的构建 {done.before.generation} 保留到下次写入" if done.before else ""
    print(f"已恢复 {done.manifest.generation}（备份于 {done.head.made}，构建于 {done.manifest.built}）：来源 {len(done.manifest.sources)} 个{earlier}")
    cli_wide.after(where)


@app.command(help="换掉构建里全部 IRI 的前缀（笔记随之），不重新读取文件。")
def rebase(base: Annotated[str | None, typer.Argument(help="新的前缀，以 / 或 # 结尾（默认用设置 base）")] = None, build: BuildOption = None) -> None:
    """Give every IRI of the build another base, without reading files."""
    from kg import build as builds

    wanted = base or config.settings().base
    with present.progress() as shown:
        done = builds.rebase(build_dir(build), wanted, shown)
    print(f"IRI 前缀：{wanted}，来源 {done.kept} 个")
    cli_wide.after(build_dir(build))
