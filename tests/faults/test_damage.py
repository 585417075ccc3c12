import pytest

from helpers.faults.damage import cut, flip_bit, fresh_copy


@pytest.fixture
def directory(tmp_path):
    directory = tmp_path / "healthy"
    directory.mkdir()
    (directory / "m.index").write_bytes(b"index")
    (directory / "checkpoint").write_text("m")
    return directory


def test_a_copy_holds_the_same_and_is_independent(directory, tmp_path):
    copy = tmp_path / "copy"
    fresh_copy(directory, copy)
    assert sorted(path.name for path in copy.iterdir()) == ["checkpoint", "m.index"]
    (copy / "m.index").write_bytes(b"other")
    assert (directory / "m.index").read_bytes() == b"index"


def test_a_second_copy_forgets_what_was_done_to_the_first(directory, tmp_path):
    copy = tmp_path / "copy"
    fresh_copy(directory, copy)
    (copy / "m.index").unlink()
    (copy / "more").touch()
    fresh_copy(directory, copy)
    assert (copy / "m.index").read_bytes() == b"index"
    assert not (copy / "more").exists()


def test_without_a_directory_nothing_is_deleted(directory, tmp_path):
    with pytest.raises(NotADirectoryError, match="nowhere is not a directory"):
        fresh_copy(tmp_path / "nowhere", directory)
    assert (directory / "m.index").exists()


@pytest.mark.parametrize("to", [".", "..", "inside"])
def test_a_copy_onto_itself_is_refused(directory, to):
    with pytest.raises(ValueError, match="would overwrite"):
        fresh_copy(directory, directory / to)
    assert (directory / "m.index").exists()


@pytest.mark.parametrize(("lost", "left"), [(1, b"inde"), (5, b"")])
def test_the_end_is_cut_off(directory, lost, left):
    cut(directory / "m.index", lost)
    assert (directory / "m.index").read_bytes() == left


@pytest.mark.parametrize("lost", [0, -1, 6])
def test_what_cannot_be_cut_off_is_refused(directory, lost):
    with pytest.raises(ValueError, match="cut off 1 to 5"):
        cut(directory / "m.index", lost)
    assert (directory / "m.index").read_bytes() == b"index"


def test_one_bit_is_flipped_and_put_back(directory):
    path = directory / "m.index"
    flip_bit(path, byte=1, bit=7)
    assert path.read_bytes() == bytes([ord("i"), ord("n") ^ 0x80]) + b"dex"
    flip_bit(path, byte=1, bit=7)
    assert path.read_bytes() == b"index"


@pytest.mark.parametrize(
    ("byte", "bit", "told"), [(5, 0, "byte 5"), (-1, 0, "byte -1"), (0, 8, "bit 8")]
)
def test_a_bit_that_is_not_there_is_refused(directory, byte, bit, told):
    with pytest.raises(ValueError, match=f"there is no {told}"):
        flip_bit(directory / "m.index", byte, bit)
    assert (directory / "m.index").read_bytes() == b"index"
