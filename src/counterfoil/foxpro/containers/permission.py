"""Whether a table may be written: everything that speaks against it, and what the caller may accept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from counterfoil.foxpro.containers.membership import ContainerUse, Membership
from counterfoil.foxpro.files.table_storage import TableStorage
from counterfoil.foxpro.system.network import Mount


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the caller accepts so that tables may be written that are read-only by default; plain values."""

    container_tables: Mapping[str, ContainerUse] = field(default_factory=dict)
    """Tables of database containers by name, in any case."""
    network_mounts: bool = False
    """Tables on network mounts that keep our locks and do not cache without asking."""


NOTHING = Accepted()


def write_refusal(
    storage: TableStorage, membership: Membership | None, mount: Mount | None, accepted: Accepted
) -> str | None:
    """Why the table must not be written; None when it may."""
    reason = storage.unwritable_reason()
    if reason is None and membership is not None:
        reason = membership.unwritable_reason(accepted.container_tables)
    if reason is None and mount is not None:
        reason = mount.refusal(accepted=accepted.network_mounts)
    return reason
