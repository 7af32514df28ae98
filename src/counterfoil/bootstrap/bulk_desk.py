"""People ask for works in many parts, look how they stand, and pause, resume or cancel them."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from counterfoil.bootstrap.entered_lines import read_line
from counterfoil.bootstrap.gateways import connection_start
from counterfoil.bootstrap.promotion import require_person
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.connectors.paytrace.settings import DEFAULT_ZONE
from counterfoil.ports.bulk import BulkStatus, BulkWork
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.bulk import DAYS_AGAIN, FIRST, LAST
from counterfoil.store.bulk import StoredBulk
from counterfoil.store.connections import ConnectionRow

DAYS_MAX = 3_660
"""Days of one work: ten years."""
_VERBS = {
    BulkStatus.GOING: "resumed",
    BulkStatus.PAUSED: "paused",
    BulkStatus.CANCELLED: "cancelled",
}


class BulkDesk:
    """Over the hub's database; a running hub does the work."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = StoredBulk(workspace.database, workspace.clock)

    def read_days_again(self, row: ConnectionRow, first: date, last: date, *, by: str, why: str) -> BulkWork:
        """Has the records of days read again; what is known already becomes no event again.

        Raises:
            ConfigurationError: the days are none of the connection's, too many, or nobody says who or why.
        """
        start = connection_start(row).astimezone(_zone(row)).date()
        if first < start:
            raise ConfigurationError(
                f"{row.name} starts on {start}: what was made before is history and stays with who keyed it"
            )
        if last > self._today(row) or last < first:
            raise ConfigurationError(f"say the first day and the last, neither later than {self._today(row)}")
        parts = (last - first).days + 1
        if parts > DAYS_MAX:
            raise ConfigurationError(f"{parts} days are too many for one work; {DAYS_MAX} at most")
        reason = read_line("reason", why)
        arguments = {FIRST: first.isoformat(), LAST: last.isoformat()}
        by = require_person(by)
        return self.find(self._store.ask(DAYS_AGAIN, row.id, arguments, parts=parts, by=by, why=reason))

    def all(self) -> list[BulkWork]:
        """Every work, newest first."""
        return self._store.all()

    def find(self, work: int) -> BulkWork:
        """One work.

        Raises:
            ConfigurationError: there is none of that number.
        """
        found = self._store.find(work)
        if found is None:
            raise ConfigurationError(f"there is no work {work}; `counterfoil bulk list` shows all")
        return found

    def change(self, work: int, status: BulkStatus, *, by: str) -> BulkWork:
        """Pauses, resumes or cancels; the part in hand is still finished.

        Raises:
            ConfigurationError: there is none of that number, or it stands so already, or it has ended.
        """
        if not self._store.set_status(work, status, by=require_person(by)):
            raise ConfigurationError(
                f"work {work} is {self.find(work).status}: it cannot be {_VERBS[status]}"
            )
        return self.find(work)

    def _today(self, row: ConnectionRow) -> date:
        return self._workspace.clock.now().astimezone(_zone(row)).date()


def _zone(row: ConnectionRow) -> ZoneInfo:
    return ZoneInfo(str(row.settings.get("zone", DEFAULT_ZONE)))
