"""A secret that a person gives to a command: typed unseen, from a private file, or from standard input."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.private_files import PrivateFileError, require_private
from counterfoil.security.secrets import Secret


def read_secret(source: Path | None, what: str) -> Secret:
    """The secret; without a source it is asked for, a dash reads standard input.

    Raises:
        ConfigurationError: others may read the file, or it is no text.
    """
    if source is None:
        return Secret(typer.prompt(what, hide_input=True, err=True).strip())
    try:
        if str(source) == "-":
            return Secret(sys.stdin.read().strip())
        require_private(source)
        return Secret(source.read_text("utf-8").strip())
    except PrivateFileError as error:
        raise ConfigurationError(str(error)) from error
    except UnicodeDecodeError:
        # The library's own words, and its error as cause, hold what stands in the file.
        raise ConfigurationError(f"{what}: a text in UTF-8 belongs in the file") from None
