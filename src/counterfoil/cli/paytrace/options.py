"""Options that several commands of the group take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.config import Settings

NAME = "PayTrace"

Name = Annotated[str, typer.Argument(help="The connection's name.")]
Environment = Annotated[str | None, typer.Option(help="The connection's, where several have that name.")]
Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
Base = Annotated[str, typer.Option(help="How the hub is reached from outside: https://pay.example.com.")]
Credentials = Annotated[
    Path | None,
    typer.Option(help="A private file with user and password, a line each; - is standard input. Else asked."),
]


def reached_at(base: str, settings: Settings) -> str:
    """Where addresses of the hub begin: as was said, else on this machine alone."""
    return base.rstrip("/") or f"http://127.0.0.1:{settings.port}"
