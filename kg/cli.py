"""The command line; every failure is one line on stderr, exit code 1 or 2."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Annotated

import typer
from typer.main import get_command

from kg import cli_export, cli_keep, cli_serve, cli_wide, logs, manifest, nursery, present
from kg.config import settings
from kg.errors import PolicyKGError, UsageError
from kg.options import BuildOption, JsonOption, OnOption, build_dir, day
from kg.shipped import sample_corpus

_HELP = "中文政策知识图谱：导入、问答、检索、SPARQL、导出。"
app = typer.Typer(name="policykg", help=_HELP, no_args_is_help=True, rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(cli_export.app, name="export")
app.add_typer(cli_serve.app)
app.add_typer(cli_keep.app)
app.add_typer(cli_wide.app)


@app.callback()
def common(debug: Annotated[bool, typer.Option("--debug", help="出错时显示完整堆栈")] = False) -> None:
    """Hold the options that every command shares, and begin the log."""
    # Help must be had where the settings are wrong.
    if "--help" not in sys.argv:
        logs.configure(settings().log)


@app.command(help="读入文件和文件夹：只处理新增或变化的；文件夹里不见了的文件从构建中移除。")
def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="文件或文件夹（默认 ./corpus，否则随包样例）")] = None,
    embedding_model: Annotated[str | None, typer.Option("--embedding-model", help="sentence-transformers 模型的名称或目录")] = None,
    rebase: Annotated[str | None, typer.Option("--rebase", metavar="IRI", help="换掉构建里全部 IRI 的前缀，以 / 或 # 结尾")] = None,
    build: BuildOption = None,
) -> None:
    """Read files and folders into the build; only what is new or changed is processed."""
    chosen = settings()
    wanted = paths or [Path("corpus") if Path("corpus").is_dir() else sample_corpus()]
    into = build_dir(build)
    embedding = embedding_model or chosen.embedding_model
    if not (chosen.extract.scheduler or (into / manifest.NAME).is_file()):
        nursery.begin(wanted, embedding)
    from kg import build as builds
    from kg import engines

    with present.progress() as shown:
        report = builds.ingest(into, wanted, base=rebase or chosen.base, embedding=embedding, crew=engines.crew(), progress=shown)
        if rebase:
            builds.rebase(into, rebase, shown)
    present.report(report)
    cli_wide.after(into)
    if report.refused:
        raise typer.Exit(1)


@app.command(help="取出一个来源的全部文件，再次点名读入前不再收入。")
def remove(sources: Annotated[list[str], typer.Argument(help="来源路径，如 policykg check 所列")], build: BuildOption = None) -> None:
    """Take a source's documents out, and leave it out until it is named in ingest again."""
    from kg import build as builds

    with present.progress() as shown:
        present.report(builds.remove(build_dir(build), sources, shown))
    cli_wide.after(build_dir(build))


@app.command(help="提问，得到带引文的回答。")
def ask(
    question: Annotated[str | None, typer.Argument(help="问题")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="一行一个问题，或含 question 字段的 JSON 行")] = None,
    as_json: JsonOption = False,
    on: OnOption = None,
    build: BuildOption = None,
) -> None:
    """Answer a question with citations."""
    from kg.library import Library

    if (question is None) == (file is None):
        raise UsageError("请给出一个问题，或用 --file 给出问题文件。")
    when = day(on)
    asked = [question] if question is not None else questions(file)
    library = Library.open(build_dir(build))
    for one in asked:
        answer = library.ask(one, when)
        print(json.dumps(present.as_json(answer), ensure_ascii=False) if as_json else present.answer(answer))


def questions(file: Path | None) -> list[str]:
    """Return the questions of a file; raises UsageError where it cannot be read or a line has none."""
    try:
        lines = (file or Path()).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}：读不了问题文件（{error}）。") from None
    out = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if line.lstrip().startswith("{"):
            try:
                out.append(str(json.loads(line)["question"]))
            except (ValueError, KeyError):
                raise UsageError(f"{file} 第 {number} 行：不是含 question 字段的 JSON。") from None
        else:
            out.append(line.strip())
    if not out:
        raise UsageError(f"{file}：没有问题。")
    return out


@app.command(help="检索条款，每条结果说明为何命中。")
def search(
    query: Annotated[str, typer.Argument(help="词语、句子或一个数额")],
    agency: Annotated[str | None, typer.Option(help="部门")] = None,
    genre: Annotated[str | None, typer.Option(help="文种，如 办法")] = None,
    issuer: Annotated[str | None, typer.Option(help="发文机关")] = None,
    place: Annotated[str | None, typer.Option(help="地域")] = None,
    year: Annotated[int | None, typer.Option(help="印发年份")] = None,
    kind: Annotated[str | None, typer.Option(help="含哪种事实：amount duty reference definition deadline norm")] = None,
    status: Annotated[str | None, typer.Option(help="效力：in force | lapsed | not yet | unknown")] = None,
    top: Annotated[int, typer.Option(min=1, max=200, help="条数")] = 10,
    as_json: JsonOption = False,
    on: OnOption = None,
    build: BuildOption = None,
) -> None:
    """Rank clauses, with the reasons of each hit."""
    from kg.library import Library
    from kg.search import Filters

    filters = Filters(agency, genre, issuer, place, year, kind, present.status(status))
    result = Library.open(build_dir(build)).search(query, day(on), filters, top)
    print(json.dumps(present.as_json(result), ensure_ascii=False) if as_json else present.hits(result))


