from __future__ import annotations

import copy
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.security.card_guard import scrub_object, scrub_text
from counterfoil.security.secrets import (
    Key,
    KeyFileError,
    KeyRing,
    Secret,
    UnsealError,
    add_key,
    drop_old_keys,
    new_key,
    open_key_ring,
)

RING = KeyRing((new_key(1),))


@given(text=st.text(), place=st.text())
def test_what_was_sealed_opens_at_its_place(text: str, place: str) -> None:
    assert RING.unseal(RING.seal(Secret(text), place), place).reveal() == text


def test_a_secret_opens_at_no_other_place() -> None:
    with pytest.raises(UnsealError):
        RING.unseal(RING.seal(Secret("hunter2"), "connection/1"), "connection/2")


@given(position=st.integers(0, 10_000), flip=st.integers(1, 127))
def test_an_altered_text_does_not_open(position: int, flip: int) -> None:
    sealed = RING.seal(Secret("hunter2"), "here")
    place = position % len(sealed)
    altered = sealed[:place] + chr(ord(sealed[place]) ^ flip) + sealed[place + 1 :]
    with pytest.raises(UnsealError):
        RING.unseal(altered, "here")


def test_two_sealings_of_one_secret_differ() -> None:
    assert RING.seal(Secret("same"), "here") != RING.seal(Secret("same"), "here")


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]} {Key('k1', secret)}"
    with pytest.raises(TypeError):
        copy.copy(secret)


def test_the_key_file_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "secrets.json"
    sealed = open_key_ring(path).seal(Secret("hunter2"), "here")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_key_ring(path).unseal(sealed, "here").reveal() == "hunter2"


def test_a_key_is_replaced_while_secrets_stay_open(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    old = open_key_ring(path).seal(Secret("hunter2"), "here")
    both = add_key(path)
    assert both.names == ("k1", "k2")
    assert both.unseal(old, "here").reveal() == "hunter2"
    new = both.rewrap(old, "here")
    assert (both.key_name(old), both.key_name(new)) == ("k1", "k2")
    last = drop_old_keys(path)
    assert last.unseal(new, "here").reveal() == "hunter2"
    with pytest.raises(UnsealError, match="k1"):
        last.unseal(old, "here")


def test_a_key_file_open_to_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    open_key_ring(path)
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        open_key_ring(path)


def test_a_broken_key_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text("nothing")
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="own copy"):
        open_key_ring(path)
    assert path.read_text() == "nothing"


def test_a_log_loses_the_value_of_a_secret_that_is_in_use_wherever_it_stands() -> None:
    secret, short = Secret("seventeen purple herons"), Secret("demo123")
    text = "PayTrace said: no user api with seventeen purple herons; demo123"
    assert scrub_text(text) == "PayTrace said: no user api with [removed]; demo123"
    assert scrub_object({"event": "x", "answer": {"deep": [text]}})["answer"] == {
        "deep": ["PayTrace said: no user api with [removed]; demo123"]
    }
    del secret, short
    assert scrub_text(text) == text


def test_of_two_secrets_that_begin_alike_nothing_of_the_longer_stays() -> None:
    shorter, longer = Secret("staple and battery"), Secret("staple and battery and more")
    assert scrub_text("it was staple and battery and more") == "it was [removed]"
    del shorter, longer
    longer, shorter = Secret("staple and battery and more"), Secret("staple and battery")
    assert scrub_text("it was staple and battery and more") == "it was [removed]"
    del shorter, longer
