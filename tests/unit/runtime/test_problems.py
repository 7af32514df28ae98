from __future__ import annotations

import pytest

from counterfoil.domain.dead_letters import ErrorClass, Problem
from counterfoil.ports.engine import Failed, Parked, RetryAfter
from counterfoil.ports.errors import (
    CompanyUndecidedError,
    ConfigurationError,
    CounterfoilError,
    DefectError,
    OutcomeUnknownError,
    TransientError,
)
from counterfoil.runtime.problems import problem_of
from tests.support.hub import Hub
from tests.support.memory_erp import MemoryErp
from tests.support.samples import a_payment, an_invoice


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (TransientError("away"), ErrorClass.RETRY),
        (OutcomeUnknownError("no answer"), ErrorClass.RETRY),
        (CompanyUndecidedError("which?"), ErrorClass.ASK),
        (ConfigurationError("no agent"), ErrorClass.CONFIGURE),
        (DefectError("broken"), ErrorClass.BUG),
        (ZeroDivisionError(), ErrorClass.BUG),
    ],
)
def test_an_error_says_what_it_asks_of_the_operator(error: Exception, found: ErrorClass) -> None:
    assert problem_of(error, "post") == Problem(error_class=found, node="post")


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (TransientError("away"), ErrorClass.RETRY),
        (ConfigurationError("no agent"), ErrorClass.CONFIGURE),
        (DefectError("broken"), ErrorClass.BUG),
    ],
)
def test_a_run_that_stops_says_at_which_node(error: CounterfoilError, found: ErrorClass) -> None:
    def fail() -> None:
        raise error

    hub = Hub(MemoryErp(an_invoice()))
    hub.accept(a_payment(invoice_reference="1001"))
    hub.erp.before_post.append(fail)
    outcome = hub.carry()
    assert isinstance(outcome, RetryAfter | Parked | Failed)
    assert outcome.problem == Problem(error_class=found, node="post")
