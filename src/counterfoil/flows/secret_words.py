"""Finds what looks like a secret or a card number in a flow's text: flows are shared, and kept for ever.

It guards against a slip of the hand. A connection keeps its secrets sealed; a flow never needs one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from counterfoil.domain.facts.keys import Effect
from counterfoil.flows.errors import Finding
from counterfoil.security.card_numbers import find_card_numbers

_TOKEN_LENGTH_MIN = 24
_LINE_MAX = 2_000
"""Signs of a line that are looked at: whoever pastes a secret by mistake writes no longer lines."""

_NAMED = re.compile(
    r"""(?i)(?:pass(?:word|wd|phrase)|secret|api[_-]?key|access[_-]?key|token|authori[sz]ation|credential)s?
        ["']?\s*[:=]\s*["']?(?P<value>[^\s"'{}\[\],\#]{4,})""",
    re.VERBOSE,
)
_SHAPED = re.compile(
    r"""-----BEGIN[ ][A-Z ]{0,30}PRIVATE[ ]KEY
    | (?i:\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{16,}
    | \beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}
    | \b(?:sk|rk|pk|whsec|shpat|shpss|xox[abp]|gh[opsu])[_-][A-Za-z0-9_-]{12,}
    | \bAKIA[A-Z0-9]{16}\b
    | \b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,100}:[^\s/@]{1,100}@""",
    re.VERBOSE,
)
_RUN = re.compile(rf"[A-Za-z0-9+/_=-]{{{_TOKEN_LENGTH_MIN},}}")
_POSTING_KEY = re.compile(
    rf"[a-z]+/[a-z0-9_-]{{1,20}}/dispute-[A-Za-z0-9_-]{{1,32}}/(?:{'|'.join(each.value for each in Effect)})"
)
"""A case's number has capitals, as in ``gateway/shop/dispute-CB-17/chargeback``."""
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{32,}")


def find_secrets(text: str, names: Collection[str] = ()) -> Iterator[Finding]:
    """The lines that seem to hold a secret, comments included; no finding repeats what it found.

    What bears one of the names is none: a node takes a token from another node by its name.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        seen = line[:_LINE_MAX]
        if _holds_secret(seen, names):
            yield Finding(number, "looks like a secret; secrets belong to a connection, never in a flow")
        elif next(find_card_numbers(seen, everywhere=False), None):
            yield Finding(number, "looks like a card number; a flow holds none")


def _holds_secret(line: str, names: Collection[str]) -> bool:
    if any(found["value"] not in names for found in _NAMED.finditer(line)):
        return True
    return bool(_SHAPED.search(line)) or any(map(_is_random, _RUN.findall(line)))


def _is_random(run: str) -> bool:
    """A long run of signs that nobody names anything by: capitals, small letters and digits mixed, or hex."""
    if _POSTING_KEY.fullmatch(run):
        return False
    kinds = (any(map(kind, run)) for kind in (str.isupper, str.islower, str.isdigit))
    return all(kinds) or (bool(_HEXADECIMAL.fullmatch(run)) and not run.isdigit() and not run.isalpha())
