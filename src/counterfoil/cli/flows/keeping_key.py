"""`counterfoil flows model-key`: the key of the model that suggestions ask."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.bootstrap.model_key import keep_model_key
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import say
from counterfoil.cli.secret_input import read_secret
from counterfoil.config import read_settings


def model_key(
    *,
    key_from: Annotated[
        Path | None, typer.Option(help="A private file with the key; a dash reads standard input.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The hub's folder.")] = None,
) -> None:
    """Keeps the key of the model at COUNTERFOIL_SUGGEST_URL, sealed, in place of the one before."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        keep_model_key(workspace, read_secret(key_from, "The model's key"))
    say("the key is kept; suggestions at COUNTERFOIL_SUGGEST_URL are asked with it")
