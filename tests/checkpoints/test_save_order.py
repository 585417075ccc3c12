"""helpers/checkpoints/save_order.py: which checkpoint is newer, told from times, list and steps."""

import os

import pytest

from helpers.checkpoints.files import CheckpointFiles, FoundFile
from helpers.checkpoints.save_order import save_order
from helpers.checkpoints.state_file import StateEntry, StateFile

TIMES = "the times of the files"
EQUAL = "the newest files have equal times"
TURNED = "the files' times are not in the order that a Saver writes in"
LIST = "the files' times contradict the state file's order"
STALE = "the state file is older than the checkpoint it names"
ALPHABET = "the files' times follow the alphabet, as copying does"


def checkpoint(written: str) -> CheckpointFiles:
    """Return one by its name and the times of its .data, .index and .meta; - is none."""
    name, *times = written.split()
    data, index, meta = (
        None if time == "-" else FoundFile(name, 1, int(time), int(time), True) for time in times
    )
    if index is None:
        return CheckpointFiles(".", name, meta=meta, v1=(data,) if data else ())
    return CheckpointFiles(".", name, index, (data,) if data else (), meta)


@pytest.mark.parametrize(
    ("written", "listed", "newest_first", "basis"),
    [
        ("m-0 1 2 3, m-10 11 12 13, m-9 5 6 7", "", "m-10 m-9 m-0", TIMES),
        # Started afresh: lower steps, newer times.
        ("m-30 1 2 3, m-0 11 12 13, m-10 21 22 23", "m-0 m-10 @22", "m-10 m-0 m-30", TIMES),
        ("m-30 1 2 3, m-10 21 22 23", "", "m-10 m-30", TIMES),
        ("m-5 1 2 3", "m-5 @0", "m-5", TIMES),
        # What has touched one of .data and .index leaves the other.
        ("m-1 1 2 3, m-2 93 12 13, m-3 21 22 23", "m-1 m-2 m-3 @22", "m-3 m-2 m-1", TIMES),
        ("m-1 1 - 3, m-2 11 - 13", "m-1 m-2 @12", "m-2 m-1", TIMES),
        ("m-1 - 1 2, m-2 - 11 12", "m-1 m-2 @12", "m-2 m-1", TIMES),
        # Copied: the list decides, its last entry being the newest.
        ("m-30 5 5 5, m-0 5 5 5, m-10 5 5 5", "m-0 m-10 @5", "m-10 m-0 m-30", EQUAL),
        ("m-30 1 1 1, m-0 1 1 1, m-10 5 5 5", "m-0 m-10 @5", "m-10 m-0 m-30", TIMES),
        ("m-2 12 11 10, m-1 22 21 20", "m-2 m-1 @20", "m-1 m-2", TURNED),
        ("m-2 12 11 13, m-1 21 23 22, m-3 1 2 3", "", "m-3 m-2 m-1", TURNED),
        ("m-2 12 11 10, m-1 20 21 22", "m-2 m-1 @22", "m-1 m-2", TIMES),
        ("m-20 11 12 13, m-10 1 2 3", "m-20 m-10 @14", "m-10 m-20", LIST),
        ("m-20 1 2 3, m-10 11 12 13", "m-20 m-10 @10", "m-10 m-20", STALE),
        ("m-20 1 2 3, m-10 11 12 13", "m-20 m-10 @11", "m-10 m-20", TIMES),
        ("m-100 1 2 3, m-20 11 12 13, m-3 21 22 23", "", "m-100 m-20 m-3", ALPHABET),
        ("m-100 1 2 3, m-20 11 12 13", "", "m-20 m-100", TIMES),
        ("m-1 1 2 3, m-2 11 12 13, m-3 21 22 23", "", "m-3 m-2 m-1", TIMES),
        ("best 5 5 5, m-0 5 5 5", "", "m-0 best", EQUAL),
        # Killed before the list was renewed: a higher step, and no .meta while the newest has one.
        ("m-1 5 5 5, m-2 5 5 5, m-3 5 5 -", "m-1 m-2 @5", "m-3 m-2 m-1", EQUAL),
        ("m-1 5 5 5, m-2 5 5 5, m-3 5 5 5", "m-1 m-2 @5", "m-2 m-1 m-3", EQUAL),
        ("m-1 5 5 -, m-2 5 5 -, m-3 5 5 -", "m-1 m-2 @5", "m-2 m-1 m-3", EQUAL),
        ("m-1 5 5 5, m-9 5 5 5, m-3 5 5 -", "m-1 m-9 @5", "m-9 m-1 m-3", EQUAL),
        ("m-9 5 5 5, best 5 5 5, m-3 5 5 -", "m-9 best @5", "best m-9 m-3", EQUAL),
        # Killed over a listed name: its values are newer than the list and its .meta.
        ("m-1 31 32 3, m-2 11 12 13, m-3 21 22 23", "m-1 m-2 m-3 @24", "m-1 m-3 m-2", TIMES),
        ("m-1 31 32 33, m-2 11 12 13", "m-1 m-2 @34", "m-2 m-1", LIST),
        ("m-1 31 32 3, m-2 11 12 13", "m-1 m-2 @34", "m-2 m-1", LIST),
        ("m-1 31 32 -, m-2 11 12 13", "m-1 m-2 @24", "m-2 m-1", LIST),
    ],
)
def test_the_newest_is_told_and_what_by(tmp_path, written, listed, newest_first, basis):
    names, _, time = listed.partition(" @")
    entries = tuple(StateEntry(name, name, "here") for name in names.split())
    path = tmp_path / "checkpoint"
    if time:
        path.touch()
        os.utime(path, ns=(int(time), int(time)))
    checkpoints = [checkpoint(one) for one in written.split(", ")]
    order = save_order(checkpoints, StateFile("checkpoint", None, None, entries), path)
    assert [files.name for files in order.newest_first] == newest_first.split()
    because = "the state file's list and the steps, because "
    assert order.basis == (basis if basis == TIMES else because + basis)
