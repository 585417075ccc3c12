import pytest

from helpers.kit.show_directory import show_directory


@pytest.fixture
def directory(tmp_path):
    for name, size in {"b.index": 158, "a.data": 31_400, "c.meta": 999, "d.big": 4_600_000}.items():
        (tmp_path / name).write_bytes(bytes(size))
    (tmp_path / "subdirectory").mkdir()
    return tmp_path


def test_files_are_sorted_with_rounded_sizes(directory, capsys):
    show_directory(directory)
    shown = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    expected = [
        ["a.data", "31 kB"],
        ["b.index", "160 B"],
        ["c.meta", "1 kB"],
        ["d.big", "4.6 MB"],
    ]
    assert shown == expected


def test_a_pattern_chooses(directory, capsys):
    show_directory(directory, "*.index")
    assert capsys.readouterr().out.split() == ["b.index", "160", "B"]


def test_nothing_to_show_is_said(directory, tmp_path, capsys):
    show_directory(directory, "*.ckpt*")
    show_directory(directory / "subdirectory")
    assert capsys.readouterr().out == "no file matches *.ckpt*\nthe directory is empty\n"


def test_a_missing_directory_is_named(tmp_path):
    with pytest.raises(NotADirectoryError, match="gone is not a directory"):
        show_directory(tmp_path / "gone")
