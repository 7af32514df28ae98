"""What becomes of a fact that was given to a backend."""

from __future__ import annotations

from counterfoil.ports.erp import PostingAnswer
from counterfoil.ports.errors import CounterfoilError

Result = PostingAnswer | CounterfoilError
"""An answer, or why there is none."""
