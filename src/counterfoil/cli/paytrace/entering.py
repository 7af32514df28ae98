"""Credentials entered by a person: without echo, from a private file, or from standard input."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from counterfoil.bootstrap.gateway_connections import GatewayUser
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.private_files import PrivateFileError, require_private
from counterfoil.security.secrets import Secret

STANDARD_INPUT = Path("-")
_LINES = 2


def enter_user(source: Path | None) -> GatewayUser:
    """User and password: two lines of a file or of standard input, else asked for.

    Raises:
        ConfigurationError: the file is open to others or holds something else.
    """
    if source is None:
        name = typer.prompt("PayTrace API user", err=True)
        password = typer.prompt("Password", hide_input=True, err=True)
        return GatewayUser(name=name, password=Secret(password))
    lines = _text(source).splitlines()
    if len(lines) != _LINES or not all(line.strip() for line in lines):
        raise ConfigurationError("credentials are two lines: the user, then the password")
    return GatewayUser(name=lines[0].strip(), password=Secret(lines[1]))


def _text(source: Path) -> str:
    try:
        if source == STANDARD_INPUT:
            return sys.stdin.read()
        require_private(source)
        return source.read_text("utf-8")
    except PrivateFileError as error:
        raise ConfigurationError(str(error)) from error
    except UnicodeDecodeError:
        # The library's own words, and its error as cause, hold what stands in the file.
        raise ConfigurationError("credentials are a text in UTF-8") from None


def require_merchant_typed(merchant: str, typed: str) -> None:
    """Production asks for the merchant's name once more: real money is charged and posted from then on.

    Raises:
        ConfigurationError: something else was typed.
    """
    again = typed or typer.prompt(
        f"PRODUCTION: this moves real money. Type the merchant's name, {merchant}, to go on", err=True
    )
    if again != merchant:
        raise ConfigurationError(f"{again!r} is not {merchant!r}: nothing was changed")
