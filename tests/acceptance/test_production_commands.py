"""The commands of the compose file, in its order and with its variables, on PostgreSQL 15 and a real MinIO.

Docker is not needed: what a container would be told is read from the file, and the same command is run here with
the secrets that ``make-secrets`` makes. What differs is only where the servers are.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from minio import Minio
from minio.commonconfig import GOVERNANCE
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.retention import Retention

from infra.local_stack.kept import kept_port
from infra.local_stack.part import answers, end, last_lines, launch, plain_environment
from infra.local_stack.postgres import EmbeddedPostgres
from infra.minio.server import MinioServer
from storage.documents.errors import BlobRetained, StoreAway
from storage.documents.minio_store import MinioStore, S3Address
from tests.factories.audited_office import OnDisk
from tests.factories.engines import NOBODY
from tests.factories.office_processes import spawned
from tests.factories.production_files import Told, make_secrets, processes_of_compose
from tests.factories.waiting import until
from tests.fixtures.postgres import programs_of_debian


class Production:
    """The secrets of an office, and what is run with them."""

    def __init__(self, folder: Path, server: EmbeddedPostgres, minio: MinioServer) -> None:
        self.folder, self.minio = folder, minio
        self.secrets, self.told = make_secrets(folder), processes_of_compose()
        for path in self.secrets.iterdir():
            there = path.read_text("utf-8").replace("@postgres:5432/", f"@127.0.0.1:{server.port}/")
            self._put(path.name, there)
        self._put("database_admin_url", server.admin_url)
        self._put("s3_admin_access_key", minio.access_key)
        self._put("s3_admin_secret_key", minio.secret_key)
        self.api_port = kept_port(folder / "port")

    def _put(self, name: str, value: str) -> None:
        path = self.secrets / name
        path.chmod(0o600)
        path.write_text(value, "utf-8")

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text("utf-8").strip()

    def environment(self, told: Told) -> dict[str, str]:
        """What the file tells the service, with the places of this machine."""
        here = {name: str(self.secrets / secret) for name, secret in told.secret_files.items()}
        places = {
            "PATRAVALI_DATA": str(self.folder / told.name),
            "PATRAVALI_S3_ENDPOINT": self.minio.endpoint,
            "PATRAVALI_API_HOST": "127.0.0.1",
            "PATRAVALI_API_PORT": str(self.api_port),
            "PATRAVALI_PREFECT_URL": NOBODY,
        }
        known = {name: value for name, value in places.items() if name in told.environment}
        return {**told.environment, **here, **known}

    def run(self, service: str, *words: str) -> str:
        """Runs a service's command, or another one in its place, until it ends well; answers what it said."""
        told = self.told[service]
        ended = subprocess.run(
            [sys.executable, "-m", "infra.cli", *(words or told.words)],
            env={**plain_environment(), **self.environment(told)},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert ended.returncode == 0, ended.stderr + ended.stdout
        return ended.stdout


@pytest.fixture(scope="module")
def empty_server(open_folder: Path) -> Iterator[EmbeddedPostgres]:
    """PostgreSQL 15 as it comes: an administrator and nothing of the office."""
    server = EmbeddedPostgres(open_folder / "postgres-empty", programs_of_debian())
    server.prepare()
    part = server.part()
    process = launch(part, server.log)
    try:
        while not server.ready():
            assert process.poll() is None, last_lines(server.log)
        yield server
    finally:
        end(process, part.stop_signal, 30.0)


@pytest.fixture(scope="module")
def production(
    empty_server: EmbeddedPostgres, minio_server: MinioServer, tmp_path_factory: pytest.TempPathFactory
) -> Production:
    """The jobs of a first start have run, in the file's order."""
    made = Production(tmp_path_factory.mktemp("production"), empty_server, minio_server)
    assert "patravali_owner" in made.run("database")
    for job in ("migrate", "store", "prefect-schema"):
        made.run(job)
    made.run("operator", "office", "create", "--name-en", "An office", "--name-hi", "एक कार्यालय")
    made.run("operator", "structure", "add-department", "REV", "--name-en", "Revenue", "--name-hi", "राजस्व")
    return made


def value(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


@pytest.mark.parametrize("job", ["database", "migrate", "store"])
def test_a_job_changes_nothing_the_second_time(production: Production, job: str) -> None:
    said = production.run(job)
    assert any(word in said for word in ("already", "ready"))


def test_roles_have_their_limits_and_no_power_over_the_server(production: Production) -> None:
    app = production.secret("database_url")
    assert value(app, "show statement_timeout") == "15s"
    assert value(app, "show plan_cache_mode") == "force_generic_plan"
    mighty = """select count(*) from pg_roles where (rolname like 'patravali%' or rolname = 'prefect')
        and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)"""
    assert value(app, mighty) == 0
    assert value(app, "select rolcanlogin from pg_roles where rolname = 'patravali_destroyer'") is True


def test_prefect_s_schema_is_in_a_database_of_its_own(production: Production) -> None:
    there = production.secret("prefect_database_url")
    assert value(there, "select count(*) from pg_extension where extname = 'pg_trgm'") == 1
    assert value(there, "select to_regclass('flow_run') is not null") is True
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        value(f"{there.removesuffix('prefect')}patravali", "select 1 from docket")


def test_the_office_s_keys_cannot_lift_a_lock_nor_make_a_bucket(production: Production) -> None:
    keys = {name: production.secret(f"s3_{name}") for name in ("access_key", "secret_key")}
    client = Minio(endpoint=production.minio.endpoint, secure=False, region="us-east-1", **keys)
    until_then = Retention(GOVERNANCE, datetime.now(UTC) + timedelta(days=1))
    put = client.put_object(
        bucket_name="patravali", object_name="held", data=BytesIO(b"x"), length=1, retention=until_then
    )
    with pytest.raises(S3Error, match="AccessDenied"):
        client.make_bucket(bucket_name="another")
    refused = list(
        client.remove_objects(
            bucket_name="patravali",
            delete_object_list=[DeleteObject("held", put.version_id)],
            bypass_governance_mode=True,
        )
    )
    assert [fault.name for fault in refused] == ["held"]
    assert client.stat_object(bucket_name="patravali", object_name="held", version_id=put.version_id).size == 1


async def test_who_erases_lifts_a_lock_and_puts_nothing(production: Production) -> None:
    """With the keys that the job alone is given, which the first start made."""
    stores: dict[str, MinioStore] = {}
    for whose in ("s3", "s3_destroyer"):
        keys = {name: production.secret(f"{whose}_{name}") for name in ("access_key", "secret_key")}
        stores[whose] = MinioStore(S3Address(production.minio.endpoint, "patravali", **keys, secure=False))
    content, path = b"held", production.folder / "held"
    path.write_bytes(content)
    upload = OnDisk(path, sha256(content).hexdigest(), len(content))
    await stores["s3"].put(upload)
    await stores["s3"].retain_until(upload.sha256, datetime.now(UTC) + timedelta(days=365))
    with pytest.raises(BlobRetained):
        await stores["s3"].destroy(upload.sha256, despite_retention=True)
    with pytest.raises(BlobRetained):
        await stores["s3_destroyer"].destroy(upload.sha256)
    assert await stores["s3_destroyer"].destroy(upload.sha256, despite_retention=True) == 1
    with pytest.raises(StoreAway):
        await stores["s3_destroyer"].put(upload)
    for store in stores.values():
        await store.close()


def test_the_eraser_runs_with_what_the_file_tells_it(production: Production) -> None:
    assert "Nothing was ever signed" in production.run("eraser")


async def test_what_serves_gets_ready_with_what_the_file_tells_it(production: Production) -> None:
    with ExitStack() as held:
        for name in ("api", "engine", "schedules"):
            told, log = production.told[name], production.folder / f"{name}.log"
            held.enter_context(spawned(told.words, production.environment(told), log))
        for name in ("engine", "schedules"):
            ready = production.folder / name / f"{name}.ready"
            await until(ready.exists, f"{name} is ready", limit=90)
        await until(
            lambda: answers(f"http://127.0.0.1:{production.api_port}/readyz"),
            "the API is ready",
            limit=60,
            every=0.1,
        )


def test_a_backup_is_made_and_can_be_restored(production: Production) -> None:
    folder = production.folder / "backups" / datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    folder.parent.mkdir()
    command, place = production.told["backup"].words
    assert place.startswith("/backups/$(date")
    assert "with" in production.run("backup", command, str(folder)).lower()
    checked = json.loads(production.run("operator", "restore", "--check", str(folder), "--json"))
    assert checked["ok"] is True
    assert os.listdir(folder)
