"""Settings: what is unknown or unusable stops the start with its name; secrets come from files too."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.settings import SettingsFault, load


def test_nothing_given_is_enough() -> None:
    assert load({}).documents_folder == Path(".patravali/documents")


def test_variables_of_others_do_not_matter() -> None:
    assert load({"PATH": "/bin", "OTHER_DATA": "x"}).data == Path(".patravali")


def test_an_unknown_variable_stops_the_start_with_its_name() -> None:
    with pytest.raises(SettingsFault, match="PATRAVALI_DATABSE_URL"):
        load({"PATRAVALI_DATABSE_URL": "postgresql://"})


def test_an_unusable_value_is_named_without_being_shown() -> None:
    with pytest.raises(SettingsFault, match="PATRAVALI_API_PORT") as fault:
        load({"PATRAVALI_API_PORT": "eighty-and-secret"})
    assert "secret" not in str(fault.value)


@pytest.mark.parametrize("url", ["nonsense", "mysql://office:secret@host/db", "postgresql://o:sec/ret@host/db"])
def test_what_is_no_address_of_a_database_is_named_without_being_shown(url: str) -> None:
    with pytest.raises(SettingsFault, match=r"PATRAVALI_DATABASE_OWNER_URL: this is no address such as") as fault:
        load({"PATRAVALI_DATABASE_OWNER_URL": url})
    assert "sec" not in str(fault.value)


def test_a_secret_comes_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://office\n", "utf-8")
    found = load({"PATRAVALI_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert found.database_url.get_secret_value() == "postgresql://office"


def test_a_setting_given_twice_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://one")
    given = {"PATRAVALI_DATABASE_URL_FILE": str(tmp_path / "url"), "PATRAVALI_DATABASE_URL": "postgresql://two"}
    with pytest.raises(SettingsFault, match="PATRAVALI_DATABASE_URL is set too"):
        load(given)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="PATRAVALI_DATABASE_URL_FILE"):
        load({"PATRAVALI_DATABASE_URL_FILE": str(tmp_path / "absent")})


def test_a_file_for_an_unknown_setting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="PATRAVALI_NONSENSE_FILE"):
        load({"PATRAVALI_NONSENSE_FILE": str(tmp_path / "x")})


def test_a_setting_whose_own_name_ends_in_file_is_a_path() -> None:
    assert load({"PATRAVALI_CHECKPOINT_KEY_FILE": "/keys/sign.pem"}).checkpoint_key_file == Path("/keys/sign.pem")


def test_secrets_do_not_show_when_the_settings_are_printed() -> None:
    found = load({"PATRAVALI_DATABASE_URL": "postgresql://office:hush@host/db"})
    assert "hush" not in repr(found)


def test_the_direct_address_is_the_ordinary_one_where_none_is_given() -> None:
    assert load({"PATRAVALI_DATABASE_URL": "postgresql://a"}).direct_url == "postgresql://a"
    both = {"PATRAVALI_DATABASE_URL": "postgresql://a", "PATRAVALI_DATABASE_DIRECT_URL": "postgresql://b"}
    assert load(both).direct_url == "postgresql://b"
