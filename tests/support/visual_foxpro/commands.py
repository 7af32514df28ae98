"""Commands: each reads its own clauses and tells what it does to the machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from counterfoil.foxpro.creation import create_table
from counterfoil.foxpro.index.index_file import TagSpec
from counterfoil.foxpro.records.fields import Field
from tests.support.visual_foxpro.expressions import Evaluator, Reader
from tests.support.visual_foxpro.session import SETTINGS
from tests.support.visual_foxpro.values import Array, Cell, FoxError, number, text

if TYPE_CHECKING:
    from tests.support.visual_foxpro.machine import Machine

Act = Callable[["Machine"], None]


def _bracketed(reader: Reader) -> Evaluator:
    """A name expression."""
    reader.expect("(")
    value = reader.expression()
    reader.expect(")")
    return value


def _word_or_bracketed(reader: Reader) -> Evaluator:
    if reader.peek().text == "(":
        return _bracketed(reader)
    name = reader.name()
    return lambda _world: name


def _local(reader: Reader) -> Act:
    is_array = reader.accept("ARRAY")
    names: dict[str, tuple[int, int] | None] = {}
    while True:
        name = reader.name().upper()
        names[name] = _dimensions(reader) if is_array else None
        if not reader.accept(","):
            break

    def act(machine: Machine) -> None:
        machine.declare({name: Cell(Array(*size) if size else False) for name, size in names.items()})

    return act


def _dimensions(reader: Reader) -> tuple[int, int]:
    reader.expect("[")
    sizes = [int(reader.take().text)]
    while reader.accept(","):
        sizes.append(int(reader.take().text))
    reader.expect("]")
    return (sizes[0], sizes[1]) if len(sizes) > 1 else (sizes[0], 1)


def _private(reader: Reader) -> Act:
    names = [reader.name().upper()]
    while reader.accept(","):
        names.append(reader.name().upper())
    return lambda machine: machine.declare({name: Cell() for name in names}, private=True)


def _dimension(reader: Reader) -> Act:
    name = reader.name().upper()
    reader.expect("[")
    subscripts = reader.subscripts()

    def act(machine: Machine) -> None:
        array = machine.cell(name).value
        if not isinstance(array, Array):
            raise FoxError(232, f"{name} is not an array")
        rows, columns = (int(number(one)) for one in subscripts(machine))
        array.resize(rows, columns)

    return act


def _on(reader: Reader) -> Act:
    reader.expect("ERROR")
    if reader.accept("&"):
        name = reader.name().upper()

        def restore(machine: Machine) -> None:
            if machine.cell(name).value:
                raise FoxError(10, "only an empty handler is restored here")
            machine.session.error_handler = None

        return restore
    reader.expect("DO")
    procedure = reader.name().upper()
    reader.expect("WITH")
    arguments = [reader.expression()]
    while reader.accept(","):
        arguments.append(reader.expression())

    def act(machine: Machine) -> None:
        machine.session.error_handler = lambda: machine.call(procedure, [one(machine) for one in arguments])

    return act


def _set(reader: Reader) -> Act:
    name = reader.name().upper()
    if name == "ORDER":
        reader.expect("TO")
        tag = reader.name()
        return lambda machine: setattr(machine.session.area(), "order", tag)
    if name not in SETTINGS:
        raise reader.fault(f"no setting {name}")
    if reader.accept("&"):
        variable = reader.name().upper()
        return lambda machine: machine.session.set_to(name, machine.cell(variable).value)
    if reader.accept("TO"):
        value = reader.expression()
        reader.accept("SECONDS")
        return lambda machine: machine.session.set_to(name, value(machine))
    word = reader.name().upper()
    return lambda machine: machine.session.set_to(name, word)


def _select(reader: Reader) -> Act:
    alias = _word_or_bracketed(reader)

    def act(machine: Machine) -> None:
        chosen = alias(machine)
        if isinstance(chosen, str):
            machine.session.area(chosen)
            machine.session.selected = chosen.upper()

    return act


def _use(reader: Reader) -> Act:
    if reader.peek().kind == "end":
        return lambda machine: machine.session.close_area(machine.session.selected)
    if reader.accept("IN"):
        alias = _word_or_bracketed(reader)
        return lambda machine: machine.session.close_area(text(alias(machine)))
    file = _bracketed(reader)
    reader.expect("IN")
    reader.expect("0")
    reader.accept("AGAIN")
    reader.expect("ALIAS")
    alias = _word_or_bracketed(reader)
    exclusive = reader.accept("EXCLUSIVE")
    if not exclusive:
        reader.expect("SHARED")
    return lambda machine: machine.session.open_area(
        text(alias(machine)), text(file(machine)), exclusive=exclusive
    )


def _create(reader: Reader) -> Act:
    """CREATE TABLE (name) FREE (columns): it is open afterwards, and selected."""
    reader.expect("TABLE")
    file = _bracketed(reader)
    reader.expect("FREE")
    reader.expect("(")
    fields = []
    while True:
        name, kind, sizes = reader.name(), reader.name().upper(), [0, 0]
        if reader.accept("("):
            sizes = [int(reader.take().text), 0]
            if reader.accept(","):
                sizes[1] = int(reader.take().text)
            reader.expect(")")
        fields.append(Field(name, kind, sizes[0], sizes[1]))
        if not reader.accept(","):
            break
    reader.expect(")")

    def act(machine: Machine) -> None:
        machine.session.gate("create table")
        machine.session.made = (machine.session.files.path(text(file(machine))), fields)

    return act


def _index(reader: Reader) -> Act:
    """The table that was just made gets its index; both are written at once."""
    reader.expect("ON")
    expression = reader.name()
    reader.expect("TAG")
    tag = TagSpec(reader.name(), expression)

    def act(machine: Machine) -> None:
        path, fields = machine.session.made
        create_table(path, fields, [tag])
        machine.session.open_area(path.stem, str(path), exclusive=True)
        machine.session.selected = path.stem.upper()

    return act


def _insert(reader: Reader) -> Act:
    reader.expect("INTO")
    alias = reader.name()
    reader.expect("(")
    names = [reader.name()]
    while reader.accept(","):
        names.append(reader.name())
    for word in (")", "VALUES", "("):
        reader.expect(word)
    values = [reader.expression()]
    while reader.accept(","):
        values.append(reader.expression())
    reader.expect(")")
    if len(names) != len(values):
        raise reader.fault("as many values as columns")

    def act(machine: Machine) -> None:
        area = machine.session.area(alias)
        found = [value(machine) for value in values]
        machine.session.gate(f"write {alias}")
        is_buffered, area.is_buffered = area.is_buffered, True
        area.append_blank()
        for name, value in zip(names, found, strict=True):
            area.replace(name, value)
        area.update_row()
        area.is_buffered = is_buffered

    return act


def _replace(reader: Reader) -> Act:
    parts = []
    while True:
        field = _word_or_bracketed(reader)
        reader.expect("WITH")
        parts.append((field, reader.expression()))
        if not reader.accept(","):
            break
    alias = _bracketed(reader) if reader.accept("IN") else None

    def act(machine: Machine) -> None:
        area = machine.session.area(text(alias(machine)) if alias else "")
        found = [(text(field(machine)), value(machine)) for field, value in parts]
        if not area.is_buffered:
            machine.session.gate(f"write {area.alias.lower()}")
        area.replace_all(found)

    return act


def _seek(reader: Reader) -> Act:
    key = reader.expression()

    def act(machine: Machine) -> None:
        machine.session.area().seek(text(key(machine)))

    return act


def _go(reader: Reader) -> Act:
    record = reader.expression()
    return lambda machine: machine.session.area().go(int(number(record(machine))))


def _rename(reader: Reader) -> Act:
    origin = _bracketed(reader)
    reader.expect("TO")
    target = _bracketed(reader)
    return lambda machine: machine.session.files.rename(text(origin(machine)), text(target(machine)))


def _append(reader: Reader) -> Act:
    reader.expect("BLANK")
    return lambda machine: machine.session.area().append_blank()


def _delete(_reader: Reader) -> Act:
    return lambda machine: machine.session.area().delete_row()


def _skip(_reader: Reader) -> Act:
    return lambda machine: machine.session.area().skip()


def _flush(_reader: Reader) -> Act:
    return lambda machine: machine.session.flush()


def _unlock(reader: Reader) -> Act:
    reader.expect("ALL")
    return lambda machine: machine.session.unlock()


def _begin(reader: Reader) -> Act:
    reader.expect("TRANSACTION")
    return lambda machine: machine.session.begin()


def _end(reader: Reader) -> Act:
    reader.expect("TRANSACTION")
    return lambda machine: machine.session.commit()


def _rollback(_reader: Reader) -> Act:
    return lambda machine: machine.session.roll_back()


COMMANDS: Mapping[str, Callable[[Reader], Act]] = {
    "APPEND": _append,
    "BEGIN": _begin,
    "CREATE": _create,
    "DELETE": _delete,
    "DIMENSION": _dimension,
    "END": _end,
    "FLUSH": _flush,
    "GO": _go,
    "INDEX": _index,
    "INSERT": _insert,
    "LOCAL": _local,
    "ON": _on,
    "PRIVATE": _private,
    "RENAME": _rename,
    "REPLACE": _replace,
    "ROLLBACK": _rollback,
    "SEEK": _seek,
    "SELECT": _select,
    "SET": _set,
    "SKIP": _skip,
    "UNLOCK": _unlock,
    "USE": _use,
}
