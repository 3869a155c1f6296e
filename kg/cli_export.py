"""The export commands: tables, graph, networks, workbook, catalogue entry and report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.options import BuildOption, OnOption, build_dir, day

if TYPE_CHECKING:
    from kg.shelf import Shelf

File = Annotated[Path, typer.Argument(help="目标文件")]

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

    counts = export.write_tables(_shelf(build), folder, day(on), bom=bom)
    print(f"已写入 {folder}：" + "，".join(f"{name} {n} 行" for name, n in counts.items()))


@app.command()
def rdf(file: Annotated[Path, typer.Argument(help=".ttl .nt .nq .trig .rdf .jsonld")], on: OnOption = None, build: BuildOption = None) -> None:
    """Write the graph; .nq and .trig keep its named graphs."""
    from kg import export

    print(f"已写入 {file}：{export.write_rdf(_shelf(build), file, day(on))} 条三元组")


@app.command()
def graphml(file: File, on: OnOption = None, build: BuildOption = None) -> None:
    """Write the network of documents, clauses and bodies as GraphML."""
    from kg.export import networks

    _wrote(file, networks.write_graphml(_shelf(build), file, day(on)))


@app.command()
def gexf(file: File, on: OnOption = None, build: BuildOption = None) -> None:
    """Write the network as GEXF, for Gephi."""
    from kg.export import networks

    _wrote(file, networks.write_gexf(_shelf(build), file, day(on)))


@app.command()
def network(folder: Annotated[Path, typer.Argument(help="目标文件夹")], on: OnOption = None, build: BuildOption = None) -> None:
    """Write the network as nodes.csv and edges.csv with datapackage.json."""
    from kg.export import networks

    _wrote(folder, networks.write_tables(_shelf(build), folder, day(on)))


@app.command()
def xlsx(file: File, on: OnOption = None, build: BuildOption = None) -> None:
    """Write all tables as one workbook."""
    from kg.export import workbook

    counts = workbook.write_workbook(_shelf(build), file, day(on))
    print(f"已写入 {file}：" + "，".join(f"{name} {n} 行" for name, n in counts.items()))


@app.command()
def dcat(file: Annotated[Path, typer.Argument(help=".ttl .nt .rdf .jsonld")], on: OnOption = None, build: BuildOption = None) -> None:
    """Write the entry for a catalogue of data sets (DCAT)."""
    from kg.export import catalogue

    print(f"已写入 {file}：{catalogue.write_dcat(_shelf(build), file, day(on))} 条三元组")


@app.command()
def report(
    file: Annotated[Path, typer.Argument(help=".md 或 .docx")],
    question: Annotated[str | None, typer.Option("--question", help="报告一个问题的答案")] = None,
    document: Annotated[str | None, typer.Option("--document", help="报告一份文件的事实：标题、文号、来源或 IRI")] = None,
    on: OnOption = None,
    build: BuildOption = None,
) -> None:
    """Write a report of an answer, of a document's facts, or of the build."""
    from kg.export import report as reports

    made = reports.write_report(_shelf(build), file, day(on), question=question, document=document)
    print(f"已写入 {file}：{made.title}，{len(made.sections)} 节")


def _shelf(build: Path | None) -> Shelf:
    from kg.shelf import Shelf

    return Shelf.open(build_dir(build))


def _wrote(place: Path, counts: tuple[int, int]) -> None:
    print(f"已写入 {place}：节点 {counts[0]} 个，边 {counts[1]} 条")
