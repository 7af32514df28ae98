"""`counterfoil agent openapi`: the agent's API for programs that call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.agent.openapi import document
from counterfoil.cli.failures import told


def openapi(
    file: Annotated[Path | None, typer.Argument(help="Where to write it; printed without.")] = None,
) -> None:
    """Writes the agent's API as an OpenAPI document."""
    text = json.dumps(document(), indent=1) + "\n"
    if file is None:
        typer.echo(text, nl=False)
        return
    with told():
        file.write_text(text, "utf-8")
