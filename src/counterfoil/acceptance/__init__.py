"""What every connector must keep to, as checks: ours are held to the same list as third parties'."""

from __future__ import annotations

from counterfoil.acceptance.behaviour import Trial, misbehaviours
from counterfoil.acceptance.counterpart import Counterpart, counterpart
from counterfoil.acceptance.specs import shortcomings

__all__ = ["Counterpart", "Trial", "counterpart", "misbehaviours", "shortcomings"]
