"""What can be set, with its defaults and what it may be: top-level keys, and sections for what belongs together.

A section is a table of the settings file and a prefix in the environment: ``format`` of ``[log]`` is POLICYKG_LOG__FORMAT.
A path in the file counts from the file's folder. The description of a key is Chinese and stands in ``policykg settings`` and docs/operate.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from ontology.iris import DEFAULT_BASE, is_base

PREFIX = "POLICYKG_"

Port = Annotated[int, Field(ge=1, le=65535)]
Host = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:_-]+$")]


def _iri(base: str) -> str:
    if not is_base(base):
        raise ValueError("应是以 / 或 # 结尾的绝对 IRI")
    return base


def _place(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("路径里有空字符")
    return path


Base = Annotated[str, AfterValidator(_iri)]
Place = Annotated[Path, AfterValidator(_place)]


def _begins(*starts: str) -> AfterValidator:
    def begun(url: str) -> str:
        if not url.startswith(starts) or any(sign.isspace() for sign in url):
            raise ValueError(f"应以 {' 或 '.join(starts)} 开头，不含空白")
        return url

    return AfterValidator(begun)


Web = Annotated[str, _begins("http://", "https://")]
Postgres = Annotated[str, _begins("postgresql://", "postgres://")]
Scheduler = Annotated[str, _begins("tcp://", "tls://")]


class Section(BaseModel):
    """A table of the settings file: values that nothing changes, and no key that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Log(Section):
    """What is logged: lines for people on a terminal, or one JSON object a line; never the text of a document or question."""

    format: Literal["text", "json"] = Field(default="text", description="日志写法：text 为给人看的行，json 为每行一个 JSON 对象")
    level: Literal["debug", "info", "warning", "error"] = Field(default="warning", description="记到哪一级；请求与读入的事件是 info")
    file: Place | None = Field(default=None, description="日志文件；未设时写到标准错误")


class Serve(Section):
    """Where the SPARQL endpoint listens."""

    host: Host = Field(default="127.0.0.1", description="SPARQL 端点的地址")
    port: Port = Field(default=8502, description="SPARQL 端点的端口")


class App(Section):
    """Where the web app listens."""

    host: Host = Field(default="127.0.0.1", description="网页应用的地址；本机以外只读")
    port: Port = Field(default=8501, description="网页应用的端口")


class Graph(Section):
    """The server that holds the graph: addresses below the url, as Oxigraph names them, or whole ones."""

    url: Web | None = Field(default=None, description="图谱服务器（SPARQL 1.1）的地址；未设时用构建里的图谱")
    query: str = Field(default="query", min_length=1, description="查询的地址，接在 graph.url 后，如 Virtuoso 的 sparql")
    update: str = Field(default="update", min_length=1, description="更新的地址，如 Virtuoso 的 sparql-auth")
    store: str = Field(default="store", min_length=1, description="整图存取（Graph Store）的地址，如 Virtuoso 的 sparql-graph-crud-auth")
    timeout_s: float = Field(default=30.0, gt=0, le=3600, description="一次查询连同结果最多几秒")


class Vectors(Section):
    """The database that holds the vectors."""

    url: Postgres | None = Field(default=None, description="向量数据库（PostgreSQL 与 pgvector）的地址；未设时用构建里的向量")
    index: Literal["exact", "hnsw"] = Field(default="exact", description="exact 逐条比较，hnsw 用近似索引（百万条以上）")
    timeout_s: float = Field(default=30.0, gt=0, le=3600, description="一次检索最多几秒")


class Extract(Section):
    """Who reads the files."""

    scheduler: Scheduler | None = Field(default=None, description="dask 调度器的地址，如 tcp://10.0.0.5:8786；未设时用本机各核")


class Settings(BaseSettings):
    """Where the build lies, the base IRI of a new build, its embedding model, whether the app may write, and the sections."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True, extra="forbid", frozen=True)

    build: Place = Field(default=Path("build"), description="构建目录")
    base: Base = Field(default=DEFAULT_BASE, description="新构建的 IRI 前缀，以 / 或 # 结尾；已有构建用 policykg rebase 改")
    embedding_model: str | None = Field(default=None, description="sentence-transformers 模型的名称或目录；未设时用随包模型")
    readonly: bool = Field(default=False, description="网页应用只读：不能上传、重读、移除、记笔记")
    max_upload_mb: int = Field(default=20, ge=1, le=2000, description="网页应用里一个上传文件的上限（MB）")
    log: Log = Log()
    serve: Serve = Serve()
    app: App = App()
    graph: Graph = Graph()
    vectors: Vectors = Vectors()
    extract: Extract = Extract()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over what the settings are made with: the file."""
        return env_settings, init_settings
