"""What can go wrong with the hub's own database.

CounterfoilError
├── TransientError
│   ├── StoreUnavailableError       the database does not answer
│   ├── StorageFullError            the database's disk is full
│   ├── ServerStillStartingError    the embedded server recovers for longer than the patience given
│   ├── ContentionError             two transactions were in each other's way
│   ├── IntakeFullError             more events wait than may wait
│   └── IntakeClosedError           the intake is stopping
├── ConfigurationError
│   ├── ServerError                 the embedded server cannot run as things are
│   │   ├── ServerAccountError      no account was found that may run it
│   │   ├── ServerVersionError      its files belong to another version
│   │   ├── ServerStartError        it ended instead of starting
│   │   ├── ServerStopError         it did not stop
│   │   ├── ServerProgramError      one of its programs failed
│   │   └── UpgradeUnfinishedError  an upgrade was cut short
│   ├── RestoreTargetError          a backup may only be read into an empty database
│   ├── DeploymentRefusedError      what is to be deployed is not what a person looked at, or may not be
│   ├── SecretsClosedError          a connection's secrets do not open with the keys at hand
│   └── SchemaTooNewError           a newer Counterfoil has written this database
└── DefectError
    ├── RowMissingError             a row that was promised to exist does not
    └── EventNotStorableError       one event's own content cannot be stored
"""

from __future__ import annotations

from pathlib import Path

from counterfoil.ports.errors import ConfigurationError, DefectError, TransientError


class StoreUnavailableError(TransientError):
    """The database does not answer, or the connection broke before the answer came."""


class StorageFullError(TransientError):
    """The database cannot write: its disk is full. Nothing was acknowledged that is not stored."""


class ServerStillStartingError(TransientError):
    """The embedded server lives and still starts, most often recovering from a crash: wait."""


class ContentionError(TransientError):
    """Two transactions were in each other's way and this one was undone; repeating it is safe."""


class IntakeFullError(TransientError):
    """More events wait for the database than may wait; the sender must try again."""


class IntakeClosedError(TransientError):
    """The intake is stopping and takes nothing any more; the sender must try again."""


class ServerError(ConfigurationError):
    """The embedded database server cannot run as things are."""


class ServerAccountError(ServerError):
    """PostgreSQL refuses to run as root and no other account can run it here."""


class ServerVersionError(ServerError):
    """The database folder belongs to another major version of PostgreSQL than the programs at hand."""

    def __init__(self, folder: Path, found: str, wanted: str) -> None:
        super().__init__(
            f"{folder} was written by PostgreSQL {found}; this Counterfoil brings {wanted}. Restore a backup "
            f"(`counterfoil database restore`) or, with PostgreSQL {found}'s programs at hand, run "
            f"`counterfoil database upgrade`."
        )
        self.folder = folder
        self.found = found
        self.wanted = wanted


class ServerStartError(ServerError):
    """The embedded server ended instead of starting."""

    def __init__(self, folder: Path, log: str) -> None:
        super().__init__(f"the database server in {folder} did not start; the end of its log:\n{log}")
        self.folder = folder
        self.log = log


class ServerStopError(ServerError):
    """The embedded server did not stop in the time given."""


class ServerProgramError(ServerError):
    """One of PostgreSQL's programs ended with an error."""

    def __init__(self, program: str, code: int, output: str) -> None:
        super().__init__(f"{program} ended with code {code}: {output}")
        self.program = program
        self.code = code


class UpgradeUnfinishedError(ServerError):
    """The old cluster was set aside and the new one is not in its place yet."""

    def __init__(self, folder: Path, kept: Path) -> None:
        super().__init__(
            f"an upgrade of the database in {folder} was cut short: run it again; {kept} is whole"
        )
        self.folder = folder


class RestoreTargetError(ConfigurationError):
    """The database that a backup should be read into holds our tables already."""

    def __init__(self) -> None:
        super().__init__(
            "the database already holds Counterfoil's tables: restore into an empty data folder or database"
        )


class DeploymentRefusedError(ConfigurationError):
    """A deployment that must not be carried out as things are; nothing was changed."""


class QuestionClosedError(ConfigurationError):
    """A question that takes no answer any more; says what became of it."""


class SecretsClosedError(ConfigurationError):
    """A connection's secrets do not open: put the right key file back, or enter them again."""


class SchemaTooNewError(ConfigurationError):
    """The database has numbered migrations that this program does not know."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"the database is at revision {revision}, which a newer Counterfoil wrote: "
            f"start that version, or restore a backup made before the upgrade"
        )
        self.revision = revision


class RowMissingError(DefectError):
    """A row that a caller was promised does not exist."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"there is no {kind} {key}")
        self.kind = kind
        self.key = key


class EventNotStorableError(DefectError):
    """This one event's content cannot be stored, such as a NUL character in its text."""
