"""``patravali documents prepare``: the bucket of the documents and its user, in a MinIO of one's own."""

from __future__ import annotations

import asyncio

import typer

from infra.commands.operator import CommandFault, Json, answer, faults_told, needed, operator_settings
from storage.settings import PREFIX, Settings, SettingsFault

documents = typer.Typer(help="The store of documents.", no_args_is_help=True)


@documents.callback()
def _documents() -> None:
    """The store of documents."""


@documents.command()
def prepare(as_json: Json = False) -> None:
    """Make the bucket with versions and object lock, and the office's user there; done twice it changes nothing.

    Needs the keys of MinIO's administrator (PATRAVALI_S3_ADMIN_…) and those that the user is to have. With
    PATRAVALI_S3_DESTROYER_… it makes the user of “patravali erase” too, who alone may lift a lock.
    """
    from minio.error import MinioAdminException  # noqa: PLC0415 - after --help

    from infra.commands.reaching import store_told  # noqa: PLC0415 - after --help
    from infra.minio.prepare import prepare as make_ready  # noqa: PLC0415 - after --help
    from storage.documents.opening import s3_address  # noqa: PLC0415 - after --help

    with faults_told(SettingsFault, MinioAdminException, as_json=as_json):
        settings = operator_settings()
        if not settings.s3_endpoint:
            raise CommandFault(f"{PREFIX}S3_ENDPOINT is not set: documents lie in a folder, which needs no making")
        keys = [
            needed(settings, f"s3_{whose}_key") for whose in ("access", "secret", "admin_access", "admin_secret")
        ]
        with store_told(settings, settings.documents_folder):
            asyncio.run(make_ready(s3_address(settings), keys[2], keys[3], _destroyer(settings)))
        answer(f"Bucket {settings.s3_bucket} and its user are ready.", {"bucket": settings.s3_bucket}, as_json)


def _destroyer(settings: Settings) -> tuple[str, str] | None:
    """The keys of who erases, where any are given. Raises CommandFault where one of both is missing."""
    names = ("s3_destroyer_access_key", "s3_destroyer_secret_key")
    if not any(getattr(settings, name).get_secret_value() for name in names):
        return None
    return needed(settings, names[0]), needed(settings, names[1])
