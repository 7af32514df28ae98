from __future__ import annotations

import os
import subprocess

from counterfoil.runtime.process_identity import ProcessIdentity, host_name, is_gone, start_of, this_process
from counterfoil.runtime.recovery import dead_workers
from counterfoil.store.workers import WorkerRow


def test_this_process_lives() -> None:
    me = this_process()
    assert (me.pid, me.host) == (os.getpid(), host_name())
    assert not is_gone(me)


def test_a_process_id_used_again_is_another_process() -> None:
    me = this_process()
    assert is_gone(ProcessIdentity(me.host, me.pid, me.started + "0"))


def test_an_ended_process_is_gone_even_while_nobody_has_buried_it() -> None:
    process = subprocess.Popen(["true"])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert start_of(process.pid) is None
    process.wait()
    assert start_of(process.pid) is None


def test_only_workers_whose_process_ended_are_dead() -> None:
    me = this_process()
    rows = [
        WorkerRow(id=name, engine_worker=1, host=me.host, pid=me.pid, process_started=started)
        for name, started in (("alive", me.started), ("reused", "1"))
    ]
    assert [row.id for row in dead_workers(rows)] == ["reused"]
