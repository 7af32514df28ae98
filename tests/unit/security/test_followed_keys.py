from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.security.followed_keys import FollowedKeyRing
from counterfoil.security.secrets import Secret, UnsealError, add_key, drop_old_keys, open_key_ring


def test_a_replaced_key_counts_at_once(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    open_key_ring(path)
    running = FollowedKeyRing(path)
    old = running.seal(Secret("hunter2"), "here")
    new = add_key(path).seal(Secret("hunter3"), "here")
    assert running.unseal(new, "here").reveal() == "hunter3"
    assert running.key_name(running.seal(Secret("x"), "here")) == "k2"
    moved = running.rewrap(old, "here")
    drop_old_keys(path)
    assert running.unseal(moved, "here").reveal() == "hunter2"
    with pytest.raises(UnsealError, match="k1"):
        running.unseal(old, "here")


def test_a_file_that_is_away_or_spoilt_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    open_key_ring(path)
    running = FollowedKeyRing(path)
    sealed = running.seal(Secret("hunter2"), "here")
    path.unlink()
    assert running.unseal(sealed, "here").reveal() == "hunter2"
    path.write_text("nothing of the kind")
    assert running.unseal(sealed, "here").reveal() == "hunter2"
