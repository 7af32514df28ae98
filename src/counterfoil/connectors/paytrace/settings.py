"""One PayTrace connection's settings: which account, which user, which API generation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from counterfoil.domain.identifiers import MerchantId
from counterfoil.security.secrets import Secret

PRODUCTION = "https://api.paytrace.com"
SANDBOX = "https://api.sandbox.paytrace.com"

# The vendor sits in Spokane and runs its nightly work by Pacific time (verified); that the naive times of
# its records mean the same is inferred.
DEFAULT_ZONE = "America/Los_Angeles"

Generation = Literal["v1", "v3"]
EntryClass = Literal["CCD", "PPD", "WEB", "TEL"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaytraceSettings:
    """One merchant account and the user to reach it with; give the user no more rights than it needs."""

    address: str
    merchant: MerchantId
    username: str
    """For V3 the API user's name, which is its client id there."""
    password: Secret
    integrator_id: str = ""
    zone: str = DEFAULT_ZONE
    generation: Generation = "v1"
    merchant_number: int | None = None
    """The account's own number at PayTrace, which V3 wants in most calls."""
    entry_class: EntryClass = "CCD"
    """How V3 files bank payments: of companies (CCD), of persons by paper, web or phone (PPD, WEB, TEL)."""