@app.command(help="运行只读 SPARQL（子进程，10 秒为限）。")
def query(
    file: Annotated[str, typer.Argument(help="查询文件，- 为标准输入")],
    form: Annotated[str, typer.Option("--format", help="table|csv|tsv|json|xml|turtle|ntriples|jsonld")] = "table",
    output: Annotated[Path | None, typer.Option("--output", help="写入文件")] = None,
    build: BuildOption = None,
) -> None:
    """Run read-only SPARQL, in a child process with a limit of 10 s."""
    from kg import manifest, sparql

    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}：读不了查询（{error}）。") from None
    folder = manifest.path(build_dir(build), manifest.load(build_dir(build))) / "graph"
    result = sparql.evaluate_untrusted(folder, text, "tsv" if form == "table" else form).body
    if form == "table":
        result = present.table(result.decode()).encode()
    if output:
        output.write_bytes(result)
    else:
        sys.stdout.buffer.write(result)


@app.command(help="打印来源的原文，引文的起止位置数在这份文本上。")
def text(source: Annotated[str, typer.Argument(help="来源路径")], build: BuildOption = None) -> None:
    """Print a source's text as read, the one that start and end count in."""
    from kg.shelf import Shelf

    found = Shelf.open(build_dir(build)).text(source)
    if found is None:
        raise UsageError(f"{source}：构建里没有这个来源。")
    sys.stdout.buffer.write(found.encode("utf-8", "surrogatepass"))


@app.command(help="核对构建：形状、引文、图谱、词语、向量与数据表。")
def check(build: BuildOption = None) -> None:
    """Verify the build: shapes, quotes, graph, words, vectors and tables in step."""
    from kg import verify
    from kg.shelf import Shelf

    found = verify.verify(Shelf.open(build_dir(build)))
    for line in found.lines:
        print(line)
    if found.faults:
        raise PolicyKGError(f"构建有 {len(found.faults)} 处不一致，第一处：{found.faults[0]}")


@app.command("app", help="打开网页应用；本机以外的地址上默认只读。")
def web(
    host: Annotated[str | None, typer.Option(help="地址（默认 127.0.0.1，或设置 app.host）")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="端口（默认 8501，或设置 app.port）")] = None,
    allow_writes: Annotated[bool, typer.Option("--allow-writes", help="对外开放时仍允许写入")] = False,
    build: BuildOption = None,
) -> None:
    """Open the Streamlit app; on another host than loopback it is read-only."""
    from kg.shipped import app_script

    own = settings()
    host, port = host or own.app.host, port or own.app.port
    environment = dict(os.environ, POLICYKG_BUILD=str(build_dir(build).resolve()))
    if host not in ("127.0.0.1", "localhost", "::1") and not allow_writes:
        environment["POLICYKG_READONLY"] = "1"
    command = [sys.executable, "-m", "kg.ui", "run", str(app_script()), "--server.address", host, "--server.port", str(port)]
    command += ["--server.maxUploadSize", str(own.max_upload_mb), "--browser.gatherUsageStats", "false"]
    command += ["--server.headless", "true" if not sys.stdout.isatty() else "false"]
    sys.stdout.flush()
    # The app takes this process's place, so that what ends the command ends the app.
    os.execve(sys.executable, command, environment)


@contextmanager
def _clear() -> Iterator[None]:
    """Turn failures into one line and an exit code."""
    try:
        yield
    except PolicyKGError as error:
        print(f"policykg: {error}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except typer.TyperException as error:
        said = error.format_message()
        # A group that is called without a command explains itself.
        line = said if said.startswith("Usage:") else f"policykg: {' '.join(said.split())}（policykg --help 列出全部命令）"
        print(line, file=sys.stderr)
        raise SystemExit(2) from None
    except (typer.Abort, KeyboardInterrupt):
        print("policykg: 已中止，构建未改动。", file=sys.stderr)
        raise SystemExit(1) from None
    except sqlite3.DatabaseError as error:
        print(f"policykg: 构建的数据表已损坏（{error}）：请重新运行 policykg ingest，或用 policykg restore 恢复备份。", file=sys.stderr)
        raise SystemExit(1) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(1) from None


def _one_line(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say what broke in one line."""
    words = " ".join(str(error).split())
    print(f"policykg: 内部错误（{kind.__name__}：{words}）；加 --debug 可看详情，构建未改动。", file=sys.stderr)


def main() -> None:
    """Run the command line."""
    if "--debug" in sys.argv:
        app()
        return
    sys.excepthook = _one_line
    with _clear(), logs.timed("command") as fields:
        command = get_command(app)
        fields["name"] = next((word for word in sys.argv[1:] if word in getattr(command, "commands", ())), "")
        # Calling the app itself would put typer's traceback in place of the hook.
        code = command(standalone_mode=False)
    raise SystemExit(code if isinstance(code, int) else 0)
