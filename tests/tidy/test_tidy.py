from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.tidy import rules

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "counterfoil"

# Packages where money lives. FoxPro keys are IEEE doubles by format, so foxpro/ is not among them.
MONEY = ("domain", "ports", "flows", "connectors", "sandbox", "store", "runtime", "reconcile")

# The places that may catch everything: worker loops and HTTP edges.
BROAD_EXCEPTS: frozenset[str] = frozenset(
    {
        "src/counterfoil/store/group_writer.py",
        "src/counterfoil/connectors/sagepro/lane.py",
        "src/counterfoil/runtime/worker.py",
        "src/counterfoil/runtime/engine.py",
        "src/counterfoil/runtime/recovery.py",
        "src/counterfoil/bootstrap/loops.py",
    }
)

# Tables of records may be long; every other file may not.
LONG_FILES: frozenset[str] = frozenset()

VENDORS = ("paytrace", "sagepro", "sage pro", "foxpro", "shopify", "procrastinate")
VENDOR_FREE = ("domain", "ports")


def python_files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(folder.rglob("*.py"))


def findings(paths: Iterable[Path], rule: Callable[[str], Iterable[str]]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} {finding}" for path in paths for finding in rule(path.read_text("utf-8"))
    ]


def test_no_float_where_money_lives() -> None:
    assert findings(python_files(*(SOURCE / name for name in MONEY)), rules.floats) == []


def test_no_body_is_too_long() -> None:
    folders = (SOURCE, ROOT / "tests", ROOT / "bench")
    assert findings(python_files(*folders), rules.long_bodies) == []


def test_no_file_is_too_long() -> None:
    def lines(path: Path) -> int:
        return len(path.read_text("utf-8").splitlines())

    limits = ((SOURCE, rules.FILE_LINES_MAX), (ROOT / "tests", rules.TEST_FILE_LINES_MAX))
    assert [
        f"{path.relative_to(ROOT)} has {lines(path)} lines"
        for folder, limit in limits
        for path in python_files(folder)
        if lines(path) > limit and str(path.relative_to(SOURCE.parent.parent)) not in LONG_FILES
    ] == []


def test_only_listed_places_catch_everything() -> None:
    found = findings(python_files(SOURCE), rules.broad_excepts)
    assert [line for line in found if line.split()[0] not in BROAD_EXCEPTS] == []


def test_vendor_names_stop_at_the_connector() -> None:
    paths = python_files(*(SOURCE / name for name in VENDOR_FREE))
    assert findings(paths, lambda source: rules.names_in(source, VENDORS)) == []


def test_one_file_alone_uses_the_engine() -> None:
    paths = (path for path in python_files(SOURCE) if path != SOURCE / "runtime" / "engine.py")
    assert (
        findings(paths, lambda source: rules.names_in(source, ("import procrastinate", "from procrastinate")))
        == []
    )


def test_every_module_says_what_lives_there() -> None:
    def opening(source: str) -> Iterator[str]:
        if source.strip() and not source.startswith('"""'):
            yield "has no module docstring"

    assert findings(python_files(SOURCE), opening) == []


SHORT_NAMES = frozenset(
    {
        *("arcash", "arcust", "ardist", "armast", "artran", "arymst", "arytrn", "somast"),
        *("artype", "arstat", "currhist", "custno", "disamt", "dtepaid", "glaccnt", "invamt", "invno"),
        *("lckstat", "paidamt", "pstdate", "refno"),
    }
)
SHORT_NAMES_HOME = ("connectors/sagepro/records/", "connectors/sagepro/standard.py", "sandbox/sagepro/")


def test_the_short_field_names_of_sage_pro_stand_in_their_place() -> None:
    paths = [
        path
        for path in python_files(SOURCE)
        if not path.relative_to(SOURCE).as_posix().startswith(SHORT_NAMES_HOME)
    ]
    assert findings(paths, lambda source: rules.quoted(source, SHORT_NAMES)) == []
