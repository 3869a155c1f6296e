"""Texts to vectors: our static model with numpy alone, any other sentence-transformers model through a door that imports it late."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.flow import narrow
from kg.errors import PolicyKGError, UsageError

if TYPE_CHECKING:
    from kg.vectors.islands import Islands

Vectors = NDArray[np.float32]
DEFAULT = Path(__file__).parent / "model"
# Texts whose words are told apart at once.
BATCH = 512
# More texts at once than these are worth a table in full precision (34 MB for the shipped model) and one of the words' inner borders (7 MB): their sums then
# take a tenth of the time, their words a third.
MANY = 1000
# The normalizer of the shipped tokenizer, which ``_folded`` does at a fifth of its cost; texts for other tokenizers are left as they are.
_NORMALIZER = r'Sequence(normalizers=[NFKC(), Lowercase(), Replace(pattern=Regex("(?<![0-9a-z])\s+|\s+(?![0-9a-z])"), content="")])'
_SPACE = re.compile("[\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_WORDLIKE = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_STATIC = [("StaticEmbedding", "Normalize"), ("StaticEmbedding",)]


class Encoder(Protocol):
    """Something that turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """The model as the configuration names it; "" for the shipped one."""
        ...

    @property
    def dim(self) -> int:
        """The length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change when the vectors would."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row a text, shape (len(texts), dim), float32; a text without a known word is a row of zeros."""
        ...

    def knows(self, word: str) -> bool:
        """Say whether a word has a vector of its own, as those have that laws and policies write often; True where the model tells none apart."""
        ...


def load(model: str | Path | None = None) -> Encoder:
    """Return the encoder of a sentence-transformers folder or name, the shipped one for None; UsageError where there is none."""
    folder = DEFAULT if model is None else Path(model)
    name = "" if model is None else str(model)
    if _is_static(folder):
        return StaticEncoder(folder, name)
    return SentenceEncoder(str(model))


class StaticEncoder:
    """A table of word vectors read with numpy: the mean of the words' rows, scaled to length 1."""

    def __init__(self, folder: Path, name: str = "") -> None:
        """Read the folder's tokenizer and table; PolicyKGError where they do not fit together."""
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self.name = name
        self._folder = folder
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._folds = repr(self._tokenizer.normalizer) == _NORMALIZER
        if self._folds:
            self._tokenizer.normalizer = None
        stored = load_file(folder / "model.safetensors")
        if "embeddings" in stored:
            self._table = stored["embeddings"]
            self._scales = stored.get("weights", np.ones(len(self._table), dtype=np.float32)).astype(np.float32)
        else:
            self._table = stored["embedding.weight"]
            self._scales = np.ones(len(self._table), dtype=np.float32)
        self._ready: Vectors | None = None
        self._islands: Islands | None = None
        if self._tokenizer.get_vocab_size() != len(self._table):
            raise PolicyKGError(f"向量模型 {folder} 的词表与向量表不一致，请换用完整的模型。")

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return int(self._table.shape[1])

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits of the SHA-256 of table and tokenizer."""
        digest = hashlib.sha256()
        for file in ("model.safetensors", "tokenizer.json"):
            digest.update((self._folder / file).read_bytes())
        return digest.hexdigest()[:16]

    def knows(self, word: str) -> bool:
        """Say whether a word is one of the vocabulary."""
        return self._tokenizer.token_to_id(word) is not None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row a text, shape (len(texts), dim), float32; a text without a known word is a row of zeros."""
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        if len(texts) > MANY and self._ready is None:
            from kg.vectors import islands

            self._ready = self._table.astype(np.float32) * self._scales[:, None]
            self._islands = islands.Islands(self._tokenizer) if self._folds and islands.fits(self._tokenizer) else None
        for begin in range(0, len(texts), BATCH):
            part = list(texts[begin : begin + BATCH])
            rows[begin : begin + len(part)] = self._sums(part)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.where(lengths > 0, lengths, 1)
        return rows

    def _sums(self, texts: list[str]) -> Vectors:
        """Return the sums of the word rows of each text."""
        if self._folds:
            texts = [_folded(text) for text in texts]
        if self._islands is not None:
            encoded = self._islands.ids(texts)
        elif len(texts) == 1:
            encoded = [self._tokenizer.encode(texts[0], add_special_tokens=False).ids]
        else:
            encoded = [found.ids for found in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        sums = np.zeros((len(texts), self.dim), dtype=np.float32)
        for total, ids in zip(sums, encoded, strict=True):
            if ids:
                # One text at a time: its rows stay near the processor, and its sum does not depend on what stands beside it.
                np.add.reduce(self._rows(ids), axis=0, out=total)
        return sums

    def _rows(self, ids: list[int]) -> Vectors:
        """Return the word rows of a text; a table that has served many texts is kept ready in full precision."""
        if self._ready is not None:
            return self._ready.take(ids, axis=0)
        rows: Vectors = self._table[ids].astype(np.float32) * self._scales[ids, None]
        return rows


def _folded(text: str) -> str:
    """Return a text in compatibility form and lower case, with one white space between two words of letters or digits, more of it removed."""
    folded = narrow(text)
    if not unicodedata.is_normalized("NFKC", folded):
        folded = unicodedata.normalize("NFKC", folded)
    folded = folded.lower()

    def kept(gap: re.Match[str]) -> str:
        alone = len(gap[0]) == 1
        return gap[0] if alone and folded[gap.start() - 1 : gap.start()] in _WORDLIKE and folded[gap.end() : gap.end() + 1] in _WORDLIKE else ""

    return _SPACE.sub(kept, folded)


class SentenceEncoder:
    """Any other sentence-transformers model; making one imports torch, which takes seconds."""

    def __init__(self, name: str) -> None:
        """Load the model from a folder or by name; UsageError where sentence-transformers cannot."""
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(name)
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise UsageError(f"无法载入向量模型 {name}：{reason}。请检查名称或路径。") from error
        self.name = name

    @cached_property
    def dim(self) -> int:
        """The length of a vector."""
        return int(self.encode(["维"]).shape[1])

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits of the SHA-256 of every parameter's name, type, shape and values."""
        digest = hashlib.sha256()
        for name, tensor in sorted(self._model.state_dict().items()):
            values = tensor.detach().cpu().contiguous()
            digest.update(f"{name} {values.dtype} {tuple(values.shape)}".encode())
            digest.update(values.reshape(-1).view(_bytes()).numpy().tobytes())
        return digest.hexdigest()[:16]

    def knows(self, word: str) -> bool:
        """Say that any word may have a vector: these models cut words into pieces."""
        return bool(word)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row a text, shape (len(texts), dim), float32."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        rows = self._model.encode(list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
        return np.ascontiguousarray(rows, dtype=np.float32)


def _bytes() -> object:
    import torch

    return torch.uint8


def _is_static(folder: Path) -> bool:
    """Say whether a folder holds a static table that numpy can read: a StaticEmbedding, alone or with Normalize."""
    modules = folder / "modules.json"
    if not (modules.is_file() and (folder / "model.safetensors").is_file() and (folder / "tokenizer.json").is_file()):
        return False
    kinds = tuple(str(module["type"]).rsplit(".", 1)[-1] for module in json.loads(modules.read_text("utf-8")))
    return kinds in _STATIC
