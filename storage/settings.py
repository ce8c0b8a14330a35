"""Every setting of every process, read once at the start from ``PATRAVALI_…`` variables.

A setting may come from a file: ``PATRAVALI_DATABASE_URL_FILE=/run/secrets/db`` reads the value there, so
that no secret stands in a process's environment. A variable that no setting knows stops the start.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "PATRAVALI_"
_NO_ADDRESS: Final = (
    "this is no address such as postgresql://user:password@host:5432/database "
    "(in a password, what is no letter or digit is written as %40 for @)"
)

_NO_KEY: Final = "this is no key: 32 random bytes in base64, such as “openssl rand -base64 32” writes"


SHORTEST_KEY: Final = 32


class SettingsFault(Exception):
    """A setting is unknown or unusable; the message names it and says what it takes."""


class Settings(BaseSettings):
    """The settings; the description of a field is its line in the documented table."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data: Path = Field(Path(".patravali"), description="folder of the embedded stack's data")
    practice: bool = Field(False, description="a practice office: its database is marked so when it is made")

    database_url: SecretStr = Field(SecretStr(""), description="PostgreSQL, as the role of the application")
    database_direct_url: SecretStr = Field(
        SecretStr(""), description="the same without a pooler, for LISTEN and session locks"
    )
    database_owner_url: SecretStr = Field(SecretStr(""), description="PostgreSQL, as the owner; only migrate")
    database_reader_url: SecretStr = Field(SecretStr(""), description="PostgreSQL, as the role that only reads")
    database_signer_url: SecretStr = Field(
        SecretStr(""),
        description="PostgreSQL, as the role that keeps checkpoints; only schedules and audit commands need it",
    )
    database_destroyer_url: SecretStr = Field(
        SecretStr(""), description="PostgreSQL, as the role that erases; only patravali erase needs it"
    )
    database_admin_url: SecretStr = Field(
        SecretStr(""), description="PostgreSQL, as its administrator; only database prepare needs it"
    )
    database_pool: int = Field(10, ge=2, le=100, description="connections a process keeps")

    prefect_url: str = Field("", description="Prefect's API, ending in /api; empty: no record in Prefect")
    prefect_auth: SecretStr = Field(SecretStr(""), description="Prefect's auth string, user:password")
    prefect_database_url: SecretStr = Field(
        SecretStr(""), description="PostgreSQL of Prefect's own server; only prefect and database prepare need it"
    )
    prefect_redis_url: SecretStr = Field(
        SecretStr(""),
        description="redis://:password@host:port/0 through which Prefect's servers speak; only prefect needs it",
    )

    documents_dir: Path | None = Field(None, description="folder of documents (default: DATA/documents)")
    s3_endpoint: str = Field("", description="host:port of an S3 server; empty: the folder is used")
    s3_bucket: str = Field(
        "patravali", pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", description="bucket of the documents"
    )
    s3_access_key: SecretStr = Field(SecretStr(""), description="access key")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="secret key")
    s3_admin_access_key: SecretStr = Field(
        SecretStr(""), description="access key of MinIO's administrator; only documents prepare needs it"
    )
    s3_admin_secret_key: SecretStr = Field(SecretStr(""), description="its secret key")
    s3_destroyer_access_key: SecretStr = Field(
        SecretStr(""), description="access key of who may lift a lock in the S3 server; only erase needs it"
    )
    s3_destroyer_secret_key: SecretStr = Field(SecretStr(""), description="its secret key")
    s3_secure: bool = Field(True, description="speak TLS to the S3 server")
    s3_region: str = Field("us-east-1", description="region that the S3 server signs for")
    s3_public_url: str = Field(
        "", description="http(s)://host:port of the S3 server for browsers (default: s3_endpoint)"
    )
    document_max_bytes: int = Field(250_000_000, ge=1, description="largest document accepted, bytes")

    api_host: str = Field("127.0.0.1", description="address that the API listens on")
    api_port: int = Field(
        8000,
        ge=0,
        le=65535,
        description="port that the API listens on; embedded: another if 8000 is taken and none is set (0: any)",
    )
    trusted_proxies: str = Field(
        "",
        description="addresses of reverse proxies, with commas, that say who calls (X-Forwarded-For, -Proto)",
    )
    session_hours: int = Field(9, ge=1, le=24, description="hours a log-in lasts")

    smtp_host: str = Field(
        "", description="mail server; empty: no e-mail is sent, and the API takes no letter that is to go by it"
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="port of the mail server")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="starttls, tls, or none (only for a mail server on this machine)"
    )
    smtp_user: str = Field("", description="log-in at the mail server; empty: none")
    smtp_password: SecretStr = Field(SecretStr(""), description="its password")
    mail_from: str = Field("", description="address that e-mails come from; needed with a mail server")
    mail_reply_to: str = Field("", description="address for replies (default: mail_from)")
    sms_gateway_file: Path | None = Field(
        None, description="YAML file that describes the SMS gateway; empty: no SMS is sent"
    )
    webhook_key: SecretStr = Field(
        SecretStr(""),
        description="at least 32 characters, from which each webhook's secret follows; empty: none is sent",
    )
    webhook_networks: str = Field(
        "", description="private addresses or networks, with commas, that webhooks may call nevertheless"
    )
    gateway_ca_file: Path | None = Field(
        None, description="certificates (PEM) that gateways are believed by, beside the system's"
    )

    checkpoint_key_file: Path | None = Field(
        None,
        description="Ed25519 private key (PEM) that signs checkpoints; only schedules and audit commands need it",
    )
    backup_passphrase: SecretStr = Field(
        SecretStr(""), description="seals the keys in a backup, and opens them; best given as a file"
    )
    backup_recipient: str = Field(
        "", description="age public key (age1…) of who may open the keys in a backup; instead of a passphrase"
    )
    second_factor_key: SecretStr = Field(
        SecretStr(""),
        description="32 bytes in base64: encrypts the secrets of second factors; only the API needs it",
    )
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="least level logged")

    @field_validator(
        "database_url",
        "database_direct_url",
        "database_owner_url",
        "database_reader_url",
        "database_destroyer_url",
        "database_signer_url",
        "database_admin_url",
        "prefect_database_url",
    )
    @classmethod
    def _is_address(cls, given: SecretStr) -> SecretStr:
        if given.get_secret_value() and not _is_database_address(given.get_secret_value()):
            raise PydanticCustomError("address", _NO_ADDRESS)
        return given

    @field_validator("second_factor_key")
    @classmethod
    def _is_key(cls, given: SecretStr) -> SecretStr:
        if given.get_secret_value() and not _is_32_bytes(given.get_secret_value()):
            raise PydanticCustomError("key", _NO_KEY)
        return given

    @property
    def documents_folder(self) -> Path:
        return self.documents_dir or self.data / "documents"

    @field_validator("webhook_key")
    @classmethod
    def _is_long(cls, given: SecretStr) -> SecretStr:
        if given.get_secret_value() and len(given.get_secret_value()) < SHORTEST_KEY:
            raise PydanticCustomError("key", "a key has at least {least} characters", {"least": SHORTEST_KEY})
        return given

    @property
    def channels(self) -> frozenset[str]:
        """The ways to the outside that are configured: an API that is to cause messages is told them too."""
        configured = {
            "email": bool(self.smtp_host),
            "sms": self.sms_gateway_file is not None,
            "webhook": bool(self.webhook_key.get_secret_value()),
        }
        return frozenset(name for name, there in configured.items() if there)

    @property
    def asked_api_port(self) -> int | None:
        """The API's port where somebody set one."""
        return self.api_port if "api_port" in self.model_fields_set else None

    @property
    def direct_url(self) -> str:
        return self.database_direct_url.get_secret_value() or self.database_url.get_secret_value()


def _is_database_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme == "postgresql" and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is no number
        return False


def _is_32_bytes(text: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text.encode())) == 32
    except ValueError:
        return False


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Raises SettingsFault for a variable that no setting knows, a file that cannot be read, a bad value.
    """
    values = _given(os.environ if environ is None else environ)
    try:
        return Settings.model_validate(values)
    except ValidationError as fault:
        first = fault.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingsFault(f"{name}: {first['msg']}") from None


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX):
            continue
        field = name.removeprefix(PREFIX).lower()
        plain = field.removesuffix("_file")
        if field in Settings.model_fields:
            values[field] = value
        elif plain != field and plain in Settings.model_fields:
            if PREFIX + plain.upper() in environ:
                raise SettingsFault(f"{name}: {PREFIX}{plain.upper()} is set too; leave one of them out")
            values[plain] = _secret(name, value)
        else:
            raise SettingsFault(f"{name}: no such setting; README lists them")
    return values


def _secret(name: str, path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except OSError as fault:
        raise SettingsFault(f"{name}: cannot be read: {fault.strerror}") from None
