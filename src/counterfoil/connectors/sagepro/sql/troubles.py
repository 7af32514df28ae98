"""What a database's refusal means for whoever asked, whichever product it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum

import sqlalchemy as sa

from counterfoil.ports.errors import ConfigurationError, CounterfoilError, TransientError


class Trouble(Enum):
    """What went wrong, as far as it matters here."""

    BUSY = "busy"
    """Another transaction holds a row, and the wait was bounded."""
    AGAIN = "again"
    """A deadlock or a serialization failure: everything is rolled back, and may be tried at once."""
    TWICE = "twice"
    """A unique key has such a row already."""
    UNFIT = "unfit"
    """A value or a rule of the site's own database refuses the row."""
    GONE = "gone"
    """The connection broke: whether the last commit stands is not known."""
    WRONG = "wrong"
    """Anything else: permission, a missing object, a statement that the server does not take."""


_STATES: Mapping[str, Trouble] = {
    "55P03": Trouble.BUSY,
    "40001": Trouble.AGAIN,
    "40P01": Trouble.AGAIN,
    "23505": Trouble.TWICE,
    "57P01": Trouble.GONE,
    "57P02": Trouble.GONE,
    "57P03": Trouble.GONE,
}
_CLASSES: Mapping[str, Trouble] = {"22": Trouble.UNFIT, "23": Trouble.UNFIT, "08": Trouble.GONE}
"""PostgreSQL's codes, whole and by class."""
_NUMBERS: Mapping[int, Trouble] = {
    **dict.fromkeys((1222,), Trouble.BUSY),
    **dict.fromkeys((1205, 3960), Trouble.AGAIN),
    **dict.fromkeys((2601, 2627), Trouble.TWICE),
    **dict.fromkeys((220, 242, 515, 547, 2628, 8114, 8115, 8152, 50000), Trouble.UNFIT),
    **dict.fromkeys((20003, 20004, 20006, 20009, 20047), Trouble.GONE),
}
"""SQL Server's error numbers, and those of the driver's own library; from their documents, never met."""


def trouble_of(error: sa.exc.DBAPIError) -> Trouble:
    """What the driver's error means."""
    if error.connection_invalidated:
        return Trouble.GONE
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(state, str):
        return _STATES.get(state) or _CLASSES.get(state[:2]) or Trouble.WRONG
    numbers = getattr(error.orig, "args", ())
    number = numbers[0] if numbers else None
    if isinstance(number, int):
        return _NUMBERS.get(number, Trouble.WRONG)
    return Trouble.GONE if isinstance(error, sa.exc.OperationalError) else Trouble.WRONG


def translate(error: sa.exc.SQLAlchemyError) -> CounterfoilError:
    """In the words of the ports; the statement's values never appear."""
    if not isinstance(error, sa.exc.DBAPIError):
        return TransientError(f"the company's database does not answer ({type(error).__name__}); try again")
    said = words_of(error)
    match trouble_of(error):
        case Trouble.GONE:
            return TransientError(
                f"the company's database does not answer ({said}): see that its server runs"
            )
        case Trouble.BUSY | Trouble.AGAIN | Trouble.TWICE:
            return TransientError(f"other programs are at work in the company's database ({said}); try again")
        case Trouble.UNFIT | Trouble.WRONG:
            return ConfigurationError(f"the company's database refuses ({said})")


def words_of(error: sa.exc.DBAPIError) -> str:
    """The first line of what the server said."""
    diagnosis = getattr(error.orig, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    if isinstance(primary, str):
        return primary
    said = str(error.orig).strip() or type(error.orig).__name__
    return said.splitlines()[0]


@contextmanager
def translated() -> Iterator[None]:
    """Work on the company's database, with the errors beneath turned into ours.

    Raises:
        TransientError: it does not answer, or other programs are in the way.
        ConfigurationError: it refuses: a table is missing, or a permission.
    """
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        raise translate(error) from error
