"""The embedded PostgreSQL: nobody without a password, and nothing lost however it ends."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from infra.database_roles import ROLES, Role
from infra.local_stack import postgres_home
from infra.local_stack.kept import PortTaken, free_port, kept_port, only_port, preferred_port
from infra.local_stack.postgres import EmbeddedPostgres
from infra.local_stack.postgres_home import MODULE, PostgresFault, remove_elsewhere


@pytest.fixture
def own(open_folder: Path, request: pytest.FixtureRequest) -> Iterator[EmbeddedPostgres]:
    """A server of the test's own, to be killed at will."""
    folder = open_folder / request.node.name[:40]
    server = EmbeddedPostgres(folder)
    server.start()
    yield server
    server.stop()


def value(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None


def write_row(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url("owner")) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (41)")


def eventually(condition: Callable[[], bool], what: str, limit: float = 20.0) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.01)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_in_with_its_own_password_only(postgres: EmbeddedPostgres, role: Role) -> None:
    other: Role = "app" if role != "app" else "reader"
    right, wrong = postgres.url(role), postgres.url(other).replace(f"patravali_{other}", f"patravali_{role}")
    assert value(right, "SELECT session_user") == f"patravali_{role}"
    for url in (wrong, right.replace(right.split(":")[2].split("@")[0], "")):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url)


def test_the_administrator_needs_a_password_too(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{postgres.port}/postgres")


def test_scram_is_the_only_way_in(postgres: EmbeddedPostgres) -> None:
    methods = "SELECT array_agg(DISTINCT auth_method ORDER BY auth_method) FROM pg_hba_file_rules"
    assert value(postgres.admin_url, methods) == ["scram-sha-256"]
    others = "SELECT count(*) FROM pg_authid WHERE rolcanlogin AND rolpassword NOT LIKE 'SCRAM-SHA-256$%'"
    assert value(postgres.admin_url, others) == 0


def test_no_role_of_the_office_has_power_over_the_server(postgres: EmbeddedPostgres) -> None:
    mighty = """SELECT count(*) FROM pg_roles WHERE rolname LIKE 'patravali%'
                AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)"""
    assert value(postgres.admin_url, mighty) == 0


def test_it_listens_on_the_loopback_address_only(postgres: EmbeddedPostgres) -> None:
    listening = [c.laddr.ip for c in psutil.Process(postgres.pid).net_connections("all") if c.status == "LISTEN"]
    assert listening == ["127.0.0.1"]
    assert value(postgres.admin_url, "SHOW unix_socket_directories") == ""


def test_passwords_are_readable_by_their_owner_only(postgres: EmbeddedPostgres) -> None:
    secrets = postgres.folder / "secrets"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in secrets.iterdir()} == {0o600}


