from __future__ import annotations

import pytest

from counterfoil.ports.clock import ManualClock
from tests.contract.effect_store_suite import NOW, EffectStoreSuite, Kept
from tests.support.memory_effects import MemoryEffects


class TestMemoryEffects(EffectStoreSuite):
    @pytest.fixture
    def kept(self) -> Kept:
        store = MemoryEffects(ManualClock(NOW))
        return Kept(effects=store, gates=store, restart=store.restart)
