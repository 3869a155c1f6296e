"""The command that puts a build on other machines' engines."""

from __future__ import annotations

from pathlib import Path

import typer

from kg import present
from kg.config import settings
from kg.errors import PolicyKGError, UsageError
from kg.options import BuildOption, build_dir

app = typer.Typer()


@app.command(help="把构建发布到设置中的图谱服务器与向量数据库；只发送有变化的部分。")
def publish(build: BuildOption = None) -> None:
    """Bring the servers of [graph] and [vectors] in step with the build; only what changed is sent."""
    if not _named():
        raise UsageError("没有设置服务器：请在 policykg.toml 写明 [graph] url 或 [vectors] url。")
    _publish(build_dir(build))


def after(build: Path) -> None:
    """Publish what an ingest has just switched to, where servers are set; PolicyKGError says that only this step is missing."""
    if _named():
        try:
            _publish(build)
        except PolicyKGError as error:
            raise PolicyKGError(f"本机的构建已更新，但没有发布：{error}之后运行 policykg publish 即可。") from error


def _named() -> bool:
    chosen = settings()
    return bool(chosen.graph.url or chosen.vectors.url)


def _publish(build: Path) -> None:
    from kg import engines

    with present.progress() as shown:
        lines = engines.publish(build, shown)
    for line in lines:
        print(line)
