from __future__ import annotations

from counterfoil.runtime.memory.books import MemoryErp

__all__ = ["MemoryErp"]
