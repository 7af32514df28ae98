"""Visual FoxPro's functions about tables, files and the running program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.support.visual_foxpro.functions import pick
from tests.support.visual_foxpro.values import Array, Cell, FoxError, number, text, truth

if TYPE_CHECKING:
    from tests.support.visual_foxpro.machine import Machine


@dataclass(frozen=True, slots=True)
class Hosted:
    act: Callable[..., Any]
    least: int
    most: int


def _adir(machine: Machine, cell: Cell, mask: object) -> float:
    names = machine.session.files.listing(text(mask))
    array = Array(max(len(names), 1), 5)
    for place, name in enumerate(names):
        array.items[place * 5] = name
    if names:
        cell.value = array
    return float(len(names))


def _aused(machine: Machine, cell: Cell) -> float:
    aliases = sorted(machine.session.areas)
    array = Array(max(len(aliases), 1), 2)
    for place, alias in enumerate(aliases):
        array.items[place * 2] = alias
    if aliases:
        cell.value = array
    return float(len(aliases))


def _aerror(machine: Machine, cell: Cell) -> float:
    error = machine.session.update_error
    array = Array(1, 7)
    array.items[:2] = [float(error.number if error else 0), str(error)]
    cell.value = array
    return 1.0


def _cursor_set(machine: Machine, name: object, value: object, alias: object) -> bool:
    if (
        text(name).upper() != "BUFFERING"
        or number(value) != 5
        or machine.session.settings["MULTILOCKS"] != "ON"
    ):
        raise FoxError(1596, "table buffering requires that SET MULTILOCKS is set to ON")
    machine.session.area(text(alias)).is_buffered = True
    return True


def _rlock(machine: Machine, record: object, alias: object) -> bool:
    return machine.session.area(text(alias)).lock(int(text(record)))


def _table_update(machine: Machine, rows: object, force: object, alias: object) -> bool:
    session, area = machine.session, machine.session.area(text(alias))
    if number(rows) != 0 or not truth(force):
        raise FoxError(11, "rows are written one by one, and by force, as they are locked")
    session.gate(f"write {area.alias.lower()}")
    try:
        if session.waiting is None:
            area.update_row()
        else:
            recno, changes, is_appended = area.recno, dict(area.changes), area.is_appended
            session.waiting.append(partial(area.write, recno, changes, is_appended=is_appended))
            area.let_go()
    except FoxError as error:
        session.update_error = error
        return False
    return True


def _revert(machine: Machine, all_rows: object, alias: object) -> float:
    truth(all_rows)
    machine.session.area(text(alias)).revert()
    return 1.0


def _evaluate(machine: Machine, source: object) -> object:
    words = text(source)
    if words.startswith("MAKETRANSACTABLE('") and machine.session.version >= 9:
        machine.session.transactable.add(words.split("'")[1].upper())
        return True
    alias, found, name = words.partition(".")
    if not found or not name.isidentifier():
        raise FoxError(10, f"Syntax error: {words}")
    return machine.field(alias.upper(), name.upper())


def _type(machine: Machine, source: object) -> str:
    alias, _, name = text(source).partition(".")
    try:
        kind = machine.session.area(alias).field_of(name).type
    except FoxError:
        return "U"
    return {"F": "N", "I": "N", "B": "N", "V": "C"}.get(kind, kind)


def _set(machine: Machine, name: object) -> object:
    return machine.session.settings[text(name).upper()]


def _sys(machine: Machine, what: object) -> str:
    match int(number(what)):
        case 0:
            return "TESTS # nobody"
        case 2015:
            return f"_{machine.session.now():%H%M%S%f}"[:10]
        case _:
            raise FoxError(11, f"SYS({what}) is not known here")


def _create_object(machine: Machine, name: object) -> object:
    if text(name) not in machine.session.objects:
        raise FoxError(1733, f"Class definition {name} is not found.")
    return machine.session.objects[text(name)]()


def _error_number(machine: Machine) -> float:
    return float(machine.session.error.number if machine.session.error else 0)


def _delivered(machine: Machine, handle: object, data: object) -> float:
    return float(machine.session.files.write(int(number(handle)), text(data)))


def _closed(machine: Machine, handle: object) -> bool:
    machine.session.files.close(int(number(handle)))
    return True


def _area(machine: Machine) -> Any:
    return machine.session.area()


HOSTED: Mapping[str, Hosted] = {
    "ADIR": Hosted(_adir, 2, 2),
    "AERROR": Hosted(_aerror, 1, 1),
    "AUSED": Hosted(_aused, 1, 1),
    "CPCURRENT": Hosted(lambda machine: float(machine.session.code_page), 0, 0),
    "CREATEOBJECT": Hosted(_create_object, 1, 1),
    "CURSORGETPROP": Hosted(lambda _machine, _name, _alias: "", 2, 2),
    "CURSORSETPROP": Hosted(_cursor_set, 3, 3),
    "CURVAL": Hosted(lambda machine, name: _area(machine).on_disk(text(name)), 1, 1),
    "DATETIME": Hosted(lambda machine: machine.session.now(), 0, 0),
    "DELETED": Hosted(lambda machine: _area(machine).is_deleted(), 0, 0),
    "EOF": Hosted(lambda machine: _area(machine).is_at_end, 0, 0),
    "ERROR": Hosted(_error_number, 0, 0),
    "EVALUATE": Hosted(_evaluate, 1, 1),
    "FCLOSE": Hosted(_closed, 1, 1),
    "FCREATE": Hosted(lambda machine, name: float(machine.session.files.create(text(name))), 1, 1),
    "FFLUSH": Hosted(lambda _machine, _handle: True, 1, 1),
    "FILE": Hosted(lambda machine, name: machine.session.files.exists(text(name)), 1, 1),
    "FILETOSTR": Hosted(lambda machine, name: machine.session.files.read(text(name)), 1, 1),
    "FSIZE": Hosted(
        lambda machine, name, alias: float(machine.session.area(text(alias)).field_of(text(name)).width), 2, 2
    ),
    "FWRITE": Hosted(_delivered, 2, 2),
    "IIF": Hosted(lambda _machine, condition, one, other: pick(condition, one, other), 3, 3),
    "LINENO": Hosted(lambda machine: float(machine.session.error_line), 0, 0),
    "MESSAGE": Hosted(lambda machine: str(machine.session.error), 0, 0),
    "ON": Hosted(lambda _machine, _what: "", 1, 1),
    "PROGRAM": Hosted(lambda machine: machine.failed_in, 0, 0),
    "RECCOUNT": Hosted(lambda machine: float(_area(machine).count), 0, 0),
    "RECNO": Hosted(lambda machine: float(_area(machine).recno), 0, 0),
    "RLOCK": Hosted(_rlock, 2, 2),
    "SELECT": Hosted(lambda _machine: 0.0, 0, 0),
    "SET": Hosted(_set, 1, 1),
    "SYS": Hosted(_sys, 1, 1),
    "TABLEREVERT": Hosted(_revert, 2, 2),
    "TABLEUPDATE": Hosted(_table_update, 3, 3),
    "TYPE": Hosted(_type, 1, 1),
    "USED": Hosted(lambda machine, alias: text(alias).upper() in machine.session.areas, 1, 1),
    "VERSION": Hosted(
        lambda machine: f"Visual FoxPro {machine.session.version:02}.00.0000.0000 for Windows", 0, 0
    ),
}
