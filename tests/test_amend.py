"""A build that is amended says what one written anew from the same files says."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from kg import amend, backup, build, export, layers, manifest, relink, restore
from kg.build import quiet
from kg.errors import BuildDamaged
from kg.shelf import Shelf
from tests.conftest import ROOT
from tests.policies import DAY, built, clean, corpus, ingest, policy, said

__all__ = ["built", "corpus"]


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Amend small builds too, and note each time that it is done."""
    done: list[str] = []
    real = amend.write

    def noted(folder: Path, *rest: object) -> object:
        done.append(folder.name)
        return real(folder, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(build, "LARGE", 0)
    monkeypatch.setattr(build, "SHARE", 0)
    monkeypatch.setattr(amend, "write", noted)
    return done


def alike(one: Path, other: Path) -> bool:
    """Say whether two builds say the same; counts of words that were taken out linger in the index until it is merged."""
    left, right = said(one), said(other)
    for whole in (left, right):
        hits = whole.pop("words")
        assert isinstance(hits, list)
        whole["found"] = sorted(hit.clause for hit in hits)
    assert left == right
    assert exported(one) == exported(other)
    assert clean(one)
    return manifest.load(one).counts == manifest.load(other).counts


def exported(where: Path) -> dict[str, bytes]:
    """Return the tables as they are exported, row by row in their order."""
    export.write_tables(Shelf.open(where), where / "out", DAY)
    return {file.name: file.read_bytes() for file in (where / "out").glob("*.csv")}


def fresh(corpus: Path, where: Path) -> Path:
    shutil.rmtree(where, ignore_errors=True)
    ingest(where, corpus)
    return where


CITING = """海州市科技局关于桥梁的通知

第一条 依据《海州市孵化器管理办法》（海科发〔2024〕1号）第三条，制定本通知，海州市造船局配合。
第二条 前条所称“桥梁通”，见本通知第一条。
第三条 《海州市茶园管理办法》自2025年1月1日起废止。本通知与《海州市孵化器管理办法》同步实施。

海州市科技局
2024年12月1日
"""


def test_every_kind_of_change(built: Path, corpus: Path, tmp_path: Path, always: list[str]) -> None:
    ingest(built, corpus)
    assert not always
    (corpus / "桥.txt").write_text(CITING, "utf-8")
    assert ingest(built, corpus).added == ("桥.txt",)
    assert alike(built, fresh(corpus, tmp_path / "1"))
    tea = next(d for d in Shelf.open(built).documents.values() if "茶园" in d.title)
    assert str(tea.expires_derived) < "2025-01-01"
    (corpus / "孵化.txt").write_text(policy("孵化器", 1, 777).replace("第三条", "第四条"), "utf-8")
    assert ingest(built, corpus).changed == ("孵化.txt",)
    assert alike(built, fresh(corpus, tmp_path / "2"))
    (corpus / "孵化.txt").unlink()
    assert ingest(built, corpus).gone == ("孵化.txt",)
    assert alike(built, fresh(corpus, tmp_path / "3"))
    (corpus / "孵化.txt").write_text(policy("孵化器", 1), "utf-8")
    ingest(built, corpus)
    (corpus / "桥.txt").unlink()
    ingest(built, corpus)
    assert alike(built, fresh(corpus, tmp_path / "4"))
    assert len(always) == 5


def test_a_copy_that_becomes_the_original(built: Path, corpus: Path, tmp_path: Path) -> None:
    text = policy("孵化器", 1)
    (corpus / "副本.txt").write_text("【摘编】非官方文本。\n" + text, "utf-8")
    ingest(built, corpus)
    (corpus / "孵化.txt").unlink()
    ingest(built, corpus)
    assert alike(built, fresh(corpus, tmp_path / "fresh"))


def test_a_refused_change_and_a_removal(built: Path, corpus: Path, tmp_path: Path) -> None:
    (corpus / "桥.txt").write_text(CITING, "utf-8")
    ingest(built, corpus)
    (corpus / "孵化.txt").write_bytes(bytes(range(256)) * 40)
    assert [r.source for r in ingest(built, corpus).refused] == ["孵化.txt"]
    build.remove(built, ["桥.txt"])
    (corpus / "桥.txt").unlink()
    assert alike(built, fresh(corpus, tmp_path / "fresh"))


def test_the_order_of_amendments_does_not_matter(corpus: Path, tmp_path: Path, always: list[str]) -> None:
    (corpus / "桥.txt").write_text(CITING, "utf-8")
    (corpus / "副本.txt").write_text("【摘编】非官方文本。\n" + policy("孵化器", 1), "utf-8")
    names = sorted(str(p.relative_to(corpus)) for p in corpus.rglob("*") if p.is_file() and p.suffix in (".txt", ".md"))
    for turn in range(2):
        order = names[::-1] if turn else names[1:] + names[:1]
        place = tmp_path / f"corpus{turn}"
        for name in order:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(corpus / name, place / name)
            ingest(tmp_path / str(turn), place)
        assert alike(tmp_path / str(turn), fresh(place, tmp_path / "fresh"))
    assert len(always) >= 2 * (len(names) - 1)


def test_all_sources_gone(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    for file in [p for p in corpus.rglob("*") if p.is_file()]:
        file.unlink()
    ingest(built, corpus)
    assert manifest.load(built).counts["clauses"] == 0
    assert not list(Shelf.open(built).store.nquads())


@pytest.mark.parametrize("seed", [1, 2])
def test_any_walk_through_the_sample_corpus(seed: int, tmp_path: Path, always: list[str]) -> None:
    draw = random.Random(seed)
    corpus = tmp_path / "corpus"
    shutil.copytree(ROOT / "corpus", corpus)
    away = tmp_path / "away"
    away.mkdir()
    ingest(tmp_path / "build", corpus)
    for _ in range(4):
        for _ in range(draw.randint(1, 3)):
            here = sorted(p for p in corpus.glob("*.txt"))
            there = sorted(away.iterdir())
            if there and draw.random() < 0.5:
                file = draw.choice(there)
                file.rename(corpus / file.name)
            elif draw.random() < 0.5:
                file = draw.choice(here)
                file.rename(away / file.name)
            else:
                file = draw.choice(here)
                lines = file.read_text("utf-8").splitlines()
                del lines[draw.randrange(len(lines))]
                file.write_text("\n".join(lines), "utf-8")
        ingest(tmp_path / "build", corpus)
    assert alike(tmp_path / "build", fresh(corpus, tmp_path / "fresh"))
    assert always


REFORMED = """青岛市展会办法

第一条 为了促进展会，制定本办法。
第二条 市卫生局负责展馆卫生，市工商局负责登记。

青岛市人民政府
2010年4月1日
"""
TODAY = """青岛市展馆方案

第一条 为了改造展馆，制定本方案。
第二条 市市场监督管理局负责登记，市卫生健康委员会配合。

青岛市人民政府
2023年4月1日
"""


def test_successors_come_and_go_with_the_bodies_they_took_over_from(built: Path, corpus: Path, tmp_path: Path, always: list[str]) -> None:
    ingest(built, corpus)
    for step, (name, text) in enumerate((("旧.txt", REFORMED), ("新.txt", TODAY), ("旧.txt", ""), ("新.txt", ""))):
        (corpus / name).write_text(text, "utf-8") if text else (corpus / name).unlink()
        ingest(built, corpus)
        assert alike(built, fresh(corpus, tmp_path / str(step)))
    assert len(always) == 4


def test_tables_that_differ_little_are_linked_and_others_written_as_one(built: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "SHARE", 0)
    ingest(built, corpus)
    base = built / "g000001" / "tables.sqlite"
    inode = base.stat().st_ino
    for number, name in enumerate(("桥.txt", "孵化.txt", "桥.txt", "茶.txt"), 2):
        (corpus / name).write_text(CITING.replace("桥", "桥" * number), "utf-8")
        if number == 5:
            monkeypatch.setattr(layers, "SHARE", 1000)
        ingest(built, corpus)
        assert ((built / f"g{number:06}" / "base.sqlite").stat().st_ino == inode) == (number < 5)
        assert alike(built, fresh(corpus, tmp_path / str(number)))


def test_tables_without_what_they_were_amended_from_are_damaged(built: Path, corpus: Path) -> None:
    for amount in (100, 200, 300):
        (corpus / "孵化.txt").write_text(policy("孵化器", 1, amount), "utf-8")
        ingest(built, corpus)
    (built / "g000003" / "base.sqlite").unlink()
    with pytest.raises(BuildDamaged, match="重新运行"):
        layers.connect(built / "g000003")
    assert Shelf.open(built).manifest.generation == "g000002"
    ingest(built, corpus)
    assert clean(built)


REFERRING = """海州市财政局关于{subject}的通知

第一条 依据《海州市孵化器管理办法》（海科发〔2024〕1号）第三条和第九条，制定本通知。
第二条 《海州市孵化器管理办法》第一条所称“孵化”，见前条。{more}

海州市财政局
2024年12月{day}日
"""


def test_what_is_called_and_cites_as_before_turns_only_what_leads_into_it(built: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few: list[bool] = []
    real = relink._alike

    def noted(*rest: object) -> bool:
        few.append(real(*rest))  # type: ignore[arg-type]
        return few[-1]

    monkeypatch.setattr(relink, "_alike", noted)
    for day, subject in enumerate(("桥梁", "码头"), 1):
        (corpus / f"{subject}.txt").write_text(REFERRING.format(subject=subject, day=day, more=""), "utf-8")
    ingest(built, corpus)
    ours, notice = corpus / "孵化.txt", corpus / "桥梁.txt"
    rule, said = ours.read_text("utf-8"), notice.read_text("utf-8")
    steps = [
        (ours, rule.replace("第三条", "第九条"), True),
        (ours, rule.replace("最高100万元", "最高900万元，第九条给予2万元"), True),
        (ours, rule.replace("\n海州市科技局\n2024", "\n第九条 给予3万元。\n\n海州市科技局\n2024"), True),
        (notice, said.replace("见前条", "见前条和《海州市孵化器管理办法》第九条"), True),
        (notice, said.replace("第三条和第九条", "第四条"), True),
        (notice, said.replace("见前条", "见《海州市茶园管理办法》第二条"), False),
        (notice, said.replace("桥梁", "桥"), False),
        (ours, rule.replace("4月30日", "4月29日"), False),
    ]
    for step, (file, text, alike_now) in enumerate(steps):
        file.write_text(text, "utf-8")
        ingest(built, corpus)
        assert few == [alike_now], step
        few.clear()
        assert alike(built, fresh(corpus, tmp_path / "fresh")), step


def test_an_amended_build_is_backed_up_whole(built: Path, corpus: Path, tmp_path: Path) -> None:
    ingest(built, corpus)
    (corpus / "孵化.txt").write_text(policy("孵化器", 1, 777), "utf-8")
    ingest(built, corpus)
    backup.write(built, tmp_path / "b.tar", quiet)
    restore.read(tmp_path / "b.tar", tmp_path / "other", quiet)
    assert alike(tmp_path / "other", built)
    assert ingest(tmp_path / "other", corpus).kept == 2
