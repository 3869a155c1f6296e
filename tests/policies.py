"""Small builds of made-up policies, for tests that write builds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kg import build, export, verify
from kg.build import Report
from kg.config import BASE
from kg.shelf import Shelf

DAY = date(2026, 11, 20)
RULE = """海州市科技局文件
海科发〔2024〕{number}号

海州市{subject}管理办法

第一条 为了支持{subject}，依据《海州市科技进步条例》，制定本办法。
第二条 市科技局负责{subject}的实施，市财政局配合。
第三条 给予最高{amount}万元补助，每年3月1日前申报。
第四条 本办法自2024年5月1日起施行，有效期至2027年4月30日。

海州市科技局
2024年4月1日
"""


def policy(subject: str, number: int, amount: int = 100) -> str:
    return RULE.format(subject=subject, number=number, amount=amount)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return a folder of two policies that cite a third."""
    folder = tmp_path / "corpus"
    (folder / "下级").mkdir(parents=True)
    (folder / "孵化.txt").write_text(policy("孵化器", 1), "utf-8")
    (folder / "下级" / "茶园.md").write_text(policy("茶园", 2) + "\n第五条 《海州市孵化器管理办法》同时废止。\n", "utf-8")
    return folder


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return tmp_path / "build"


def ingest(into: Path, *paths: Path, workers: int = 1) -> Report:
    return build.ingest(into, paths, base=BASE, workers=workers)


def said(where: Path) -> dict[str, object]:
    """Return everything a build says: its tables, its graph, its words and vectors."""
    shelf = Shelf.open(where)
    tables = {name: [tuple(row) for row in export.rows(shelf, name, DAY)] for name in export.COLUMNS}
    return {
        "tables": {name: sorted(map(repr, rows)) for name, rows in tables.items()},
        "graph": sorted(shelf.store.nquads()),
        "words": shelf.words.search("孵化器 补助", 50),
        "vectors": {near.clause: round(near.score, 5) for near in shelf.vectors.search(shelf.encoder.encode(["孵化器补助"])[0], 50)},
    }


def clean(where: Path) -> bool:
    return not verify.verify(Shelf.open(where)).faults
