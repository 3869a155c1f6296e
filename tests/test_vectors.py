"""The encoder and the vector index: unit rows, equal to sentence-transformers, no torch on the default path, nothing lost by removals."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
import pytest
from safetensors.numpy import load_file

from kg.errors import BuildDamaged, BuildMissing, PolicyKGError, UsageError
from kg.vectors import amended, encoder, index
from kg.vectors.index import VectorIndex
from tests.conftest import ROOT

TEXTS = ("离婚后子女由一方直接抚养，另一方应当负担抚养费。", "机动车应当在道路右侧通行。", "企业研发投入增长的，给予奖补。", "公司解散的，应当清算。")


@pytest.fixture(scope="module")
def shipped() -> encoder.Encoder:
    return encoder.load()


@pytest.mark.parametrize(("query", "nearest"), [("孩子的抚养费怎么给", 0), ("开车靠哪边走", 1), ("公司搞研发有没有补贴", 2), ("公司注销要做什么", 3)])
def test_a_question_is_nearest_to_its_clause(shipped: encoder.Encoder, query: str, nearest: int) -> None:
    assert int(np.argmax(shipped.encode(TEXTS) @ shipped.encode([query])[0])) == nearest


def test_rows_have_length_one(shipped: encoder.Encoder) -> None:
    rows = shipped.encode(TEXTS)
    assert rows.shape == (len(TEXTS), shipped.dim)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-6)


def test_texts_without_a_known_word_are_zero(shipped: encoder.Encoder) -> None:
    assert not shipped.encode(["", "，。", " \n"]).any()
    assert shipped.encode([]).shape == (0, shipped.dim)


def test_a_text_has_the_same_vector_in_any_company(shipped: encoder.Encoder) -> None:
    many = [TEXTS[i % 4] * (1 + i % 3) for i in range(2 * encoder.BATCH + 3)]
    rows = shipped.encode(many)
    assert np.abs(rows[-1] - shipped.encode([many[-1]])[0]).max() < 1e-6


def test_line_breaks_spaces_and_width_do_not_change_a_vector(shipped: encoder.Encoder) -> None:
    rows = shipped.encode(["研发投入2024年ai企业", "研发\n投 入２０２４年ＡＩ企业"])
    assert np.abs(rows[0] - rows[1]).max() < 1e-6


def test_the_shipped_model_is_small_and_in_whole_numbers() -> None:
    stored = load_file(encoder.DEFAULT / "model.safetensors")
    assert stored["embeddings"].dtype == np.int8
    assert len(stored["embeddings"]) == len(stored["weights"])
    assert not stored["embeddings"][0].any()
    assert sum(file.stat().st_size for file in encoder.DEFAULT.rglob("*") if file.is_file()) < 20_000_000


def test_encoding_imports_no_torch() -> None:
    heavy = "torch", "sentence_transformers", "transformers"
    program = f"import sys; from kg.vectors import encoder; encoder.load().encode(['研发']); print([m for m in {heavy} if m in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


def test_another_table_has_another_fingerprint(tmp_path: Path, shipped: encoder.Encoder) -> None:
    for file in encoder.DEFAULT.rglob("*"):
        if file.is_file():
            (tmp_path / file.relative_to(encoder.DEFAULT)).parent.mkdir(exist_ok=True)
            shutil.copy(file, tmp_path / file.relative_to(encoder.DEFAULT))
    assert encoder.load(tmp_path).fingerprint == shipped.fingerprint
    changed = (tmp_path / "tokenizer.json").read_text("utf-8") + " "
    (tmp_path / "tokenizer.json").unlink()
    (tmp_path / "tokenizer.json").write_text(changed, "utf-8")
    assert encoder.load(tmp_path).fingerprint != shipped.fingerprint


def test_a_model_that_is_nowhere_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="无法载入向量模型"):
        encoder.load(tmp_path / "none")


@pytest.mark.slow
def test_sentence_transformers_reads_the_same_vectors(shipped: encoder.Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    texts = [*TEXTS, "", "，", "AI agent  模型\n１２３", "字" * 3000]
    model = SentenceTransformer(str(encoder.DEFAULT))
    assert np.abs(model.encode(texts) - shipped.encode(texts)).max() < 1e-5


@pytest.mark.slow
def test_any_other_model_goes_through_the_door(tmp_path: Path) -> None:
    tiny = _tiny_transformer(tmp_path / "tiny", 1)
    found = encoder.load(tiny)
    rows = found.encode(TEXTS)
    assert rows.shape == (len(TEXTS), 16)
    assert found.dim == 16
    assert found.name == str(tiny)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert found.fingerprint == encoder.load(tiny).fingerprint != encoder.load(_tiny_transformer(tmp_path / "other", 2)).fingerprint


def _tiny_transformer(folder: Path, seed: int) -> Path:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(seed)
    inner = folder / "inner"
    inner.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set("".join(TEXTS)))]
    (inner / "vocab.txt").write_text("\n".join(vocabulary) + "\n", "utf-8")
    BertTokenizerFast(vocab=str(inner / "vocab.txt")).save_pretrained(inner)
    shape = BertConfig(vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, max_position_embeddings=64)
    BertModel(shape).save_pretrained(inner)
    SentenceTransformer(modules=[Transformer(str(inner)), Pooling(16)]).save(str(folder / "model"))
    return folder / "model"


def unit(rows: int, dim: int = 16, seed: int = 0) -> index.Vectors:
    drawn = np.random.default_rng(seed).normal(size=(rows, dim)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def filled(rows: index.Vectors, keys: Sequence[str] | None = None) -> VectorIndex:
    made = VectorIndex(rows.shape[1], "f")
    made.add(keys or [f"k{i}" for i in range(len(rows))], rows)
    return made


def test_the_nearest_come_first_with_their_cosine() -> None:
    rows = unit(200)
    found = filled(rows).search(rows[7], 3)
    cosines = rows @ rows[7]
    assert [near.clause for near in found] == [f"k{i}" for i in np.argsort(-cosines)[:3]]
    assert found[0].score == pytest.approx(1.0, abs=1e-6)


def test_search_stays_among_the_given_clauses() -> None:
    rows = unit(200)
    made = filled(rows)
    assert {near.clause for near in made.search(rows[7], 5, clauses=["k1", "k2", "k999"])} == {"k1", "k2"}
    assert made.search(rows[7], 5, clauses=[]) == []


def test_a_removed_clause_is_gone_and_the_rest_stay() -> None:
    rows = unit(50)
    made = filled(rows)
    assert made.remove(["k7", "k8", "k999"]) == 2
    assert made.clauses() == {f"k{i}" for i in range(50)} - {"k7", "k8"}
    assert {near.clause for near in made.search(rows[7], 50)}.isdisjoint({"k7", "k8"})
    assert made.search(rows[9], 1)[0].clause == "k9"


def test_adding_a_clause_again_replaces_it() -> None:
    rows = unit(50)
    made = filled(rows)
    made.add(["k7"], rows[8:9])
    assert len(made) == 50
    assert {near.clause for near in made.search(rows[8], 2)} == {"k7", "k8"}


def test_a_zero_vector_and_an_empty_index_find_nothing() -> None:
    assert filled(unit(5)).search(np.zeros(16, dtype=np.float32), 3) == []
    assert VectorIndex(16, "f").search(unit(1)[0], 3) == []


def test_vectors_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        VectorIndex(16, "f").add(["a"], unit(1, 8))


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    rows = unit(50)
    made = filled(rows)
    made.remove(["k3"])
    made.save(tmp_path)
    read = VectorIndex.open(tmp_path, "f")
    assert read.search(rows[7], 5) == made.search(rows[7], 5)
    read.add(["new"], rows[3:4])
    read.save(tmp_path)
    assert VectorIndex.open(tmp_path).search(rows[3], 1)[0].clause == "new"
    assert len(list(tmp_path.iterdir())) == 4


def test_a_linked_copy_does_not_change_with_the_original(tmp_path: Path) -> None:
    rows = unit(20)
    filled(rows).save(tmp_path / "a")
    (tmp_path / "b").mkdir()
    for file in (tmp_path / "a").iterdir():
        os.link(file, tmp_path / "b" / file.name)
    changed = VectorIndex.open(tmp_path / "b")
    changed.remove(["k1"])
    changed.save(tmp_path / "b")
    assert len(VectorIndex.open(tmp_path / "a")) == 20
    assert len(VectorIndex.open(tmp_path / "b")) == 19


def test_a_missing_foreign_or_damaged_index_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(BuildMissing, match="policykg ingest"):
        VectorIndex.open(tmp_path)
    filled(unit(5)).save(tmp_path)
    with pytest.raises(PolicyKGError, match="不能混用"):
        VectorIndex.open(tmp_path, "another")
    meta = json.loads((tmp_path / "vectors.json").read_text("utf-8"))
    np.save(tmp_path / "one.npy", np.array([0]))
    (tmp_path / "one.txt").write_text("k0", "utf-8")
    (tmp_path / "vectors.json").write_text(json.dumps(meta | {"ids": "one.npy", "keys": "one.txt"}), "utf-8")
    with pytest.raises(BuildDamaged, match="不一致"):
        VectorIndex.open(tmp_path)
    (tmp_path / "one.txt").write_text("k0\nk1", "utf-8")
    with pytest.raises(BuildDamaged, match="无法读取"):
        VectorIndex.open(tmp_path)
    (tmp_path / meta["file"]).write_bytes(b"x")
    with pytest.raises(BuildDamaged, match="无法读取"):
        VectorIndex.open(tmp_path)


def test_exact_cosines_of_named_clauses() -> None:
    rows = unit(30)
    assert filled(rows).cosines(rows[0], ["k0", "k5", "k999"]) == pytest.approx({"k0": 1.0, "k5": float(rows[5] @ rows[0])}, abs=1e-6)


def test_many_clauses_lie_in_cells_and_few_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "FLAT_LIMIT", 400)
    monkeypatch.setattr(index, "CELLS", 8)
    monkeypatch.setattr(index, "PROBES", 8)
    rows = unit(600)
    made = filled(rows)
    exact = made.search(rows[7], 10)
    made.save(tmp_path)
    read = VectorIndex.open(tmp_path)
    assert isinstance(read._index, faiss.IndexIVF)
    assert [near.clause for near in read.search(rows[7], 10)] == [near.clause for near in exact]
    assert read.cosines(rows[7], ["k7"]) == pytest.approx({"k7": 1.0}, abs=1e-6)
    assert read.search(rows[7], 3, clauses=["k7"])[0].clause == "k7"
    read.add(["new"], rows[7:8])
    assert read.remove(["k7"]) == 1
    assert read.search(rows[7], 1)[0].clause == "new"
    read.remove([f"k{i}" for i in range(450)])
    read.save(tmp_path)
    few = VectorIndex.open(tmp_path)
    assert not isinstance(few._index, faiss.IndexIVF)
    assert len(few) == 151
    assert few.search(rows[7], 1)[0].clause == "new"


@pytest.mark.parametrize("cells", [False, True])
def test_an_amended_index_finds_what_one_written_anew_finds(tmp_path: Path, cells: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if cells:
        for name, value in (("FLAT_LIMIT", 400), ("CELLS", 8), ("PROBES", 8)):
            monkeypatch.setattr(index, name, value)
    rows = unit(700)
    filled(rows[:600]).save(tmp_path / "0")
    held = {f"k{i}": rows[i] for i in range(600)}
    steps = [(["k1", "k2"], ["k1", "n0"]), (["n0", "k5"], ["n1"]), ([], ["n2"]), (["k1"], []), ([f"k{i}" for i in range(20, 40)], ["k2"])]
    for turn, (gone, new) in enumerate(steps):
        fresh = rows[600 + 10 * turn :][: len(new)]
        amended.amend(tmp_path / str(turn), tmp_path / str(turn + 1), gone, new, fresh)
        held = {key: row for key, row in held.items() if key not in gone} | dict(zip(new, fresh, strict=True))
        read, whole = VectorIndex.open(tmp_path / str(turn + 1)), filled(np.stack(list(held.values())), list(held))
        assert amended.count(tmp_path / str(turn + 1)) == len(read) == len(held)
        assert read.clauses() == held.keys()
        assert np.allclose(read.rows(list(held)), np.stack(list(held.values())))
        for one in (*rows[:6], *rows[600:650:5], *rows[20:40:4]):
            for some in (None, ["k1", "k2", "n1", "k30", "k300", "n9"]):
                found, wanted = read.search(one, 12, clauses=some), whole.search(one, 12, clauses=some)
                assert [near.clause for near in found] == [near.clause for near in wanted]
                assert [near.score for near in found] == pytest.approx([near.score for near in wanted], abs=1e-5)
        assert bool(read._gone.size) == (turn < 4), "what differs by more than one in 32 is written as one"
    read.add(["last"], rows[699:700])
    read.save(tmp_path / "again")
    assert len(VectorIndex.open(tmp_path / "again")) == len(held) + 1


def test_an_amended_index_is_counted_only_where_its_files_are_whole(tmp_path: Path) -> None:
    filled(unit(90)).save(tmp_path / "a")
    amended.amend(tmp_path / "a", tmp_path / "b", ["k1"], [], unit(0))
    assert amended.count(tmp_path / "b") == 89
    for name in ("vectors-fresh.npy", "vectors.json"):
        (tmp_path / "b" / name).write_bytes(b"{}")
        with pytest.raises(BuildDamaged):
            amended.count(tmp_path / "b")
