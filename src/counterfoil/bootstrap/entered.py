"""What people enter and the hub keeps: never a card number, however it is written."""

from __future__ import annotations

from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.card_guard import clean


def require_no_card(**entered: str) -> None:
    """Looks at texts by their names before they are kept.

    Raises:
        ConfigurationError: one holds what looks like a card number; the message does not repeat it.
    """
    for name, text in entered.items():
        if clean({"entered": text}).redacted:
            raise ConfigurationError(f"the {name.replace('_', ' ')} looks like card data: nothing was kept")
