"""Migrations are one chain, numbered without gap: two of one number would leave a database in between."""

from __future__ import annotations

import re
from pathlib import Path

from counterfoil.store import migrations

FOLDER = Path(migrations.__file__).parent / "versions"
FILES = sorted(FOLDER.glob("[0-9]*.py"))
CHAIN = re.compile(r'^revision = "(\d{4})"\ndown_revision = (?:"(\d{4})"|None)$', re.MULTILINE)


def test_every_migration_follows_the_one_before() -> None:
    found = [(path.name[:4], *CHAIN.findall(path.read_text("utf-8"))) for path in FILES]
    expected = [
        (f"{number:04}", (f"{number:04}", f"{number - 1:04}" if number > 1 else ""))
        for number in range(1, len(FILES) + 1)
    ]
    assert found == expected
