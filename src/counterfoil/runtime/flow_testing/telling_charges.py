"""What a recorded test says of charges: when and how much, saved methods, and charges begun before."""

from __future__ import annotations

from counterfoil.domain.charge_history import PastCharge
from counterfoil.domain.consent import SavedMethod
from counterfoil.domain.due_charges import DuePolicy
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.runtime.flow_testing.masking import Mask
from counterfoil.runtime.flow_testing.stated_charges import AMOUNTS, DAYS, DECLINES
from counterfoil.runtime.flow_testing.telling import Tree, tell


def due_tree(policy: DuePolicy | None) -> dict[str, str]:
    """The entries of a test's `site`; none where the run did not ask."""
    if policy is None:
        return {}
    said = {**DAYS, **AMOUNTS, DECLINES: "declines"}
    return {name: str(getattr(policy, field)) for name, field in said.items()}


def method_tree(method: SavedMethod, mask: Mask) -> Tree:
    tree = mask.tree(tell(method))
    return tree | {"reference": mask.named("method", method.reference)}


def charge_tree(invoice: InvoiceNumber, charge: PastCharge, mask: Mask) -> Tree:
    """Its number is its place."""
    tree = mask.tree(tell(charge))
    reference = {"reference": mask.named("method", charge.reference)} if charge.reference else {}
    rest = {name: part for name, part in tree.items() if name not in {"number", "reference"}}
    return {"invoice": str(invoice)} | rest | reference
