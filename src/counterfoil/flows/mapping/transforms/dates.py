"""Transforms of dates and moments; formats are written in letters such as YYYY-MM-DD."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from counterfoil.flows.errors import quoted
from counterfoil.flows.mapping.formats import FormatError, TimeFormat
from counterfoil.flows.mapping.transforms.asked import (
    Asked,
    Env,
    Inputs,
    Parameter,
    Planned,
    Transform,
)
from counterfoil.flows.mapping.types import Kind, Type, text_type
from counterfoil.flows.mapping.values import RefusedError

ISO = "iso"
_FORMAT = Parameter("format", "such as YYYY-MM-DD or MM/DD/YYYY hh:mm:ss AM")
_DAY_FORMAT = Parameter("format", "such as YYYY-MM-DD or MM/DD/YYYY")
_ZONE = Parameter("zone", "such as America/New_York")


def _date(asked: Asked) -> Planned:
    layout = _format(asked)
    if layout.has_time:
        raise asked.at("format").wrong("has a time of day; use moment, then day")

    def run(inputs: Inputs, _env: Env) -> date:
        return _read(layout, inputs).date()

    return Planned(Type(kind=Kind.DATE, optional=asked.input.optional), run)


def _moment(asked: Asked) -> Planned:
    gives = Type(kind=Kind.MOMENT, optional=asked.input.optional)
    if asked.text("format").strip() == ISO:
        return Planned(gives, lambda inputs, _env: _iso(cast("str", inputs[0])))
    if not asked.has("zone"):
        raise asked.wrong("needs zone, because the text names none; or format: iso")
    layout, zone = _format(asked), _zone(asked)

    def run(inputs: Inputs, _env: Env) -> datetime:
        moment = _read(layout, inputs).replace(tzinfo=zone)
        back = _local(_local(moment, _UTC), zone)
        if back.replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise RefusedError(f"{quoted(cast('str', inputs[0]))} was skipped when clocks went forward")
        return moment

    return Planned(gives, run)


_UTC = ZoneInfo("UTC")


def _iso(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RefusedError(f"{quoted(text)} is not a moment such as 2026-11-26T09:30:00-06:00") from error
    if moment.tzinfo is None:
        raise RefusedError(f"{quoted(text)} names no zone; give format and zone instead of iso")
    return moment


def _day(asked: Asked) -> Planned:
    zone = _zone(asked)
    return Planned(
        Type(kind=Kind.DATE, optional=asked.input.optional),
        lambda inputs, _env: _local(cast("datetime", inputs[0]), zone).date(),
    )


def _date_text(asked: Asked) -> Planned:
    layout = _format(asked)
    if layout.has_time:
        raise asked.at("format").wrong("has a time of day, which a date has not")
    return Planned(
        text_type(layout.width, optional=asked.input.optional),
        lambda inputs, _env: layout.write(cast("date", inputs[0])),
    )


def _moment_text(asked: Asked) -> Planned:
    layout, zone = _format(asked), _zone(asked)
    return Planned(
        text_type(layout.width, optional=asked.input.optional),
        lambda inputs, _env: layout.write(_local(cast("datetime", inputs[0]), zone)),
    )


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError as error:
        raise RefusedError(f"{moment.isoformat()} lies outside the calendar") from error


def _read(layout: TimeFormat, inputs: Inputs) -> datetime:
    try:
        return layout.read(cast("str", inputs[0]))
    except ValueError as error:
        raise RefusedError(str(error)) from error


def _format(asked: Asked) -> TimeFormat:
    try:
        return TimeFormat(asked.text("format"), for_reading=asked.input.kind is Kind.TEXT)
    except FormatError as error:
        raise asked.at("format").wrong(str(error)) from error


def _zone(asked: Asked) -> ZoneInfo:
    name = asked.text("zone").strip()
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise asked.at("zone").wrong(
            f"{quoted(name)} is no time zone, such as America/New_York or UTC"
        ) from error


DATES = (
    Transform(
        name="date",
        takes=(Kind.TEXT,),
        gives="date",
        says="a text as a date",
        plan=_date,
        parameters=(_DAY_FORMAT,),
    ),
    Transform(
        name="moment",
        takes=(Kind.TEXT,),
        gives="moment",
        says="a text as a moment; of two that the clock shows alike in autumn the earlier one",
        plan=_moment,
        parameters=(
            Parameter("format", "iso, or such as MM/DD/YYYY hh:mm:ss AM"),
            Parameter("zone", "the zone that the text means; not with iso", optional=True),
        ),
    ),
    Transform(
        name="day",
        takes=(Kind.MOMENT,),
        gives="date",
        says="the calendar day of a moment in a zone",
        plan=_day,
        parameters=(_ZONE,),
    ),
    Transform(
        name="date_text",
        takes=(Kind.DATE,),
        gives="text of the format's width",
        says="a date as text",
        plan=_date_text,
        parameters=(_DAY_FORMAT,),
    ),
    Transform(
        name="moment_text",
        takes=(Kind.MOMENT,),
        gives="text of the format's width",
        says="a moment as text, as the clock in a zone shows it",
        plan=_moment_text,
        parameters=(_FORMAT, _ZONE),
    ),
)
