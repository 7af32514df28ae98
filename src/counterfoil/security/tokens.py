"""Signed tokens (RFC 7519, HS256): who calls, what for, until when; several keys while one is replaced."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import jwt

from counterfoil.security.secrets import Key, Secret, SecretError, decode, read_keys

ALGORITHM = "HS256"
_CLAIMS = ("aud", "exp", "sub", "scope")


class TokenError(Exception):
    """A token that admits nobody; the message says why and never holds the token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a token says of its bearer."""

    bearer: str
    audience: str
    """What it opens; refused elsewhere."""
    scopes: frozenset[str]
    expires_at: datetime


def issue_token(key: Key, claims: Claims) -> Secret:
    """A token that bears the key's name, so that several keys can count at once."""
    payload = {
        "sub": claims.bearer,
        "aud": claims.audience,
        "scope": " ".join(sorted(claims.scopes)),
        "exp": int(claims.expires_at.timestamp()),
    }
    material = decode(key.material.reveal())
    return Secret(jwt.encode(payload, material, algorithm=ALGORITHM, headers={"kid": key.name}))


def read_token(keys: Mapping[str, Key], token: str, *, audience: str, now: datetime) -> Claims:
    """What a token says, once its signature, its audience and its time hold.

    Raises:
        TokenError: one of them does not.
    """
    try:
        name = jwt.get_unverified_header(token).get("kid")
        if not isinstance(name, str) or name not in keys:
            raise TokenError("the token was signed with a key that does not count: ask for a new token")
        payload = jwt.decode(
            token,
            decode(keys[name].material.reveal()),
            algorithms=[ALGORITHM],
            audience=audience,
            options={"require": list(_CLAIMS), "verify_exp": False},
        )
        claims = _claims(payload, audience)
    except jwt.InvalidAudienceError:
        raise TokenError("the token is for another company") from None
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, OSError):
        raise TokenError("send a token of this agent as bearer token") from None
    if claims.expires_at <= now:
        raise TokenError(f"the token ended on {claims.expires_at:%Y-%m-%d %H:%M} UTC: ask for a new one")
    return claims


def token_ends_at(token: Secret) -> datetime | None:
    """When the bearer's own token ends, by its own word; None where it says nothing that can be read."""
    try:
        payload = jwt.decode(token.reveal(), options={"verify_signature": False})
        return datetime.fromtimestamp(int(payload["exp"]), UTC)
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, OverflowError, OSError):
        return None


class TokenKeys:
    """The keys of a file; read again whenever the file was replaced, so that a rotation needs no restart."""

    def __init__(self, path: Path) -> None:
        """Reads the file.

        Raises:
            SecretError: it is missing, open to others or no key file.
        """
        self._path = path
        self._guard = threading.Lock()
        self._stamp = self._read_stamp()
        self._keys = {key.name: key for key in read_keys(path)}

    def read(self, token: str, *, audience: str, now: datetime) -> Claims:
        """What a token says, as `read_token`.

        Raises:
            TokenError: the token admits nobody, or the key file became unfit.
        """
        return read_token(self._current(), token, audience=audience, now=now)

    def _current(self) -> Mapping[str, Key]:
        with self._guard:
            try:
                stamp = self._read_stamp()
                if stamp != self._stamp:
                    self._keys = {key.name: key for key in read_keys(self._path)}
                    self._stamp = stamp
            except (SecretError, OSError):
                raise TokenError("no token can be checked now: the agent's key file is unfit") from None
            return self._keys

    def _read_stamp(self) -> tuple[int, int, int]:
        found = self._path.stat() if self._path.exists() else None
        return (found.st_ino, found.st_mtime_ns, found.st_size) if found else (0, 0, 0)


def _claims(payload: Mapping[str, object], audience: str) -> Claims:
    expires = payload["exp"]
    if isinstance(expires, bool) or not isinstance(expires, int):
        raise TypeError("exp")
    return Claims(
        bearer=str(payload["sub"]),
        audience=audience,
        scopes=frozenset(str(payload["scope"]).split()),
        expires_at=datetime.fromtimestamp(expires, UTC),
    )
