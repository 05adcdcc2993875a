"""Finding and loading config.toml."""

import os
from pathlib import Path

import pytest

from digest.config.load import find_config, load_config
from digest.errors import ConfigError, NotFoundError

SOUND = """
[site]
name = "The Harbour Courier"
base_url = "https://harbour-courier.example"
timezone = "Europe/Berlin"
[content]
path = "articles"
[newsletters.weekly]
title = "The Week"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(path: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    return str(caught.value)


class TestFindConfig:
    def test_named_file_wins(self, folder: Path) -> None:
        (folder / "config.toml").touch()

        assert find_config(".", "other.toml") == "other.toml"

    def test_config_of_the_current_folder_is_found(self, folder: Path) -> None:
        (folder / "config.toml").touch()

        assert find_config(".", None) == "config.toml"
        assert find_config(str(folder), "") == str(folder / "config.toml")

    def test_without_one_the_remedy_is_init(self, folder: Path) -> None:
        with pytest.raises(NotFoundError) as caught:
            find_config(".", None)

        assert str(caught.value) == (
            "config.toml: there is no such file\n"
            "  Write one that fits your folder of articles: digest init"
        )
        assert caught.value.exit_code == 5

    def test_one_further_up_is_pointed_out(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (folder / "config.toml").touch()
        (folder / "articles" / "news").mkdir(parents=True)
        monkeypatch.chdir(folder / "articles" / "news")

        with pytest.raises(NotFoundError) as caught:
            find_config(".", None)

        assert caught.value.problems[0].remedy.startswith(
            "There is one above: --config ../../config.toml. "
        )


class TestLoadConfig:
    def test_relative_content_begins_at_the_file(self, folder: Path) -> None:
        (folder / "site").mkdir()
        (folder / "site" / "config.toml").write_text(SOUND)

        config = load_config("site/config.toml")

        assert config.content.path == str(folder / "site" / "articles")
        assert config.folder == str(folder / "site")
        assert config.path == "site/config.toml"

    @pytest.mark.parametrize("path", ["/srv/posts", "~/posts", "../posts"])
    def test_content_may_lie_anywhere(self, folder: Path, path: str) -> None:
        (folder / "config.toml").write_text(SOUND.replace('"articles"', f'"{path}"'))

        found = load_config("config.toml").content.path

        expected = os.path.normpath(folder / Path(path).expanduser())
        assert found == expected

    def test_byte_order_mark_and_windows_line_ends_are_read(self, folder: Path) -> None:
        (folder / "config.toml").write_bytes(
            b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode()
        )

        assert load_config("config.toml").site.name == "The Harbour Courier"

    def test_missing_file_is_not_found(self, folder: Path) -> None:
        with pytest.raises(NotFoundError):
            load_config("config.toml")

    def test_folder_is_not_a_file(self, folder: Path) -> None:
        (folder / "config.toml").mkdir()

        assert said("config.toml") == (
            "config.toml: is not a file\n  Name a TOML file that you may read: --config FILE."
        )

    def test_fifo_does_not_block(self, folder: Path) -> None:
        os.mkfifo(folder / "config.toml")

        assert "is not a file" in said("config.toml")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_unreadable_file_is_told(self, folder: Path) -> None:
        (folder / "config.toml").write_text(SOUND)
        (folder / "config.toml").chmod(0)

        assert "cannot be read: Permission denied" in said("config.toml")

    def test_file_as_folder_is_told(self, folder: Path) -> None:
        (folder / "config.toml").write_text(SOUND)

        assert "config.toml/x: cannot be read: Not a directory" in said("config.toml/x")

    def test_nul_in_the_name_is_told(self, folder: Path) -> None:
        assert "config\\u0000.toml: cannot be read: not a file name" in said("config\0.toml")

    def test_name_that_is_no_text_is_told(self, folder: Path) -> None:
        path = os.fsdecode(b"caf\xe9.toml")
        (folder / path).write_text("x\n")

        assert said(path).startswith("caf\\udce9.toml:1: not valid TOML: ")

    def test_huge_file_is_refused(self, folder: Path) -> None:
        (folder / "config.toml").write_text("#" * 1_000_001)

        assert "is larger than 1,000,000 bytes" in said("config.toml")

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("x = " + "[" * 100_000, "lists are nested too deeply"),
            ("x = 1" + "0" * 5000, "not valid TOML: "),
            ("x = 1\0", "not valid TOML: "),
            ('x = "\\ud800"', "not valid TOML: "),
            ("x = 2026-02-30", "not valid TOML: "),
            ("[site", "not valid TOML: "),
            ("x = [", "at the end of the file"),
            ("a." * 2_000 + "b = 1", "[a]: is not known here"),
            ("x = 0x" + "f" * 9000, "x: is not known here"),
        ],
    )
    def test_hostile_toml_is_told(self, folder: Path, text: str, what: str) -> None:
        (folder / "config.toml").write_text(text)

        assert what in said("config.toml")

    def test_path_is_named_from_the_current_folder(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (folder / "config.toml").write_text("[site")
        full = str(folder / "config.toml")

        assert said(full).startswith("config.toml: not valid TOML: ")
        (folder / "elsewhere").mkdir()
        monkeypatch.chdir(folder / "elsewhere")
        assert said("../config.toml").startswith("../config.toml: not valid TOML: ")
        (folder / "elsewhere").rmdir()
        assert said(full).startswith(f"{full}: not valid TOML: ")
