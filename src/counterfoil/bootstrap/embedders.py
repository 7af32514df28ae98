"""Which model suggestions ask: the one that is set, else the one installed here, else none."""

from __future__ import annotations

from counterfoil.bootstrap.model_key import kept_model_key
from counterfoil.config import Settings
from counterfoil.embedding.compatible import CompatibleModel
from counterfoil.embedding.minilm import MiniLm, missing
from counterfoil.ports.embedder import Embedder


def chosen_embedder(settings: Settings) -> Embedder | None:
    """The model to ask; None: suggestions go by names, words and types alone.

    Raises:
        ConfigurationError: the address that is set may not be called, or names no model.
    """
    if settings.suggest_url:
        return CompatibleModel.at(
            settings.suggest_url,
            model=settings.suggest_model,
            key=settings.suggest_key.get_secret_value() or kept_model_key(settings).reveal(),
        )
    return None if missing() else MiniLm()
