"""All kinds of node, and reading one of them."""

from __future__ import annotations

from collections.abc import Sequence

from counterfoil.flows.document import Part
from counterfoil.flows.errors import quoted
from counterfoil.flows.names import INPUTS_MAX, UNNAMEABLE, is_name
from counterfoil.flows.nodes.ask import ASK
from counterfoil.flows.nodes.call import CALL
from counterfoil.flows.nodes.decide import DECIDE
from counterfoil.flows.nodes.do import DO
from counterfoil.flows.nodes.each import EACH
from counterfoil.flows.nodes.look_up import LOOK_UP
from counterfoil.flows.nodes.map_fields import MAP
from counterfoil.flows.nodes.node import ON_ERROR, Kind, Node
from counterfoil.flows.nodes.notify import NOTIFY
from counterfoil.flows.nodes.wait import WAIT
from counterfoil.flows.retry import read_retry
from counterfoil.flows.routes import ENDS, End, Route, read_route
from counterfoil.flows.triggers.trigger import TRIGGER

KINDS: Sequence[Kind] = (DO, DECIDE, MAP, LOOK_UP, WAIT, ASK, EACH, CALL, NOTIFY)

_ENTRIES = tuple(dict.fromkeys(entry for kind in KINDS for entry in (kind.entry, *kind.beside)))
_OF_ANY = ("with", "retry", ON_ERROR)
_RESERVED = (*ENDS, TRIGGER)
_TAKEN = ", ".join((*_RESERVED, *UNNAMEABLE))


def read_node(name: str, part: Part) -> Node:
    """A node as written.

    Raises:
        FlowError: it is none.
    """
    if not is_name(name) or name in _RESERVED:
        raise part.wrong(
            f"{quoted(name)} cannot name a node: lower-case letters, digits, _, and none of {_TAKEN}"
        )
    fields = part.fields(("then",), (*_OF_ANY, *_ENTRIES))
    kind = _kind(part, [kind for kind in KINDS if kind.entry in fields])
    part.fields((kind.entry, "then"), (*_OF_ANY, *kind.beside))
    routes = {outcome: read_route(target) for outcome, target in fields["then"].entries()}
    if ON_ERROR in routes:
        raise fields["then"].wrong(f"{ON_ERROR!r} is no outcome: it stands beside 'then'")
    inputs = dict(fields["with"].entries()) if "with" in fields else {}
    if len(inputs) > INPUTS_MAX:
        raise fields["with"].wrong(f"a node takes at most {INPUTS_MAX} results")
    if kind.names_inputs and (strange := [key for key in inputs if not is_name(key)]):
        raise fields["with"].wrong(f"{quoted(strange[0])} cannot name what the node takes")
    return Node(
        name=name,
        deed=kind.read(fields),
        inputs={key: source.text() for key, source in inputs.items()},
        routes=routes,
        retry=read_retry(fields["retry"]) if "retry" in fields else kind.retry,
        on_error=_on_error(fields[ON_ERROR]) if ON_ERROR in fields else None,
        line=part.line,
    )


def _on_error(part: Part) -> Route:
    route = read_route(part)
    again = {End.RETRY.value, End.WAIT.value} & {*route.targets}
    if again:
        raise part.wrong("an error leads to a node, to done or to review; 'retry' says how often it is tried")
    return route


def _kind(part: Part, found: Sequence[Kind]) -> Kind:
    if len(found) != 1:
        known = ", ".join(repr(kind.entry) for kind in KINDS)
        raise part.wrong(f"a node has exactly one of {known}, which says what it does")
    return found[0]
