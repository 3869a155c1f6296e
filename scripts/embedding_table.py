"""The trainable table: mean of word vectors, cosine, softmax over the batch; and how it is stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

Ids = NDArray[np.int64]
SCALE = 20.0


def start(frequencies: NDArray[np.float64], dim: int, seed: int, smooth: float = 1e-3) -> nn.EmbeddingBag:
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


def train(
    table: nn.EmbeddingBag,
    batches: Iterator[tuple[list[Ids], list[Ids]]],
    steps: int,
    rate: float,
    report: Callable[[int, float], None],
    same: Callable[[int], torch.Tensor | None] = lambda step: None,
) -> None:
    """Fit the table so that each left side is nearest to its right side; right sides beyond the left ones are negatives alone.

    The rate rises over the first tenth of the steps and falls to zero. ``same(step)`` may mark right sides that are also true
    of a left side, as a boolean (left, right) mask; they are no negatives.
    """
    optimizer = torch.optim.Adam(table.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min((s + 1) / max(1, steps * 0.1), (steps - s) / max(1, steps * 0.9)))
    for step, (left, right) in enumerate(batches):
        scores = vectors(table, left) @ vectors(table, right).T * SCALE
        mask = same(step)
        if mask is not None:
            scores = scores.masked_fill(mask, float("-inf"))
        loss = functional.cross_entropy(scores, torch.arange(len(left)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            table.weight[0] = 0
        report(step, float(loss.detach()))


def embed(table: nn.EmbeddingBag, rows: Sequence[Ids], batch: int = 4096) -> NDArray[np.float32]:
    """Return the unit vectors without gradients, shape (rows, dim)."""
    with torch.no_grad():
        parts = [vectors(table, rows[i : i + batch]).numpy() for i in range(0, len(rows), batch)]
    return np.concatenate(parts)


def save(folder: Path, tokenizer: Tokenizer, weights: NDArray[np.float32]) -> None:
    """Write the model in sentence-transformers' layout: an int8 table with one scale a row, tokenizer, module list."""
    folder.mkdir(parents=True, exist_ok=True)
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-12) / 127
    table = np.rint(weights / scales[:, None]).astype(np.int8)
    save_file({"embeddings": table, "weights": scales.astype(np.float32)}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    package = "sentence_transformers.sentence_transformer.modules"
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{package}.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{package}.Normalize"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules, indent=2) + "\n", "utf-8")
    settings = {"model_type": "SentenceTransformer", "prompts": {"query": "", "document": ""}, "default_prompt_name": None, "similarity_fn_name": "cosine"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings, indent=2) + "\n", "utf-8")
