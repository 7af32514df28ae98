"""v1 and V3 speak of one ledger: whatever one wire does, the other one tells, in any order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from counterfoil.sandbox.paytrace.invariants import violations
from tests.unit.sandbox_paytrace.client import keyed
from tests.unit.sandbox_paytrace.v3_client import MERCHANT, V3Client, data

# Few and small, so that parts, sums and excesses meet often; 29 declines and 31 voids at once.
CENTS = st.sampled_from([29, 31, 50, 100, 150])
WIRES = st.sampled_from(["v1", "v3"])
V1_FOLLOW_UPS = {
    "capture": "/v1/transactions/authorization/capture",
    "refund": "/v1/transactions/refund/for_transaction",
    "void": "/v1/transactions/void",
}
V1_STATUS = {
    "AUTHORIZED": "Authorization Only",
    "CAPTURED": "Pending Settlement",
    "VOIDED": "VOIDED",
    "DECLINED": "DECLINED",
}


@dataclass
class Expected:
    """What a transaction must be, told by the simplest rules that could be written."""

    kind: str
    cents: int
    status: str
    refunded: int = 0
    parent: str = ""


class SandboxWires(RuleBasedStateMachine):
    """Payments and what follows them, each by whichever wire."""

    transactions = Bundle("transactions")

    @initialize()
    def start(self) -> None:
        self.client = V3Client()
        self.expected: dict[str, Expected] = {}

    @override
    def teardown(self) -> None:
        self.client.v1.ledger.close()

    @rule(target=transactions, wire=WIRES, kind=st.sampled_from(["sale", "authorization"]), cents=CENTS)
    def pay(self, wire: str, kind: str, cents: int) -> str:
        amount = f"{cents // 100}.{cents % 100:02}"
        if wire == "v1":
            paid = self.client.v1.call(f"/v1/transactions/{kind}/keyed", keyed(amount)).json()
        else:
            paid = self.client.pay(amount, kind="sale" if kind == "sale" else "authorize")
        number = str(paid["transaction_id"])
        status = {29: "DECLINED", 31: "VOIDED"}.get(cents, "CAPTURED" if kind == "sale" else "AUTHORIZED")
        self.expected[number] = Expected(kind, cents, status)
        return number

    @rule(wire=WIRES, number=transactions, cents=st.none() | CENTS)
    def capture(self, wire: str, number: str, cents: int | None) -> None:
        known = self.expected[number]
        asked = known.cents if cents is None else cents
        is_right = known.status == "AUTHORIZED" and asked <= known.cents
        assert bool(self._follow(wire, "capture", number, cents)) == is_right
        if is_right:
            known.status, known.cents = "CAPTURED", asked

    @rule(wire=WIRES, number=transactions)
    def void(self, wire: str, number: str) -> None:
        known = self.expected[number]
        is_right = known.status in {"AUTHORIZED", "CAPTURED"}
        assert bool(self._follow(wire, "void", number, None)) == is_right
        if is_right:
            known.status = "VOIDED"
            if known.parent:
                self.expected[known.parent].refunded -= known.cents

    @rule(target=transactions, wire=WIRES, number=transactions, cents=st.none() | CENTS)
    def refund(self, wire: str, number: str, cents: int | None) -> str:
        """Gives the refund's number, or the payment's own again where nothing was refunded."""
        known = self.expected[number]
        left = 0 if known.parent else known.cents - known.refunded
        asked = left if cents is None else cents
        refund = self._follow(wire, "refund", number, cents)
        assert bool(refund) == (known.status == "SETTLED" and 0 < asked <= left)
        if not refund:
            return number
        known.refunded += asked
        self.expected[refund] = Expected("refund", asked, "CAPTURED", parent=number)
        return refund

    @rule()
    def settle(self) -> None:
        self.client.v1.ok("/v1/transactions/settle")
        for known in self.expected.values():
            known.status = "SETTLED" if known.status == "CAPTURED" else known.status

    @rule(number=transactions)
    def both_wires_tell_the_same(self, number: str) -> None:
        known = self.expected[number]
        v1, v3 = self.client.v1.record(int(number)), self.client.record(number)
        assert v1["amount"] == v3["amount"] == known.cents / 100
        assert v3["status"] == known.status
        assert v1["status_message"] == V1_STATUS.get(known.status, f"GB{v3['batch_number']}")
        exported = data(self.client.post(f"/v3/transaction/export/{number}"))
        assert exported == v3

    @rule()
    def the_lists_tell_what_may_be_done(self) -> None:
        may: dict[str, Callable[[Expected], bool]] = {
            "capturable": lambda known: known.status == "AUTHORIZED",
            "voidable": lambda known: known.status in {"AUTHORIZED", "CAPTURED"},
            "refundable": lambda known: (
                known.status == "SETTLED" and not known.parent and known.refunded < known.cents
            ),
        }
        for name, is_in in may.items():
            listed = self.client.get(f"/v3/card/transactions/{name}/{MERCHANT}").json()["data"]
            wanted = [number for number, known in self.expected.items() if is_in(known)]
            assert [record["transaction_id"] for record in listed] == wanted[::-1][:50]

    @invariant()
    def the_ledger_is_sound(self) -> None:
        assert violations(self.client.v1.ledger) == []

    def _follow(self, wire: str, name: str, number: str, cents: int | None) -> str:
        """The id of what was done; nothing where it was not."""
        amount = {} if cents is None else {"amount": f"{cents // 100}.{cents % 100:02}"}
        if wire == "v1":
            answer = self.client.v1.call(V1_FOLLOW_UPS[name], {"transaction_id": number, **amount}).json()
            return str(answer["transaction_id"]) if answer["success"] else ""
        (result,) = self.client.items(name, {"transaction_id": number, **amount})
        if result["status"] != "success":
            return ""
        return str(result.get("refund_transaction_id", number))


SandboxWires.TestCase.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
TestSandboxWires = SandboxWires.TestCase
