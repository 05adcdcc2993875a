"""Where templates are found, and what is not read as one."""

import os
from pathlib import Path

import pytest

from digest.errors import RenderingError
from digest.rendering.template_folders import (
    LIMIT_BYTES,
    TemplateFolders,
    packaged_folder,
    template_folders,
)


def folders(tmp_path: Path) -> TemplateFolders:
    (tmp_path / "own").mkdir(exist_ok=True)
    return TemplateFolders((str(tmp_path / "own"), packaged_folder()), packaged_folder())


def test_the_publishers_folder_comes_first(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()

    assert template_folders(str(tmp_path)) == (str(tmp_path / "templates"), packaged_folder())


def test_without_a_folder_of_their_own_ours_is_the_only_one(tmp_path: Path) -> None:
    assert template_folders(str(tmp_path)) == (packaged_folder(),)


def test_the_repositorys_own_templates_are_the_packaged_ones() -> None:
    assert template_folders(str(Path(packaged_folder()).parent)) == (packaged_folder(),)


def test_the_packaged_folder_holds_the_default_template() -> None:
    assert Path(packaged_folder(), "weekly.html.j2").is_file()


def test_one_file_replaces_one_of_ours(tmp_path: Path) -> None:
    found = folders(tmp_path)
    (tmp_path / "own" / "weekly.html.j2").write_text("\ufeffmine\r\n", encoding="utf-8")

    own = found.read("weekly.html.j2")

    assert (own.source, own.ours) == ("mine\n", False)
    assert found.read("weekly.txt.j2").ours


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../config.toml",
        "a/../b.html.j2",
        "..j2",
        "a\\b.html.j2",
        "A.html.j2",
        "weekly.html",
        "",
        "x\0.html.j2",
        "a/b/c/d/e.html.j2",
        "-rf.html.j2",
        "//x.html.j2",
        "file:///x.html.j2",
        "x" * 5000 + ".j2",
    ],
)
def test_other_names_are_no_templates(name: str, tmp_path: Path) -> None:
    with pytest.raises(RenderingError, match="not a template's name"):
        folders(tmp_path).read(name)


def test_a_missing_template_says_what_was_meant_and_where_it_goes(tmp_path: Path) -> None:
    with pytest.raises(RenderingError) as error:
        folders(tmp_path).read("weekley.html.j2")

    assert str(error.value) == (
        "weekley.html.j2: no template of this name\n"
        f"  Did you mean 'weekly.html.j2'? Write it into {tmp_path}/own or {packaged_folder()}."
    )


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    found = folders(tmp_path)
    (tmp_path / "own" / "x.html.j2").symlink_to("/etc/hostname")

    with pytest.raises(RenderingError, match="leads out of its templates folder"):
        found.read("x.html.j2")


def test_a_link_within_the_folder_is(tmp_path: Path) -> None:
    found = folders(tmp_path)
    (tmp_path / "own" / "a.html.j2").write_text("a")
    (tmp_path / "own" / "b.html.j2").symlink_to("a.html.j2")

    assert found.read("b.html.j2").source == "a"


def test_what_is_no_text_file_is_said_so(tmp_path: Path) -> None:
    found = folders(tmp_path)
    own = tmp_path / "own"
    os.mkfifo(own / "fifo.html.j2")
    (own / "folder.html.j2").mkdir()
    (own / "latin.html.j2").write_bytes(b"one\ntw\xf6")
    (own / "large.html.j2").write_bytes(b"x" * (LIMIT_BYTES + 1))
    (own / "broken.html.j2").symlink_to("nowhere")

    for name, what in {
        "fifo": "is not a file",
        "folder": "is not a file",
        "broken": "is not a file",
        "latin": "latin.html.j2:2: is not UTF-8",
        "large": "is larger than 512 KB",
    }.items():
        with pytest.raises(RenderingError, match=what):
            found.read(f"{name}.html.j2")


def test_an_unreadable_file_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = folders(tmp_path)
    (tmp_path / "own" / "x.html.j2").write_text("x")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything, so chmod shows nothing

    with pytest.raises(RenderingError, match="cannot be read: Permission denied"):
        found.read("x.html.j2")


def test_folders_know_whether_anything_is_replaced(tmp_path: Path) -> None:
    found = folders(tmp_path)

    assert not found.is_overridden()
    (tmp_path / "own" / "partials").mkdir()
    (tmp_path / "own" / "partials" / "card.html.j2").write_text("x")
    assert found.is_overridden()
