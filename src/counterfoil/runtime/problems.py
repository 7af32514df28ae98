"""Which problem of an operator an error is."""

from __future__ import annotations

from counterfoil.domain.dead_letters import ErrorClass, Problem
from counterfoil.ports.errors import ConfigurationError, DecisionError, TransientError


def problem_of(error: Exception, node: str = "") -> Problem:
    """What nobody foresaw is a bug."""
    match error:
        case TransientError():
            found = ErrorClass.RETRY
        case DecisionError():
            found = ErrorClass.ASK
        case ConfigurationError():
            found = ErrorClass.CONFIGURE
        case _:
            found = ErrorClass.BUG
    return Problem(error_class=found, node=node)
