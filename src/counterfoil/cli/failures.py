"""How a command ends that cannot do its work: with words, never with a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from counterfoil.config import SettingsError
from counterfoil.ports.errors import CounterfoilError
from counterfoil.security.card_guard import scrub_text


@contextmanager
def told() -> Iterator[None]:
    """Says what is wrong and what to do, and ends the command with 1."""
    try:
        yield
    except (CounterfoilError, SettingsError, OSError) as error:
        typer.echo(scrub_text(str(error)), err=True)
        raise typer.Exit(1) from error
