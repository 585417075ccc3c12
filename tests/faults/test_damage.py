import pytest

from helpers.faults.damage import cut, flip_bit, fresh_copy


@pytest.fixture
def directory(tmp_path):
    directory = tmp_path / "healthy"
    directory.mkdir()
    (directory / "m.index").write_bytes(b"index")
    (directory / "checkpoint").write_text("m")
    return directory


def test_a_copy_holds_the_same_each_time_and_is_independent(directory, tmp_path):
    copy = tmp_path / "copy"
    for _ in range(2):
        fresh_copy(directory, copy)
        assert sorted(path.name for path in copy.iterdir()) == ["checkpoint", "m.index"]
        assert (copy / "m.index").read_bytes() == b"index"
        (copy / "m.index").write_bytes(b"other")
        (copy / "more").touch()
    assert (directory / "m.index").read_bytes() == b"index"


@pytest.mark.parametrize("to", [".", "..", "inside"])
def test_a_copy_onto_itself_and_one_of_nothing_are_refused(directory, to):
    with pytest.raises(ValueError, match="would overwrite"):
        fresh_copy(directory, directory / to)
    with pytest.raises(NotADirectoryError, match="nowhere is not a directory"):
        fresh_copy(directory / "nowhere", directory / to)
    assert (directory / "m.index").exists()


@pytest.mark.parametrize(("lost", "left"), [(1, b"inde"), (5, b"")])
def test_the_end_is_cut_off(directory, lost, left):
    cut(directory / "m.index", lost)
    assert (directory / "m.index").read_bytes() == left


def test_one_bit_is_flipped_and_put_back(directory):
    path = directory / "m.index"
    flip_bit(path, byte=1, bit=7)
    assert path.read_bytes() == bytes([ord("i"), ord("n") ^ 0x80]) + b"dex"
    flip_bit(path, byte=1, bit=7)
    flip_bit(path, byte=0)
    assert path.read_bytes() == bytes([ord("i") ^ 1]) + b"ndex"


@pytest.mark.parametrize(
    ("damage", "where", "told"),
    [
        *((cut, {"lost": lost}, "cut off 1 to 5") for lost in (0, -1, 6)),
        (flip_bit, {"byte": 5}, "no byte 5"),
        (flip_bit, {"byte": -1}, "no byte -1"),
        (flip_bit, {"byte": 0, "bit": 8}, "no bit 8"),
    ],
)
def test_what_is_not_there_is_not_damaged(directory, damage, where, told):
    with pytest.raises(ValueError, match=told):
        damage(directory / "m.index", **where)
    assert (directory / "m.index").read_bytes() == b"index"
