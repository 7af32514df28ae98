"""The part of `counterfoil sagepro restored` about rows of ours that no ledger tells of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from counterfoil.cli.foxpro.telling import say, shown
from counterfoil.connectors.sagepro.editions import watch
from counterfoil.connectors.sagepro.ledger import FILE
from counterfoil.connectors.sagepro.outbox.handed import HandedBook
from counterfoil.connectors.sagepro.own_folder import own_folder
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.watch.accepted import AcceptedRows
from counterfoil.connectors.sagepro.watch.marked import Marked, find_marked
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.errors import ConfigurationError

ALL = "all"


def unproven(profile: Profile) -> tuple[Marked, ...]:
    """Rows of ours that neither ledger, outbox nor a person's word tells of."""
    known = set(AcceptedRows(own_folder(profile)).all()) | _on_their_way(profile)
    with watch(profile) as watched, watched.site.look() as look:
        return find_marked(look, known)


def accept(profile: Profile, markers: Sequence[str], person: str) -> tuple[Marked, ...]:
    """Notes a person's word for these markers, or for all that are unproven.

    Raises:
        ConfigurationError: nobody is named, or a marker is not among them.
    """
    found = {one.marker: one for one in unproven(profile)}
    wanted = list(found) if list(markers) == [ALL] else list(markers)
    missing = [marker for marker in wanted if marker not in found]
    if missing:
        raise ConfigurationError(f"no unproven rows bear {', '.join(missing)}; see the list of those that do")
    batch = tuple(found[marker] for marker in wanted)
    AcceptedRows(own_folder(profile)).accept(batch, person, SystemClock().now())
    return batch


def tell(accepted: Collection[Marked], left: Collection[Marked]) -> None:
    for one in accepted:
        say(f"accepted  {shown(one.marker)}  {shown(one.summary)}")
    if left:
        say(f"{len(left)} receipts are ours by marker, unproven: the posting ledger does not know them:")
    for one in left:
        say(f"    {shown(one.marker)}  {shown(one.summary)}")


def document(found: Collection[Marked]) -> list[dict[str, Any]]:
    return [
        {
            "marker": one.marker,
            "customers": list(one.customers),
            "received_on": one.received_on.isoformat() if one.received_on else None,
            "amount": str(one.amount),
            "summary": one.summary,
        }
        for one in found
    ]


def _on_their_way(profile: Profile) -> set[str]:
    """The markers of entries that may be in the tables before their answers are read."""
    if profile.outbox is None or not (own_folder(profile) / FILE).exists():
        return set()
    entries = HandedBook(own_folder(profile)).open_entries()
    return {str(row.values.get("reference", "")) for one in entries for row in one.entry.new}
