"""Settings: from the environment or from files, and one clear error that names what is wrong."""

from pathlib import Path

import pytest

from samverk.core import settings
from samverk.core.errors import Invalid
from samverk.core.settings import Settings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAMVERK_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


def test_the_environment_is_read_and_the_home_folder_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMVERK_PORT", "9000")
    loaded = settings.load()
    assert (loaded.home, loaded.port) == (home, 9000)
    assert home.is_dir()
    assert loaded.main_url == f"sqlite+aiosqlite:///{home / 'samverk.db'}"
    assert loaded.ledger_url != loaded.main_url


def test_a_secret_can_come_from_a_file_and_the_variable_itself_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("från fil\n", encoding="utf-8")
    monkeypatch.setenv("SAMVERK_SECRET_KEY_FILE", str(secret))
    assert settings.load().secret_key == "från fil"
    monkeypatch.setenv("SAMVERK_SECRET_KEY", "direkt")
    assert settings.load().master_key == "direkt"


def test_one_database_serves_both_on_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMVERK_DATABASE_URL", "postgresql+psycopg://app@db.example/samverk")
    loaded = settings.load()
    assert loaded.main_url == loaded.ledger_url == "postgresql+psycopg://app@db.example/samverk"
    assert "db.example" not in repr(loaded)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAMVERK_PORT", "åtta"),
        ("SAMVERK_PORT", "65536"),
        ("SAMVERK_SQLITE_SYNCHRONOUS", "OFF"),
        ("SAMVERK_UPLOAD_MEGABYTES", "0"),
        ("SAMVERK_SECURE_COOKIES", "kanske"),
        ("SAMVERK_LOG_LEVEL", "loud"),
    ],
)
def test_a_malformed_value_is_told_by_its_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Invalid) as caught:
        settings.load()
    assert f"{name} " in caught.value.en.replace(":", " ")
    assert "\n" not in caught.value.en


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "no text"])
def test_a_file_that_cannot_be_read_is_told_by_the_variable_that_names_it(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("SAMVERK_SECRET_KEY_FILE", str(path))
    with pytest.raises(Invalid, match="SAMVERK_SECRET_KEY_FILE"):
        settings.load()


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv("SAMVERK_HOME", str(tmp_path / "file" / "var"))
    with pytest.raises(Invalid, match="SAMVERK_HOME"):
        settings.load()


def test_the_key_for_secrets_is_made_once_and_is_its_owner_s_alone(home: Path) -> None:
    key = settings.load().master_key
    assert len(key) >= 43
    assert Settings(home=home).master_key == key
    assert (home / "secret.key").stat().st_mode & 0o777 == 0o600
    assert key not in repr(settings.load())
