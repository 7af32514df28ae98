"""What the agent needs of the company that it stands beside."""

from __future__ import annotations

from typing import Protocol

from counterfoil.connectors.sagepro.company import CompanyHealth
from counterfoil.ports.changes import ChangeFeed
from counterfoil.ports.erp import Erp


class Site(Erp, ChangeFeed, Protocol):
    """One company beside its files."""

    @property
    def mode(self) -> str:
        """Whether it keeps real books: ``live`` or ``test``."""
        ...

    @property
    def health(self) -> CompanyHealth: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...
