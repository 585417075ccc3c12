import pytest

from helpers.kit.show_directory import show_directory


def test_files_are_sorted_with_rounded_sizes_and_a_pattern_chooses(tmp_path, capsys):
    show_directory(tmp_path)
    for name, size in {"b.index": 158, "a.data": 31_400, "c.meta": 999, "d.big": 4_600_000}.items():
        (tmp_path / name).write_bytes(bytes(size))
    (tmp_path / "subdirectory").mkdir()
    show_directory(tmp_path)
    show_directory(tmp_path, "*.index")
    show_directory(tmp_path, "*.ckpt*")
    shown = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert shown == [
        "the directory is empty",
        *("a.data 31 kB", "b.index 160 B", "c.meta 1 kB", "d.big 4.6 MB"),
        "b.index 160 B",
        "no file matches *.ckpt*",
    ]
    with pytest.raises(NotADirectoryError, match="gone is not a directory"):
        show_directory(tmp_path / "gone")
