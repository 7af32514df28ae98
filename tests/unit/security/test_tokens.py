from __future__ import annotations

import base64
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from counterfoil.security.secrets import (
    KeyFileError,
    Secret,
    add_key,
    drop_old_keys,
    new_key,
    read_keys,
    write_keys,
)
from counterfoil.security.tokens import Claims, TokenError, TokenKeys, issue_token, read_token

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
KEY = new_key(1)
KEYS = {KEY.name: KEY}
CLAIMS = Claims(
    bearer="hub",
    audience="agent/01",
    scopes=frozenset({"read", "post"}),
    expires_at=NOW + timedelta(days=1),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    write_keys(path, (KEY,))
    return path


def newest(path: Path) -> Secret:
    return issue_token(read_keys(path)[-1], CLAIMS)


def admits(keys: TokenKeys, token: Secret) -> bool:
    try:
        keys.read(token.reveal(), audience=CLAIMS.audience, now=NOW)
    except TokenError:
        return False
    return True


def test_a_token_says_what_it_was_given() -> None:
    token = issue_token(KEY, CLAIMS)
    assert read_token(KEYS, token.reveal(), audience="agent/01", now=NOW) == CLAIMS
    assert "hub" not in repr(token)


def test_a_token_names_the_key_that_signed_it() -> None:
    assert jwt.get_unverified_header(issue_token(KEY, CLAIMS).reveal())["kid"] == "k1"


def test_a_token_ends_at_its_second() -> None:
    token = issue_token(KEY, CLAIMS).reveal()
    last = CLAIMS.expires_at - timedelta(seconds=1)
    assert read_token(KEYS, token, audience="agent/01", now=last) == CLAIMS
    with pytest.raises(TokenError, match="ended on 2026-11-27 08:00 UTC"):
        read_token(KEYS, token, audience="agent/01", now=CLAIMS.expires_at)


def test_a_token_of_another_company_is_refused() -> None:
    with pytest.raises(TokenError, match="another company"):
        read_token(KEYS, issue_token(KEY, CLAIMS).reveal(), audience="agent/02", now=NOW)


def test_a_token_of_a_key_that_does_not_count_is_refused() -> None:
    with pytest.raises(TokenError, match="does not count"):
        read_token({"k2": new_key(2)}, issue_token(KEY, CLAIMS).reveal(), audience="agent/01", now=NOW)


def test_a_forged_signature_is_refused() -> None:
    with pytest.raises(TokenError, match="send a token"):
        read_token({"k1": new_key(1)}, issue_token(KEY, CLAIMS).reveal(), audience="agent/01", now=NOW)


def test_altered_scopes_are_refused() -> None:
    head, body, signature = issue_token(KEY, CLAIMS).reveal().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    more = json.dumps(claims | {"scope": "read post operate"}).encode()
    altered = ".".join((head, base64.urlsafe_b64encode(more).decode().rstrip("="), signature))
    with pytest.raises(TokenError, match="send a token"):
        read_token(KEYS, altered, audience="agent/01", now=NOW)


def test_a_token_without_a_signature_is_refused() -> None:
    claims = {"sub": "hub", "aud": "agent/01", "scope": "post", "exp": int(CLAIMS.expires_at.timestamp())}
    unsigned = jwt.encode(claims, "", algorithm="none", headers={"kid": "k1"})
    with pytest.raises(TokenError, match="send a token"):
        read_token(KEYS, unsigned, audience="agent/01", now=NOW)


@pytest.mark.parametrize("missing", ["sub", "aud", "scope", "exp"])
def test_a_token_that_leaves_something_out_is_refused(missing: str) -> None:
    claims = {"sub": "hub", "aud": "agent/01", "scope": "post", "exp": int(CLAIMS.expires_at.timestamp())}
    del claims[missing]
    material = base64.urlsafe_b64decode(KEY.material.reveal() + "==")
    token = jwt.encode(claims, material, algorithm="HS256", headers={"kid": "k1"})
    with pytest.raises(TokenError):
        read_token(KEYS, token, audience="agent/01", now=NOW)


@pytest.mark.parametrize("text", ["", "a", "a.b.c", "\xe9", "..", "e30.e30.e30"])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(TokenError):
        read_token(KEYS, text, audience="agent/01", now=NOW)


def test_two_keys_count_until_the_older_is_dropped(path: Path) -> None:
    keys = TokenKeys(path)
    old = newest(path)
    add_key(path)
    new = newest(path)
    assert (admits(keys, old), admits(keys, new)) == (True, True)
    drop_old_keys(path)
    assert (admits(keys, old), admits(keys, new)) == (False, True)


def test_a_key_file_that_became_unfit_admits_nobody_until_it_is_mended(path: Path) -> None:
    keys = TokenKeys(path)
    token = newest(path)
    kept = path.read_bytes()
    path.unlink()
    assert not admits(keys, token)
    path.write_bytes(kept)
    path.chmod(0o644)
    assert not admits(keys, token)
    path.chmod(0o600)
    os.utime(path, ns=(1, 1))
    assert admits(keys, token)


def test_a_key_file_that_others_may_read_is_refused_at_the_start(path: Path) -> None:
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="can be read by others"):
        TokenKeys(path)
