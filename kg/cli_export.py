"""The export commands: tables, graph, networks, workbook, catalogue entry and report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.options import BuildOption, OnOption, build_dir, day

app = typer.Typer(help="导出数据表、图谱、网络、工作簿、目录条目或报告。", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def tables(
    folder: Annotated[Path, typer.Argument(help="目标文件夹")],
    bom: Annotated[bool, typer.Option("--bom", help="带 BOM，供 Excel")] = False,
    on: OnOption = None,
    build: BuildOption = None,
) -> None:
    """Write the tables as CSV with datapackage.json."""
    from kg import export
    from kg.shelf import Shelf

    counts = export.write_tables(Shelf.open(build_dir(build)), folder, day(on), bom=bom)
    print(f"已写入 {folder}：" + "，".join(f"{name} {n} 行" for name, n in counts.items()))


@app.command()
def rdf(file: Annotated[Path, typer.Argument(help=".ttl .nt .nq .trig .rdf .jsonld")], build: BuildOption = None) -> None:
    """Write the graph."""
    from kg import export
    from kg.shelf import Shelf

    print(f"已写入 {file}：{export.write_rdf(Shelf.open(build_dir(build)), file)} 条三元组")
