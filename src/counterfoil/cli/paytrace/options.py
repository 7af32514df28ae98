"""Options that several commands of the group take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

NAME = "PayTrace"

Name = Annotated[str, typer.Argument(help="The connection's name.")]
Environment = Annotated[str | None, typer.Option(help="The connection's, where several have that name.")]
Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
Credentials = Annotated[
    Path | None,
    typer.Option(help="A private file with user and password, a line each; - is standard input. Else asked."),
]
