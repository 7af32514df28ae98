"""Lines that people enter beside what they do: checked before they are kept."""

from __future__ import annotations

from counterfoil.bootstrap.entered import require_no_card
from counterfoil.ports.errors import ConfigurationError

LINE_MAX = 500


def read_line(name: str, text: str, *, may_lack: bool = False) -> str:
    """One line of at most 500 characters without card data.

    Raises:
        ConfigurationError: it is none; or it lacks, where it may not.
    """
    line = text.strip()
    if not line and not may_lack:
        raise ConfigurationError(f"say the {name}: it is kept with what is done")
    if len(line) > LINE_MAX or not line.isprintable():
        raise ConfigurationError(f"a {name} is one line of at most {LINE_MAX} characters")
    require_no_card(**{name.replace(" ", "_"): line})
    return line
