"""Settings, read once from the environment and the command line, typed."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(ValueError):
    """A setting that cannot be used; names each one."""


class Settings(BaseSettings):
    """Where the hub keeps its things and where it listens; every name may come as ``COUNTERFOIL_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="COUNTERFOIL_", frozen=True, extra="forbid")

    data: Path = Path("counterfoil-data")
    """The folder of everything that the hub keeps: database, keys, sockets, logs."""

    database_url: str = ""
    """A PostgreSQL server of your own (15 or newer); empty means the embedded one in the data folder."""

    port: int = Field(default=8800, ge=0, le=65535)
    """The hub's port on the loopback address; 0 takes a free one."""

    keys_file: str = ""
    """The file with the keys of the connections' secrets, the same for all processes of a database.

    Empty means ``keys/secrets.json`` in the data folder.
    """

    worker_concurrency: int = Field(default=8, ge=0, le=64)
    """Runs carried at once by one worker; 0 lets a hub carry none, where workers elsewhere do."""

    stop_seconds: int = Field(default=30, ge=1, le=3600)
    """How long a process that is told to stop lets runs in hand go on; then others take them over."""

    worker_metrics_port: int = Field(default=0, ge=0, le=65535)
    """The port on the loopback address where a worker beside the hub shows its metrics; 0: nowhere."""

    poll_seconds_max: int = Field(default=300, ge=1, le=86_400)
    """The longest pause between two polls of a gateway connection; it is shorter while something happens."""

    keep_steps_days: int = Field(default=180, ge=0)
    """For how many days the steps of a finished run are kept; 0 keeps them for ever."""

    keep_results_days: int = Field(default=1095, ge=0)
    """For how many days it is kept what a finished run came to; 0 keeps it for ever."""

    keep_hints_days: int = Field(default=30, ge=0)
    """For how many days pushes are kept that were confirmed or refused; 0 keeps them for ever."""

    suggest_url: str = ""
    """An OpenAI-compatible address that suggestions ask; empty: a model that is installed here, or none."""

    suggest_model: str = ""
    """The name of the embedding model at that address."""

    suggest_key: SecretStr = SecretStr("")
    """The key for that address; empty: the one that the hub keeps sealed, where there is one."""

    @property
    def key_ring(self) -> Path:
        return Path(self.keys_file) if self.keys_file else self.data / "keys" / "secrets.json"

    @property
    def sockets(self) -> Path:
        return self.data / "run"

    @property
    def logs(self) -> Path:
        return self.data / "logs"


def read_settings(*, data: Path | None = None, port: int | None = None) -> Settings:
    """The settings; what the command line gives counts before the environment.

    Raises:
        SettingsError: one of them cannot be used.
    """
    given = {name: value for name, value in (("data", data), ("port", port)) if value is not None}
    try:
        return Settings.model_validate(Settings().model_dump() | given)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        raise SettingsError(
            "; ".join(
                f"COUNTERFOIL_{str(problem['loc'][0]).upper()}: {problem['msg']}" for problem in problems
            )
        ) from error
