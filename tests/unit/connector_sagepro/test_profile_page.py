from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from counterfoil.connectors.sagepro.profile import Profile, parse_profile

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "sage-pro-profile.md"


def entries(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from entries(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_the_page_names_exactly_the_entries_of_a_profile() -> None:
    rows = [line.split("|")[1] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`([a-z_.]+)`", row)]
    assert named == list(entries(Profile))


def test_the_page_s_example_is_a_profile() -> None:
    example, sql, added, own = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert parse_profile(example).company == "01"
    database = parse_profile(sql).database
    assert database is not None
    assert database.system_db == "PROSYS"
    assert parse_profile(example + added).added_rows[0].table.value == "artran"
    assert parse_profile(example + own).own_tables[0].value == "zzpay"
