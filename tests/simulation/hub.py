"""One process of the hub: the real loops, worker, interpreter and operations over faulty ports."""

from __future__ import annotations

from typing import Any

from counterfoil.domain.identifiers import TransactionId
from counterfoil.flows.definition import Flow
from counterfoil.flows.triggers.schedule import ScheduleTrigger
from counterfoil.flows.validate import read_flow
from counterfoil.ports.catalogue import Catalogue
from counterfoil.ports.engine import Outcome
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.run_store import Run
from counterfoil.runtime.cashier import Account, GatewayCashier, Till
from counterfoil.runtime.confirm import Confirmer
from counterfoil.runtime.flow_testing.stated_systems import StatedSystems
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.memory.payers import MemoryPayers
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.operations import Site
from counterfoil.runtime.pay_links import GatewayPayLinks, LinkDesk
from counterfoil.runtime.reach import Reach, every_operation
from counterfoil.runtime.retry import RetryPolicy
from counterfoil.runtime.schedule_telling import Scheduled, ScheduleTeller
from counterfoil.runtime.settlement_polling import SettlementPoller
from counterfoil.runtime.worker import Worker
from counterfoil.runtime.write_gate import GuardedPoll
from tests.simulation.known import Known
from tests.simulation.rows import COMPANY, ENVIRONMENT, Rows
from tests.simulation.scene import BOOKS, START, Policies, Scene
from tests.support.gateway_loops import CONNECTION, GatewayLoops, LoopStores
from tests.support.simulated_gateway import MERCHANT, PACIFIC

OWN_ANSWER = "own_answer"


_CHECKED: dict[str, Flow] = {}


def checked_flow(text: str, catalogue: Catalogue) -> Flow:
    """A flow that was read and found sound, once for all seeds: no catalogue differs from another."""
    if text not in _CHECKED:
        _CHECKED[text] = read_flow(text, catalogue)
    return _CHECKED[text]


class Hub:
    """Holds nothing that its database does not: whoever kills it starts another."""

    def __init__(self, scene: Scene, name: str) -> None:
        self.name = name
        self._scene = scene
        self._rows: Rows = scene.rows
        rows, self._effects = scene.port(scene.rows), scene.port(scene.effects)
        clock = scene.clock
        self.loops = GatewayLoops(
            scene.gateway,
            LoopStores(self._effects, rows, rows),
            clock,
            START,
            heard=lambda transaction: self._hear(rows, transaction),
        )
        loops = self.loops
        self.guarded = GuardedPoll(CONNECTION, loops.gap, loops.poller, self._effects)
        self.batches = SettlementPoller(
            CONNECTION, scene.gateway, loops.polls, events=loops.events, cursors=rows, clock=clock
        )
        self.confirmer = Confirmer(CONNECTION, scene.gateway, rows, loops.events, clock)
        self.schedules = ScheduleTeller(rows, rows, clock, self._is_under_way)
        self._site = _site(scene.gateway, scene.port(scene.books), scene.policies)
        operations = every_operation(self._reach(rows))
        self._means = Means(operations=operations, events=rows)
        self.interpreter = Interpreter(rows, self._means, clock, RetryPolicy(chance=scene.chance))
        self._known: set[str] = set()
        self.worker = Worker(scene.port(scene.queue), self._carry, name=name)

    @staticmethod
    def _hear(rows: Any, transaction: TransactionId) -> None:
        rows.push(CONNECTION, transaction, OWN_ANSWER)

    def _reach(self, rows: Any) -> Reach:
        scene = self._scene
        return Reach(
            sites=lambda _run: self._site,
            store=rows,
            known=Known(scene.rows, scene.effects, scene.gateway),
            cashiers=self._cashier,
            links=lambda _run: GatewayPayLinks(
                LinkDesk(environment=ENVIRONMENT, company=COMPANY, connection=CONNECTION, currency="USD"),
                scene.gateway,  # type: ignore[arg-type] # of the hosted pages it has links alone
                self._effects,
                scene.clock,
            ),
            payers=lambda _run: MemoryPayers(),
            connections=StatedSystems().open,
        )

    def _cashier(self, run: Run) -> GatewayCashier:
        scene = self._scene
        return GatewayCashier(
            till=Till(
                environment=ENVIRONMENT,
                company=COMPANY,
                connection=CONNECTION,
                run=run.id,
                zone=PACIFIC,
                merchant=MERCHANT,
                currency="USD",
            ),
            policy=scene.policies.due,
            accounts=[Account(connection=CONNECTION, merchant=MERCHANT, gateway=scene.gateway)],
            saved=scene.methods,
            effects=self._effects,
            writes=self.loops.writes,
            clock=scene.clock,
        )

    def _carry(self, run_id: str) -> Outcome:
        version = self._rows.runs[run_id].flow_version
        if version not in self._known:
            self.interpreter.know(checked_flow(self._rows.flows[version], self._means.catalogue))
            self._known.add(version)
        return self.interpreter.carry(run_id)

    def tell_schedules(self) -> None:
        """What the clock starts of the flows that are live."""
        found = map(self._trigger, self._rows.written.live.values())
        self.schedules.tell([each for each in found if each is not None])

    def _trigger(self, version: str) -> Scheduled | None:
        flow = checked_flow(self._rows.flows[version], self._means.catalogue)
        if not isinstance(flow.trigger, ScheduleTrigger):
            return None
        return Scheduled(
            flow=flow.name,
            environment=ENVIRONMENT,
            connection=BOOKS,
            company=COMPANY,
            schedule=flow.trigger,
            live_since=START,
        )

    def _is_under_way(self, scheduled: Scheduled) -> bool:
        runs = (run for run in self._rows.runs.values() if run.flow == scheduled.flow)
        return any(run.id not in self._rows.closed for run in runs)

    def take_a_job(self) -> bool:
        """Carries one run as the engine has it; False where none is due."""
        job = self._scene.queue.fetch(self.name)
        if job is None:
            return False
        again = self._scene.turn(self, job.run)
        self._scene.queue.job_ended(job, self.name, again)
        return True


def _site(gateway: Gateway, erp: Any, policies: Policies) -> Site:
    return Site(
        gateway=gateway,
        connection=CONNECTION,
        erp=erp,
        zone=PACIFIC,
        start=START,
        ach_when_captured=policies.ach_when_captured,
        refunds=policies.refunds,
        returns=policies.returns,
        declines=policies.declines,
        settlements=policies.settlements,
        disputes=policies.disputes,
    )
