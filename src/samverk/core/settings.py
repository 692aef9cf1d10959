"""Configuration: read once, typed, from the environment (`SAMVERK_…`). Knows nothing of what the values are for.

A secret can come from a file: `SAMVERK_DATABASE_URL_FILE=/run/secrets/db` is read where `SAMVERK_DATABASE_URL` is unset.
"""

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from samverk.core.errors import Invalid

_URL = r"^$|^(postgresql\+psycopg|sqlite\+aiosqlite)://"  # the drivers that there are

# What a value should have been, by the kind of error, in Swedish and English.
_WANTED = {
    "int_parsing": ("ett heltal", "a whole number"),
    "float_parsing": ("ett tal", "a number"),
    "bool_parsing": ("true eller false", "true or false"),
    "literal_error": ("ett av värdena {expected}", "one of the values {expected}"),
    "greater_than": ("större än {gt:g}", "more than {gt:g}"),
    "greater_than_equal": ("minst {ge}", "at least {ge}"),
    "less_than_equal": ("högst {le}", "at most {le}"),
    "string_pattern_mismatch": (
        "en adress som postgresql+psycopg://användare@dator/databas",
        "a URL like postgresql+psycopg://user@host/database",
    ),
}


class Settings(BaseSettings):
    """Every setting, with its default. Unknown or malformed values fail at start with their name."""

    model_config = SettingsConfigDict(env_prefix="SAMVERK_", frozen=True, ignored_types=(cached_property,))

    home: Path = Field(Path("var"), description="Where all data lies: database, ledger, index, originals, keys.")
    database_url: str = Field(
        "", repr=False, pattern=_URL, description="SQLAlchemy URL of the database. Empty: SQLite in the home folder."
    )
    database_owner_url: str = Field(
        "",
        repr=False,
        pattern=_URL,
        description="URL of the role that owns the tables, for migrations. Empty: the same as above.",
    )
    sqlite_synchronous: Literal["NORMAL", "FULL"] = Field(
        "NORMAL", description="FULL also survives a power cut, at the price of a disk flush for each write."
    )
    host: str = Field("127.0.0.1", description="The address that `serve` listens on.")
    port: int = Field(8400, ge=0, le=65535, description="The port that `serve` listens on.")
    secure_cookies: bool = Field(True, description="Cookies only over https; loopback addresses are always allowed.")
    session_hours: int = Field(12, ge=1, description="How long a log-in lasts without use, in hours.")
    upload_megabytes: int = Field(100, ge=1, description="The largest document that is accepted, in megabytes.")
    request_kilobytes: int = Field(1024, ge=16, description="The largest JSON request that is accepted, in kilobytes.")
    call_megabytes: int = Field(
        32, ge=1, description="The largest request to a model under /v1, pictures included, in megabytes."
    )
    question_characters: int = Field(
        20_000, ge=100, description="The longest question that is accepted, in characters."
    )
    ingest_workers: int = Field(2, ge=1, description="How many documents are read at once.")
    recognition_languages: str = Field(
        "swe+eng", pattern=r"^[a-z_]+(\+[a-z_]+)*$", description="Tesseract's languages for scans, the commonest first."
    )
    recognition_pages: int = Field(
        1000, ge=0, description="How many pages of a file are read by text recognition at most. 0: none."
    )
    search_index: str = Field(
        "tantivy",
        pattern=r"^[a-z_]+$",
        description="The engine of the search: tantivy, embedded, postgresql or chroma.",
    )
    chroma_url: str = Field("", description="Where a Chroma server has the index. Empty: in the home folder.")
    chroma_token: str = Field("", repr=False, description="The bearer token that this server asks for.")
    open_indexes: int = Field(32, ge=1, description="How many index readers are kept open.")
    model_timeout_seconds: float = Field(120.0, gt=0, description="How long a model may stay silent, in seconds.")
    first_byte_seconds: float = Field(
        120.0, gt=0, description="How long the first byte of an answer is waited for, in seconds."
    )
    ollama_url: str = Field("http://127.0.0.1:11434", description="Where a local Ollama is looked for. Empty: nowhere.")
    model_urls: str = Field(
        "http://127.0.0.1:8000",
        description="Where servers with OpenAI's interface (vLLM and others) are looked for, comma-separated. Empty: nowhere.",
    )
    private_networks: str = Field(
        "", description="Networks beside loopback where model servers may stand, comma-separated (10.0.0.0/8)."
    )
    source_folders: str = Field(
        "",
        description="Folders below which sources may watch folders, comma-separated; {org} is the organisation's short name.",
    )
    internal_hosts: str = Field(
        "", description="Hosts in closed networks that sources may be fetched from, comma-separated (moln.ort.se:8443)."
    )
    crawl_contact: str = Field(
        "", description="Whom the owner of a fetched web site can turn to: an address for web or e-mail."
    )
    otlp_url: str = Field("", description="Where records of calls go by OTLP/HTTP: a receiver's address for traces.")
    otlp_headers: str = Field("", repr=False, description="Headers for that receiver: Authorization=Bearer …,X-Name=…")
    helicone_url: str = Field("", description="Where records of calls go in Helicone's format for custom models.")
    helicone_key: str = Field("", repr=False, description="The key for that receiver.")
    export_content: bool = Field(
        False, description="Whether exporters also tell what was asked and answered, where kept."
    )
    metrics_token: str = Field(
        "", repr=False, description="The token that /metrics asks for. Empty: there is no /metrics."
    )
    secret_key: str = Field("", repr=False, description="Key for secrets at rest. Empty: made once in the home folder.")
    log_level: Literal["debug", "info", "warning", "error", "critical"] = Field(
        "info", description="How much is logged."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_files(cls, values: dict[str, object]) -> dict[str, object]:
        for name in cls.model_fields:
            path = os.environ.get(f"SAMVERK_{name.upper()}_FILE")
            if path and name not in values:
                values[name] = _read_secret(f"SAMVERK_{name.upper()}_FILE", Path(path))
        return values

    @property
    def main_url(self) -> str:
        """The database of the organisations."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.home / 'samverk.db').resolve()}"

    @property
    def ledger_url(self) -> str:
        """The ledger: a file of its own on SQLite, so that other writes never block it."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.home / 'ledger.db').resolve()}"

    @cached_property
    def master_key(self) -> str:
        """The key for secrets at rest; made once, readable by its owner alone, where none is set."""
        if self.secret_key:
            return self.secret_key
        path = self.home / "secret.key"
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(32))
        except FileExistsError:
            pass  # somebody was here before: theirs is the key
        return path.read_text(encoding="utf-8").strip()


def load() -> Settings:
    """The settings of this process; makes the home folder. Raises Invalid naming what is wrong."""
    try:
        settings = Settings()
        settings.home.mkdir(parents=True, exist_ok=True)
    except ValidationError as error:
        raise _wrong(error) from error
    except OSError as error:
        raise Invalid(
            sv=f"Mappen {error.filename}, som SAMVERK_HOME anger, går inte att skapa.",
            en=f"The folder {error.filename}, which SAMVERK_HOME names, cannot be made.",
        ) from error
    return settings


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(
            sv=f"Filen {path}, som {name} anger, går inte att läsa.",
            en=f"The file {path}, which {name} names, cannot be read.",
        ) from error


def _wrong(error: ValidationError) -> Invalid:
    """The first thing that is wrong with the settings. The value itself is not told: it may be a secret."""
    first = error.errors()[0]
    name = f"SAMVERK_{'_'.join(str(part) for part in first['loc']).upper()}"
    sv, en = (wanted.format(**first.get("ctx", {})) for wanted in _WANTED.get(first["type"], (first["msg"],) * 2))
    sv = sv.replace(" or ", " eller ")
    return Invalid(sv=f"Inställningen {name} ska vara {sv}.", en=f"The setting {name} must be {en}.")
