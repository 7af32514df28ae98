"""The audit trail: what people did, from all logs that are only added to, sealed in one chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from counterfoil.ports.clock import Clock
from counterfoil.ports.run_store import Json
from counterfoil.security.audit_chain import Break, Head, Sealed, breaks, seal_of
from counterfoil.store.audit_lines import over_lines
from counterfoil.store.database import Database

GROUP = 500
ADVISORY_LOCK = 0x5365616C
"""Any number that is the same in all our processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was done."""

    place: int | None
    """None: not sealed yet."""
    source: str
    content: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a look at the whole chain found; it holds where nothing is broken."""

    head: Head
    breaks: Sequence[Break]

    @property
    def words(self) -> str:
        return f"place {self.breaks[0].place}: {self.breaks[0].words}" if self.breaks else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The last look that was kept."""

    checked_at: datetime
    places: int
    breaks: int
    words: str


class AuditTrail:
    """Seals lines, shows them, and looks whether they are still what was sealed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def seal(self) -> Head | None:
        """Seals what is new, one group; gives the new head, or None where nothing was new.

        Raises:
            StoreUnavailableError: no answer; the rest is sealed another time.
        """
        with self._database.transaction() as connection:
            connection.execute(_LOCK, {"key": ADVISORY_LOCK})
            head = _head(connection)
            rows = connection.execute(_NEW, {"group": GROUP}).all()
            for row in rows:
                seal = seal_of(head.seal, f"{row.source} {row.entry}", row.content)
                head = Head(place=head.place + 1, seal=seal)
                values = {"place": head.place, "source": row.source, "entry": row.entry, "seal": seal}
                connection.execute(_ADD, {**values, "now": self._clock.now()})
        return head if rows else None

    def verify(self, known: Head | None = None) -> Verdict:
        """Holds every line against its seal, and the chain against a head that was known before."""
        with self._database.transaction() as connection:
            accepted = {(row.place, row.fingerprint) for row in connection.execute(_ACCEPTED)}

            rows = connection.execute(_CHAIN, execution_options={"yield_per": GROUP}).mappings()
            found = list(breaks((Sealed(**row) for row in rows), accepted, known))
            return Verdict(head=_head(connection), breaks=found)

    def keep(self, verdict: Verdict) -> None:
        """Notes what a look found, for whoever asks next."""
        values = {
            "now": self._clock.now(),
            "places": verdict.head.place,
            "breaks": len(verdict.breaks),
            "words": verdict.words,
        }
        with self._database.autocommit() as connection:
            connection.execute(_KEEP, values)

    def is_due(self, every: timedelta) -> bool:
        """Whether the last look is longer ago than that."""
        with self._database.autocommit() as connection:
            check = last_check(connection)
        return check is None or check.checked_at <= self._clock.now() - every

    def accept(self, found: Sequence[Break], *, by: str, why: str) -> None:
        """Takes breaks as they stand; that this was done is a line of the trail itself."""
        said = {"by": by, "why": why, "now": self._clock.now()}
        with self._database.transaction() as connection:
            for each in found:
                connection.execute(_ACCEPT, {**asdict(each), **said})

    def newest(self, limit: int) -> Sequence[Line]:
        """What was done last, newest first."""
        with self._database.autocommit() as connection:
            rows = connection.execute(_NEWEST, {"limit": limit})
            return [Line(place=row.place, source=row.source, content=row.content) for row in rows]


def last_check(connection: sa.Connection) -> Check | None:
    row = connection.execute(_CHECK).mappings().one_or_none()
    return Check(**row) if row else None


def _head(connection: sa.Connection) -> Head:
    row = connection.execute(_HEAD).one_or_none()
    return Head(place=row.place, seal=row.seal) if row else Head()


_LOCK = sa.text("SELECT pg_advisory_xact_lock(:key)")
_HEAD = sa.text("SELECT place, seal FROM audit_seal ORDER BY place DESC LIMIT 1")
_ADD = sa.text("""
    INSERT INTO audit_seal (place, source, entry, seal, sealed_at)
    VALUES (:place, :source, :entry, :seal, :now)
""")
_NEW = over_lines("""
    SELECT source, entry, content::text AS content FROM line
    WHERE NOT EXISTS (
        SELECT FROM audit_seal WHERE audit_seal.source = line.source AND audit_seal.entry = line.entry
    )
    ORDER BY done_at, source, entry LIMIT :group
""")
_CHAIN = over_lines("""
    SELECT place, audit_seal.source || ' ' || audit_seal.entry AS line, content::text AS content, seal
    FROM audit_seal
    LEFT JOIN line ON line.source = audit_seal.source AND line.entry = audit_seal.entry
    ORDER BY place
""")
_NEWEST = over_lines("""
    SELECT place, line.source, content FROM line
    LEFT JOIN audit_seal ON line.source = audit_seal.source AND line.entry = audit_seal.entry
    ORDER BY done_at DESC, line.source, line.entry DESC LIMIT :limit
""")
_ACCEPTED = sa.text("SELECT place, fingerprint FROM audit_accepted")
_ACCEPT = sa.text("""
    INSERT INTO audit_accepted (place, fingerprint, words, done_by, why, done_at)
    VALUES (:place, :fingerprint, :words, :by, :why, :now)
""")
_CHECK = sa.text("SELECT checked_at, places, breaks, words FROM audit_check")
_KEEP = sa.text("""
    INSERT INTO audit_check (checked_at, places, breaks, words) VALUES (:now, :places, :breaks, :words)
    ON CONFLICT (one) DO UPDATE
    SET checked_at = excluded.checked_at, places = excluded.places,
        breaks = excluded.breaks, words = excluded.words
""")
