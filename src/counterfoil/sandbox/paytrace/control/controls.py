"""Everything of one sandbox that a tester may move."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.sandbox.paytrace.disputes import Processor
from counterfoil.sandbox.paytrace.faults import Faults
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.nightly import Nightly
from counterfoil.sandbox.paytrace.posting import Posts
from counterfoil.sandbox.paytrace.virtual_clock import VirtualClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """The account with its clock, its day, its faults and its posts."""

    gateway: Gateway
    clock: VirtualClock
    nightly: Nightly
    faults: Faults
    posts: Posts

    @property
    def processor(self) -> Processor:
        return Processor(self.gateway)
