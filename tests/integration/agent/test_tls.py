"""An agent on its own over real TLS: who is let in, who is not, and how each is told."""

from __future__ import annotations

import gc
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from counterfoil.agent.gates import Scope
from counterfoil.bootstrap.agent_credentials import Credentials, open_agent
from counterfoil.bootstrap.agent_folder import AgentFolder
from counterfoil.bootstrap.remote_agents import Place, connect_remote
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.config import read_settings
from counterfoil.ports.erp import Posted
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.certificates import Pair, issue_client, issue_server, make_authority
from counterfoil.security.secrets import Secret, add_key, drop_old_keys
from tests.support.agent_apart import CLOCK, HOST, admitted, apart, new_folder, port_of_ours
from tests.support.agent_server import PausableErp
from tests.support.sagepro_books import receipt

FACT = receipt("ABC", {}, "5")
NOT_OURS = "does not take our certificate"
NOT_VERIFIED = "its certificate cannot be verified"

# The HTTP library leaves the socket of a failed connection to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _sockets() -> Iterator[None]:
    yield
    gc.collect()


@dataclass
class Apart:
    folder: AgentFolder
    site: PausableErp
    port: int


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Apart]:
    site = PausableErp(customers=["ABC"])
    with port_of_ours() as (listener, port):
        folder = new_folder(tmp_path / "agent", port=port)
        with apart(site, listener, folder):
            yield Apart(folder, site, port)


def authority_of(folder: AgentFolder) -> Pair:
    return Pair(
        certificate=(folder.folder / "authority.pem").read_text("ascii"),
        key=Secret((folder.folder / "authority-key.pem").read_text("ascii")),
    )


def refusal(credentials: Credentials) -> str:
    """What both a question and a posting are told; nothing may have been posted."""
    with closing(open_agent(credentials)) as erp:
        with pytest.raises(ConfigurationError) as asked:
            erp.find_posting(FACT.key)
        with pytest.raises(ConfigurationError):
            erp.post([FACT])
    return str(asked.value)


def test_a_caller_with_credentials_asks_and_posts(agent: Apart) -> None:
    with closing(open_agent(admitted(agent.folder), "test")) as erp:
        assert isinstance(erp.post([FACT])[0], Posted)
        assert erp.find_posting(FACT.key) == agent.site.ledger[FACT.key]
        assert erp.health()["company"] == "01"


def test_without_a_client_certificate_nobody_is_let_in(agent: Apart) -> None:
    assert NOT_OURS in refusal(replace(admitted(agent.folder), shown=None))
    assert not agent.site.ledger


def test_a_client_certificate_of_another_authority_is_refused(agent: Apart) -> None:
    other = make_authority("another", CLOCK.now())
    shown = issue_client(other, "hub", CLOCK.now(), 1)
    assert NOT_OURS in refusal(replace(admitted(agent.folder), shown=shown))
    assert not agent.site.ledger


def test_a_client_certificate_that_ended_is_refused(agent: Apart) -> None:
    shown = issue_client(authority_of(agent.folder), "hub", CLOCK.now() - timedelta(days=2), 1)
    assert NOT_OURS in refusal(replace(admitted(agent.folder), shown=shown))
    assert not agent.site.ledger


def test_a_server_s_certificate_does_not_serve_as_a_caller_s(agent: Apart) -> None:
    shown = issue_server(authority_of(agent.folder), [HOST], CLOCK.now(), 1)
    assert NOT_OURS in refusal(replace(admitted(agent.folder), shown=shown))
    assert not agent.site.ledger


def test_an_agent_of_another_authority_is_not_believed(agent: Apart) -> None:
    other = make_authority("another", CLOCK.now())
    assert NOT_VERIFIED in refusal(replace(admitted(agent.folder), authority=other.certificate))


def test_an_agent_under_another_name_is_not_believed(tmp_path: Path) -> None:
    host = "127.0.0.2"
    with port_of_ours(host) as (listener, port):
        folder = new_folder(tmp_path / "agent", port=port, host=host)
        with apart(PausableErp(), listener, folder):
            assert NOT_VERIFIED in refusal(admitted(folder))


def test_an_agent_whose_certificate_ended_is_not_believed_until_it_is_renewed(tmp_path: Path) -> None:
    with port_of_ours() as (listener, port):
        folder = new_folder(tmp_path / "agent", port=port, made_at=CLOCK.now() - timedelta(days=398))
        with apart(PausableErp(), listener, folder):
            assert NOT_VERIFIED in refusal(admitted(folder))
    folder.renew(CLOCK.now())
    with port_of_ours() as (listener, port), apart(PausableErp(), listener, folder):
        credentials = replace(admitted(folder), address=f"https://{HOST}:{port}")
        with closing(open_agent(credentials)) as erp:
            assert erp.health()["company"] == "01"


def test_a_token_that_ended_is_refused(agent: Apart) -> None:
    credentials = admitted(agent.folder, lasts=timedelta(hours=1), now=CLOCK.now() - timedelta(hours=2))
    assert "the token ended on" in refusal(credentials)
    assert not agent.site.ledger


def test_a_scope_that_is_missing_is_named(agent: Apart) -> None:
    with closing(open_agent(admitted(agent.folder, Scope.READ))) as erp:
        assert erp.find_posting(FACT.key) is None
        with pytest.raises(ConfigurationError, match="the token of hub has no scope post"):
            erp.post([FACT])
    assert not agent.site.ledger


def test_after_a_rotation_both_keys_count_until_the_older_is_dropped(agent: Apart) -> None:
    old = admitted(agent.folder)
    add_key(agent.folder.keys)
    new = admitted(agent.folder)
    with closing(open_agent(old)) as before, closing(open_agent(new)) as after:
        assert before.health() == after.health()
        drop_old_keys(agent.folder.keys)
        with pytest.raises(ConfigurationError, match="key that does not count"):
            before.health()
        assert after.health()["company"] == "01"


def test_where_no_client_certificates_are_asked_for_a_token_is_needed_all_the_same(tmp_path: Path) -> None:
    with port_of_ours() as (listener, port):
        folder = new_folder(tmp_path / "agent", port=port, client_certificates=False)
        credentials = admitted(folder)
        with apart(PausableErp(), listener, folder):
            with closing(open_agent(credentials)) as erp:
                assert erp.health()["company"] == "01"
            assert "send a token" in refusal(replace(credentials, token=Secret("guessed")))
    assert credentials.shown is None


def test_plain_http_gets_no_answer(agent: Apart) -> None:
    with socket.create_connection((HOST, agent.port), timeout=10) as plain:
        plain.sendall(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n")
        try:
            answer = plain.recv(100)
        except ConnectionError:
            answer = b""
    assert not answer.startswith(b"HTTP")


class Untold(PausableErp):
    @property
    @override
    def mode(self) -> str:
        return ""


def test_an_agent_that_does_not_say_its_mode_is_not_connected(tmp_path: Path) -> None:
    place = Place(environment="dev", name="Sage Pro", mode="test")
    with port_of_ours() as (listener, port), Workspace(read_settings(data=tmp_path / "hub")) as workspace:
        folder = new_folder(tmp_path / "agent", port=port)
        with (
            apart(Untold(), listener, folder),
            pytest.raises(ConfigurationError, match="does not say whether its books are live"),
        ):
            connect_remote(workspace, admitted(folder), place)
        assert workspace.connections.all() == []
