"""A table of the site's own to which postings add rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from counterfoil.connectors.sagepro.additions import OwnRow
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.foxpro.records.fields import Field
from tests.support.sagepro_site import Site

OWN = TableName.own("zzpay")
COLUMNS: Mapping[str, Any] = {
    "zkey": {"from": "key"},
    "zwho": {"from": "customer"},
    "zgross": {"kind": "money", "from": "amount"},
    "zday": {"kind": "date", "from": "received_on"},
    "zvia": {"value": "PAYTRACE"},
}
FIELDS = (
    Field("zother", "C", 5),
    Field("zkey", "C", 60),
    Field("zwho", "C", 6),
    Field("zgross", "Y"),
    Field("zday", "D"),
    Field("zvia", "C", 8),
)


def with_own_table(site: Site) -> Site:
    """The site, not built yet, with the table."""
    site.fields[OWN] = list(FIELDS)
    site.tables = (*site.tables, OWN)
    return site


def with_own_rows(profile: Profile, **columns: object) -> Profile:
    row = {"table": OWN.value, "facts": ["receipt"], "columns": {**COLUMNS, **columns}}
    return profile.model_copy(update={"own_rows": (OwnRow.model_validate(row),)})
