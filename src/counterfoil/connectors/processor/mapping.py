"""How one processor's file is read: columns, dates, signs and status words, described in YAML."""

from __future__ import annotations

import codecs
import re
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from counterfoil.domain.dispute import DisputeStage
from counterfoil.ports.errors import ConfigurationError

IGNORED = "ignored"


class Sign(Enum):
    """How the file writes money that was taken back."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    EITHER = "either"


class _Part(BaseModel):
    """Every part of a mapping is immutable, and refuses keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Columns(_Part):
    """The file's own headings."""

    case: str
    stage: str
    date: str
    amount: str
    transaction: str = ""
    last_four: str = ""
    """May hold a masked card number: its last four digits are taken and nothing else."""
    paid_on: str = ""
    paid_amount: str = ""
    reason: str = ""


def _known_encoding(name: str) -> str:
    """Of text: some that the library knows turn bytes into bytes."""
    try:
        b"Case".decode(name, "replace")
        return codecs.lookup(name).name
    except (LookupError, UnicodeError):
        raise ValueError(f"{name} is no encoding: write utf-8 or cp1252") from None


def _known_format(written: str) -> str:
    """One that reads back a day as it writes it."""
    day = date(2026, 11, 23)
    try:
        told = datetime.strptime(day.strftime(written), written).replace(tzinfo=UTC).date()
    except (ValueError, re.error):
        told = None
    if told != day:
        raise ValueError(f"{written!r} is no way to write a day: write one such as %m/%d/%Y")
    return written


class FileMapping(_Part):
    """One kind of file."""

    encoding: Annotated[str, AfterValidator(_known_encoding)] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    skip_lines: Annotated[int, Field(ge=0, le=100)] = 0
    """Lines above the headings."""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "USD"
    date_format: Annotated[str, AfterValidator(_known_format)]
    """As `strptime` writes it, such as %m/%d/%Y."""
    sign: Sign = Sign.POSITIVE
    columns: Columns
    stages: dict[str, tuple[str, ...]]
    """The file's words for each stage, and for what is no money (`ignored`)."""

    @model_validator(mode="after")
    def _check_stages(self) -> Self:
        known = {stage.value for stage in DisputeStage} | {IGNORED}
        strangers = sorted(set(self.stages) - known)
        if strangers:
            raise ValueError(f"stages: {', '.join(strangers)} is none of {', '.join(sorted(known))}")
        words = [word for words in self.stages.values() for word in map(plain, words)]
        twice = sorted({word for word in words if words.count(word) > 1})
        if twice:
            raise ValueError(f"stages: {', '.join(twice)} stands twice")
        return self

    def stage_of(self, word: str) -> DisputeStage | str | None:
        """The stage that the file's word means, `ignored`, or None for a word that is not mapped."""
        for stage, words in self.stages.items():
            if plain(word) in map(plain, words):
                return stage if stage == IGNORED else DisputeStage(stage)
        return None


def plain(word: str) -> str:
    """A word as it is compared: blanks and case do not count."""
    return " ".join(word.split()).casefold()


def read_mapping(path: Path) -> FileMapping:
    """The mapping in a YAML file.

    Raises:
        ConfigurationError: it is no mapping; each fault is named.
    """
    try:
        return FileMapping.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path} is no YAML: {error}") from error
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        told = "; ".join(
            f"{'.'.join(map(str, each['loc'])) or 'mapping'}: {each['msg']}" for each in problems
        )
        raise ConfigurationError(f"{path}: {told}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
