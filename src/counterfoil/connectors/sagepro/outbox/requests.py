"""What the FoxPro side asks Counterfoil for, as files in the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from counterfoil.connectors.sagepro.outbox.lines import DamagedFileError, unseal

TITLE, VERSION = "counterfoil-request", "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request. Nobody carries requests out by themselves yet: they are listed for people."""

    file: str
    values: Mapping[str, str]
    """``ask`` names what is wanted: ``charge`` with customer, invoice and amount."""


def read_request(path: Path) -> Asked:
    """A request from its file.

    Raises:
        DamagedFileError: it is not whole, or of another version.
    """
    lines = unseal(path.read_bytes().decode("ascii", "replace"))
    if not lines or lines[0] != [TITLE, VERSION]:
        raise DamagedFileError(f"it is no request of version {VERSION}")
    values = {line[0]: line[1] for line in lines[1:] if len(line) == 2}  # noqa: PLR2004 - a word and its value
    if "ask" not in values:
        raise DamagedFileError("it does not say what is asked")
    return Asked(file=path.name, values=values)
