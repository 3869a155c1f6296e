"""The trainable table: mean of word vectors, cosine, softmax over the batch; and how it is stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

Ids = NDArray[np.int64]
SCALE = 20.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs as token ids: the i-th left side belongs to the i-th right side, further right sides are negatives alone.

    ``also``, shape (left, right), marks right sides that are true of a left side as well: they are no negatives.
    """

    left: Sequence[Ids]
    right: Sequence[Ids]
    also: NDArray[np.bool_] | None = None


def start(frequencies: NDArray[np.float64], dim: int, seed: int, smooth: float = 1e-4) -> nn.EmbeddingBag:
    """Return a table of random directions whose lengths fall with a word's frequency (SIF); row 0, the unknown word, is zero."""
    generator = torch.Generator().manual_seed(seed)
    weights = torch.randn(len(frequencies), dim, generator=generator)
    weights *= torch.from_numpy(smooth / (smooth + frequencies)).float()[:, None]
    weights[0] = 0
    return nn.EmbeddingBag.from_pretrained(weights, freeze=False, mode="mean")


def vectors(table: nn.EmbeddingBag, rows: Sequence[Ids]) -> torch.Tensor:
    """Return the unit vectors of token sequences, shape (rows, dim)."""
    lengths = np.cumsum([0, *(len(row) for row in rows[:-1])])
    means: torch.Tensor = table(torch.from_numpy(np.concatenate(rows)), torch.from_numpy(lengths))
    return functional.normalize(means, dim=1)


def thawed(weights: NDArray[np.float32]) -> nn.EmbeddingBag:
    """Return a trainable copy of a table."""
    return nn.EmbeddingBag.from_pretrained(torch.from_numpy(weights.copy()), freeze=False, mode="mean")


def train(table: nn.EmbeddingBag, batches: Iterable[Batch], steps: int, rate: float) -> None:
    """Fit the table so that each left side is nearest to its right side; the rate rises over a tenth of the steps and falls to zero."""
    optimizer = torch.optim.Adam(table.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min((s + 1) / max(1, steps * 0.1), (steps - s) / max(1, steps * 0.9)))
    for batch in batches:
        scores = vectors(table, batch.left) @ vectors(table, batch.right).T * SCALE
        if batch.also is not None:
            scores = scores.masked_fill(torch.from_numpy(batch.also), float("-inf"))
        optimizer.zero_grad()
        functional.cross_entropy(scores, torch.arange(len(batch.left))).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            table.weight[0] = 0


def embed(table: nn.EmbeddingBag, rows: Sequence[Ids], batch: int = 4096) -> NDArray[np.float32]:
    """Return the unit vectors without gradients, shape (rows, dim)."""
    with torch.no_grad():
        parts = [vectors(table, rows[i : i + batch]).numpy() for i in range(0, len(rows), batch)]
    return np.concatenate(parts)


def store(folder: Path, tokenizer: Tokenizer, weights: NDArray[np.float32]) -> None:
    """Write the model in sentence-transformers' layout: an int8 table with one scale a row, tokenizer, module list."""
    folder.mkdir(parents=True, exist_ok=True)
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-12) / 127
    table = np.rint(weights / scales[:, None]).astype(np.int8)
    (folder / "model.safetensors").write_bytes(save({"embeddings": table, "weights": scales.astype(np.float32)}))
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    package = "sentence_transformers.sentence_transformer.modules"
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{package}.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{package}.Normalize"},
    ]
    (folder / "1_Normalize").mkdir(exist_ok=True)
    (folder / "1_Normalize" / "config.json").write_text("{}\n", "utf-8")
    (folder / "modules.json").write_text(json.dumps(modules, indent=2) + "\n", "utf-8")
    settings = {"model_type": "SentenceTransformer", "prompts": {"query": "", "document": ""}, "default_prompt_name": None, "similarity_fn_name": "cosine"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings, indent=2) + "\n", "utf-8")
