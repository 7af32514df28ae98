"""Whether one record may stand where another is wanted."""

from __future__ import annotations

from collections.abc import Iterator

from counterfoil.flows.errors import nearest, quoted
from counterfoil.ports.field_types import FieldSpec, RecordSpec, ValueType

_AS_TEXT = {ValueType.CODE: None, ValueType.DATE: 10, ValueType.INSTANT: 40}
"""What stands as a text in stored results, with its length where that is known."""


def unfit(given: RecordSpec | None, wanted: RecordSpec) -> str:
    """Why the one may not stand for the other; empty when it may. None: nothing is given."""
    if given is None:
        return "nothing is given"
    if wanted.is_open or given.is_open or _is_same(given, wanted):
        return ""
    if given.one_of or wanted.one_of:
        return _unfit_kinds(given, wanted)
    return f"only operations give {wanted.name}" if wanted.is_ours else next(_misfits(given, wanted), "")


def _unfit_kinds(given: RecordSpec, wanted: RecordSpec) -> str:
    """Each kind that may be given is one of those that are wanted."""
    if given.one_of:
        return next((why for each in given.one_of if (why := unfit(each, wanted))), "")
    fits = any(not unfit(given, each) for each in wanted.one_of)
    return "" if fits else f"it is none of {', '.join(each.name for each in wanted.one_of)}"


def _is_same(given: RecordSpec, wanted: RecordSpec) -> bool:
    """Records of ours are known by their names, and what is not ours never passes for one of them."""
    return given == wanted or (given.is_ours and wanted.is_ours and given.name == wanted.name)


def _misfits(given: RecordSpec, wanted: RecordSpec) -> Iterator[str]:
    names = [field.name for field in wanted.fields]
    for field in given.fields:
        other = wanted.field(field.name)
        if other is None:
            yield f"it takes no {quoted(field.name)}{nearest(field.name, names)}"
        elif why := _unfit_field(field, other):
            yield f"{field.name} {why}"
    for field in wanted.fields:
        if field.required and given.field(field.name) is None:
            yield f"{field.name} is lacking{nearest(field.name, [each.name for each in given.fields])}"


def _unfit_field(given: FieldSpec, wanted: FieldSpec) -> str:
    if ValueType.ANY in {given.type, wanted.type}:
        return ""
    if wanted.required and not given.required:
        return "may be absent there"
    if wanted.type is ValueType.TEXT and given.type in _AS_TEXT:
        return _wide(_text_width(given), wanted)
    # Which words a text may be is not known; the operation looks itself.
    is_word = wanted.type is ValueType.CODE and given.type is ValueType.TEXT
    if given.type is not wanted.type and not is_word:
        return f"is {given.type.value} there, not {wanted.type.value}"
    return _unfit_same(given, wanted)


def _unfit_same(given: FieldSpec, wanted: FieldSpec) -> str:
    if strange := [word for word in given.words if wanted.words and word not in wanted.words]:
        return f"may be {quoted(strange[0])} there{nearest(strange[0], wanted.words)}"
    if given.record is not None and wanted.record is not None:
        why = unfit(given.record, wanted.record)
        return f"does not fit: {why}" if why else ""
    if wanted.places is not None and (given.places is None or given.places > wanted.places):
        return f"has more decimal places there than {wanted.places}"
    return _wide(given.width, wanted)


def _text_width(field: FieldSpec) -> int | None:
    return max(map(len, field.words)) if field.words else _AS_TEXT[field.type]


def _wide(width: int | None, wanted: FieldSpec) -> str:
    if wanted.width is None or (width is not None and width <= wanted.width):
        return ""
    length = "of any length" if width is None else f"up to {width} long"
    return f"is {length} there, and {wanted.width} fit"