def test_no_password_reaches_the_log(own: EmbeddedPostgres) -> None:
    passwords = [file.read_text() for file in (own.folder / "secrets").iterdir() if file.name != "port"]
    with psycopg.connect(own.admin_url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("SELECT pg_reload_conf()")
        eventually(lambda: value(own.admin_url, "SHOW log_statement") == "all", "the setting is in force")
        connection.execute("DROP ROLE patravali_destroyer")
    own.ensure_roles()
    log = own.log.read_text()
    assert "CREATE ROLE" in log
    assert not [password for password in passwords if password in log]


@pytest.mark.parametrize("role", ["app", "signer"])
def test_who_writes_waits_for_nothing_for_ever(postgres: EmbeddedPostgres, role: Role) -> None:
    shown = {
        name: value(postgres.url(role), f"SHOW {name}")
        for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    }
    assert shown == {
        "lock_timeout": "5s",
        "statement_timeout": "15s",
        "idle_in_transaction_session_timeout": "30s",
    }


def test_texts_are_utf8_and_sort_the_same_on_every_machine(postgres: EmbeddedPostgres) -> None:
    kind = "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'patravali'"
    assert value(postgres.url("reader"), kind) == "UTF8"
    # By code point, whatever a language would say, and beyond what two bytes hold.
    words = "SELECT array_agg(w ORDER BY w) FROM unnest(array['ऋ', 'b', 'क', 'a', '𑀓', 'B', 'ﬁ']) w"
    assert value(postgres.url("reader"), words) == sorted(["ऋ", "b", "क", "a", "𑀓", "B", "ﬁ"])


def test_a_stopped_server_goes_on_with_its_data_port_and_passwords(own: EmbeddedPostgres) -> None:
    write_row(own)
    before = own.url("owner")
    own.stop()
    again = EmbeddedPostgres(own.folder)
    again.start()
    try:
        assert again.url("owner") == before
        assert value(before, "SELECT n FROM kept") == 41
    finally:
        again.stop()


def test_a_killed_server_has_all_that_was_committed(own: EmbeddedPostgres) -> None:
    write_row(own)
    own.kill()
    own.start()
    assert value(own.url("owner"), "SELECT n FROM kept") == 41


def test_a_start_waits_for_the_backends_of_a_killed_server(own: EmbeddedPostgres) -> None:
    with psycopg.connect(own.url("app")) as connection:
        backend = psutil.Process(connection.info.backend_pid)
        backend.suspend()
        own.kill()
        assert backend.pid in own.leftovers()
        assert not own.way_is_clear()
        restart = threading.Thread(target=own.prepare)
        restart.start()
        assert restart.is_alive()
        backend.resume()
        restart.join(20)
    assert own.leftovers() == []
    own.start()
    assert own.ready()


def test_a_pid_file_whose_number_is_another_process_by_now_does_not_stop_a_start(own: EmbeddedPostgres) -> None:
    pid_file = own.part().argv[2] + "/postmaster.pid"
    own.kill()
    lines = Path(pid_file).read_text().splitlines()
    Path(pid_file).write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    own.start()
    assert own.ready()


def test_a_half_made_cluster_is_made_anew(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / "half")
    draft = server.folder / "cluster.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    server.start()
    try:
        assert server.ready()
        assert not draft.exists()
    finally:
        server.stop()


def test_data_of_another_version_is_refused_with_the_way_out(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / "other")
    (server.folder / "cluster").mkdir(parents=True)
    (server.folder / "cluster" / "PG_VERSION").write_text("16\n")
    with pytest.raises(PostgresFault, match=r"PostgreSQL 16.*dump it"):
        server.prepare()


def test_a_server_that_cannot_start_says_what_its_log_says(own: EmbeddedPostgres) -> None:
    cluster = Path(own.part().argv[2])
    own.stop()
    (cluster / "global" / "pg_control").rename(cluster / "global" / "pg_control.away")
    with pytest.raises(PostgresFault, match="pg_control"):
        own.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another user")
def test_as_root_it_runs_as_a_system_user(postgres: EmbeddedPostgres) -> None:
    assert psutil.Process(postgres.pid).username() == "patravali"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that its system user cannot enter")
def test_as_root_what_lies_in_a_folder_closed_to_others_is_put_elsewhere(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = open_folder / "elsewhere"
    monkeypatch.setattr(postgres_home, "ELSEWHERE", elsewhere)
    _install_in(tmp_path, monkeypatch)
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.start()
    try:
        write_row(server)
        server.kill()
        server.start()
        assert value(server.url("owner"), "SELECT n FROM kept") == 41
        programs, cluster = Path(server.part().argv[0]), Path(server.part().argv[2])
        assert programs.is_relative_to(elsewhere)
        assert cluster.is_relative_to(elsewhere)
    finally:
        server.stop()
    remove_elsewhere(server.folder)
    assert not cluster.exists()


def _install_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the programs found in a folder that only root enters, like a checkout in root's home."""
    folder.chmod(0o700)
    spec = importlib.util.find_spec(MODULE)
    assert spec is not None
    assert spec.origin is not None
    installed = Path(spec.origin).parent
    for name in (MODULE, f"{MODULE}.libs"):
        (folder / name).symlink_to(installed.parent / name)
    monkeypatch.syspath_prepend(folder)


def test_a_kept_port_stays_while_it_is_free(tmp_path: Path) -> None:
    port = kept_port(tmp_path / "port")
    assert kept_port(tmp_path / "port", preferred=port + 1) == port


def test_a_preferred_port_is_gone_back_to_once_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "port"
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        wanted = stranger.getsockname()[1]
        other = preferred_port(path, wanted)
        assert other != wanted
        assert preferred_port(path, wanted) == other
    assert preferred_port(path, wanted) == wanted
    assert kept_port(tmp_path / "next", preferred=wanted) != wanted, "it is reserved from the choice on"


def test_a_port_that_was_asked_for_is_the_only_one(tmp_path: Path) -> None:
    path = tmp_path / "port"
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        wanted = stranger.getsockname()[1]
        with pytest.raises(
            PortTaken, match=f"THE_PORT asks for port {wanted}, and another program has it; free it"
        ):
            only_port(path, wanted, "THE_PORT")
    assert only_port(path, wanted, "THE_PORT") == wanted


def test_two_that_start_at_once_never_get_one_port(tmp_path: Path) -> None:
    """Neither listens yet, so the port itself looks free to the second."""
    first = kept_port(tmp_path / "one" / "port")
    assert kept_port(tmp_path / "two" / "port", preferred=first) != first
    free_port(tmp_path / "one" / "port")
    assert kept_port(tmp_path / "three" / "port", preferred=first) == first


def test_a_reservation_goes_with_its_process(tmp_path: Path) -> None:
    keep = "import sys; from pathlib import Path; from infra.local_stack.kept import kept_port\n"
    keep += "print(kept_port(Path(sys.argv[1])), flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", keep, str(tmp_path / "other")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        port = int(other.stdout.readline())
        assert kept_port(tmp_path / "ours", preferred=port) != port
        other.kill()
    assert kept_port(tmp_path / "again", preferred=port) == port


def test_it_dies_with_a_killed_parent(open_folder: Path) -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        server = EmbeddedPostgres(open_folder / "orphan")
        server.start()
        os.write(writer, str(server.pid).encode())
        signal.pause()
    postmaster = psutil.Process(int(os.read(reader, 20)))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    eventually(lambda: not postmaster.is_running() or postmaster.status() == "zombie", "the server ended")
