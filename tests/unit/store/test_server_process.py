from __future__ import annotations

from counterfoil.store.server_process import PidFile, parse_pid_file

READY = "10595\n/data/cluster\n1795399040\n5432\n/data/socket\n\n  2146506         4\nready   \n"


def test_a_running_servers_lines_are_read() -> None:
    assert parse_pid_file(READY) == PidFile(10595, 1795399040, 5432, "/data/socket", "ready")


def test_lines_still_being_written_are_not_a_server() -> None:
    assert parse_pid_file("") is None
    assert parse_pid_file("10595\n/data/cluster\n") is None


def test_a_server_that_has_not_said_its_status_is_known_but_not_ready() -> None:
    said = parse_pid_file("10595\n/data/cluster\n1795399040\n5432\n")
    assert said is not None
    assert (said.pid, said.status) == (10595, "")
