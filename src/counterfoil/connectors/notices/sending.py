"""Sends a notice to one address of Apprise, which names the service: ``mailtos://``, ``slack://``, ``json://``."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from counterfoil.ports.errors import ConfigurationError, TransientError
from counterfoil.ports.notifier import Notice
from counterfoil.security.secrets import Secret

if TYPE_CHECKING:
    from apprise import Apprise

_SENDER = "Counterfoil"


def require_address(address: Secret) -> None:
    """Looks at an address without reaching it.

    Raises:
        ConfigurationError: it is none.
    """
    _services(address)


def send(address: Secret, notice: Notice) -> None:
    """Sends once, as plain text; the service's own limits of time hold.

    Raises:
        TransientError: the service did not say that it took the notice.
        ConfigurationError: the address is none.
    """
    if not _services(address).notify(body=notice.text, title=notice.title, body_format="text"):
        raise TransientError(f"channel {notice.channel} did not take the notice")


def _services(address: Secret) -> Apprise:
    # Only processes that send need the library and its many services.
    from apprise import Apprise, AppriseAsset  # noqa: PLC0415

    # Its own log lines name addresses, which hold passwords and tokens.
    logging.getLogger("apprise").disabled = True
    services = Apprise(asset=AppriseAsset(app_id=_SENDER, async_mode=False))
    if not services.add(address.reveal()):
        raise ConfigurationError("the address is none of Apprise, such as mailtos://... or json://...")
    return services
