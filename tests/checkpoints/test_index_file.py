"""helpers/checkpoints/index_file.py against files that TensorFlow wrote."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from helpers.checkpoints.compare import compare_checkpoints
from helpers.checkpoints.index_file import FOOTER_BYTES, IndexFileError, crc32c, read_index, unmask
from helpers.checkpoints.prefix import UnreadableCheckpointError
from helpers.checkpoints.restore import restore_checked
from tests.checkpoints.index_writer import masked
from tests.checkpoints.small_model import DATA, save, small_model, two_shards


def saved(directory: Path, tensors: dict[str, object], slices: dict[str, str] | None = None) -> str:
    prefix = str(directory / "m")
    tf.raw_ops.SaveV2(
        prefix=prefix,
        tensor_names=list(tensors),
        shape_and_slices=[(slices or {}).get(name, "") for name in tensors],
        tensors=[tf.constant(value) for value in tensors.values()],
    )
    return prefix


def test_crc32c_gives_the_published_values():
    # RFC 3720, appendix B.4, and the catalogue's check value
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    assert crc32c(bytes(range(32))) == 0x46DD794E
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(b"56789", crc32c(b"1234")) == 0xE3069283


@pytest.mark.parametrize("crc", [0, 1, 0x8A9136AA, 0xFFFFFFFF])
def test_unmask_undoes_leveldbs_mask(crc):
    assert unmask(masked(crc)) == crc


def test_every_dtype_is_described_and_its_bytes_found(tmp_path):
    values = {
        "bfloat16": tf.constant([1.5, -2], tf.bfloat16).numpy(),
        "bool": np.array([[True], [False]]),
        "complex": np.array([1 + 2j], np.complex64),
        "empty": np.zeros([0, 4], np.float32),
        "float32": np.arange(6, dtype=np.float32).reshape(2, 3),
        "int64": np.array([-5, 2**40]),
        "scalar": np.float64(3.25),
        "scope/inner": np.array([7], np.uint8),
    }
    prefix = saved(tmp_path, values)
    data = Path(prefix + DATA).read_bytes()
    index = read_index(f"{prefix}.index")
    assert [tensor.name for tensor in index.tensors] == sorted(values)
    assert vars(index.header) == {"num_shards": 1, "endianness": "little", "version": 1}
    for tensor in index.tensors:
        value = np.asarray(values[tensor.name])
        stored = data[tensor.offset : tensor.offset + tensor.size]
        assert tensor.dtype == tf.as_dtype(value.dtype)
        assert tensor.shape == value.shape
        assert tensor.shard == 0
        assert stored == value.tobytes()
        assert tensor.crc32c == crc32c(stored)
        assert tensor.masked_crc32c == masked(tensor.crc32c)
        assert (tensor.slice, tensor.slices) == (None, ())


def test_the_checksum_of_strings_counts_lengths_as_four_bytes(tmp_path):
    prefix = saved(tmp_path, {"s": np.array([b"abc", b"", b"x" * 300], object)})
    [tensor] = read_index(f"{prefix}.index").tensors
    assert tensor.dtype == tf.string
    lengths = b"".join(length.to_bytes(4, "little") for length in (3, 0, 300))
    checksum_of_lengths = masked(crc32c(lengths)).to_bytes(4, "little")
    assert tensor.crc32c == crc32c(lengths + checksum_of_lengths + b"abc" + b"x" * 300)


def test_a_partitioned_variable_is_one_entry_and_its_slices(tmp_path):
    parts = tf.fixed_size_partitioner(2)
    prefix = save(tmp_path, lambda: list(tf.get_variable("p", [5, 2], partitioner=parts)))
    first, second, whole = read_index(f"{prefix}.index").tensors
    assert [tensor.title for tensor in (first, second, whole)] == [
        "p[0:3, 0:2]",
        "p[3:5, 0:2]",
        "p",
    ]
    assert [tensor.name for tensor in (first, second, whole)] == ["p"] * 3
    assert (first.slice, first.shape) == (((0, 3), (0, 2)), (3, 2))
    assert (second.slice, second.shape) == (((3, 2), (0, 2)), (2, 2))
    assert (whole.slice, whole.shape) == (None, (5, 2))
    assert whole.slices == (first.slice, second.slice)
    assert (first.size, second.size, whole.size) == (24, 16, 0)


@pytest.mark.parametrize(
    ("start", "length"),
    [(0, 1), (63, 1), (64, 65), (8191, 2), (8192, 1), (1_048_576, 1), (10**8, 1), (2**40, 3)],
)
def test_a_slice_is_found_wherever_it_begins(tmp_path, start, length):
    spec = f"{2**41} 1 {start},{length}:-"
    prefix = saved(tmp_path, {"bi\0g\xff": np.ones([length, 1], "f")}, {"bi\0g\xff": spec})
    part, whole = read_index(f"{prefix}.index").tensors
    assert part.name == whole.name == "bi\0g\xff"
    assert part.title == f"bi\0g\xff[{start}:{start + length}, :]"
    assert part.slice == ((start, length), (0, -1))
    assert whole.shape == (2**41, 1)
    assert whole.slices == (part.slice,)
    # TensorFlow's reader knows the slice by the same key.
    assert tf.train.NewCheckpointReader(prefix).get_tensor(part.key).shape == (length, 1)


def test_shards_are_counted_and_named(tmp_path):
    with two_shards() as (session, saver):
        index = read_index(saver.save(session, str(tmp_path / "m")) + ".index")
    assert index.header.num_shards == 2
    assert [(tensor.name, tensor.shard) for tensor in index.tensors] == [("v0", 0), ("v1", 1)]


def test_an_index_of_several_blocks_is_read_whole_or_refused(tmp_path):
    # Long names that share no ending, so that the file needs more than one block of 256 KiB.
    names = [f"{'scope/' * 30}{n:04}-{pow(3, n, 2**521 - 1):x}" for n in range(4000)]
    prefix = saved(tmp_path, dict.fromkeys(names, np.float32(1)))
    index = Path(f"{prefix}.index")
    assert index.stat().st_size > 2 * 256 * 1024
    assert [tensor.name for tensor in read_index(index).tensors] == names

    damaged = str(tmp_path / "damaged")
    content = bytearray(index.read_bytes())
    content[300_000] ^= 1
    Path(f"{damaged}.index").write_bytes(content)
    shutil.copy(prefix + DATA, damaged + DATA)
    # TensorFlow's reader leaves out a damaged block without a word.
    assert len(tf.train.NewCheckpointReader(damaged).get_variable_to_shape_map()) < 4000
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("x", [])
        saver = tf.train.Saver()
        for read in (
            lambda: compare_checkpoints(prefix, damaged),
            lambda: restore_checked(saver, session, damaged),
        ):
            with pytest.raises(UnreadableCheckpointError, match=r"is corrupt \(block at byte 2"):
                read()


@pytest.fixture(scope="module")
def whole_index(tmp_path_factory) -> bytes:
    with small_model() as model:
        prefix = model.save(tmp_path_factory.mktemp("whole"), 1)
    return Path(f"{prefix}.index").read_bytes()


def with_footer(*numbers: int) -> bytes:
    """Return a table that is nothing but a footer of these bytes."""
    return bytes(20) + bytes(numbers).ljust(40, b"\0") + bytes.fromhex("57fb808b247547db")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (lambda whole: b"", "is empty; the shortest possible .index has 48"),
        (lambda whole: whole[:10], "has only 10 bytes; the shortest possible .index has 48"),
        (lambda whole: whole[:FOOTER_BYTES], "does not end as an .index file does"),
        (lambda whole: whole[:-1], "does not end as an .index file does (wrong magic number)"),
        (lambda whole: bytes([whole[0] ^ 1]) + whole[1:], "is corrupt (block at byte 0: stored"),
        (lambda whole: whole[-FOOTER_BYTES:], "is corrupt (a block of"),
        (lambda whole: with_footer(*[0x80] * 40), "is corrupt (a number that does not end)"),
        (lambda whole: with_footer(0, 0, 0, 63), "is corrupt (block at byte 0: stored checksum 0x"),
        (lambda whole: with_footer(0, 0, 0, 64), "is corrupt (a block of 64 bytes at 0 ends"),
    ],
)
def test_what_is_no_whole_index_is_refused(tmp_path, whole_index, content, fault):
    path = tmp_path / "m.index"
    path.write_bytes(content(whole_index))
    with pytest.raises(IndexFileError) as refused:
        read_index(path)
    assert str(refused.value).startswith(f"{path} {fault}")
    assert str(refused.value).endswith(
        ". Without it no tensor can be found: take the file from a copy, or restore another "
        "checkpoint."
    )


@pytest.mark.parametrize(
    ("code", "fault"),
    [(1, "is compressed with Snappy, which"), (2, r"block at byte 0: unknown compression 2\)")],
)
def test_a_compressed_block_is_named_as_such(tmp_path, whole_index, code, fault):
    # No Saver writes one. Marking the first block as compressed with a right checksum is enough.
    content = bytearray(whole_index)
    end = content.index(b"weights")
    while unmask(int.from_bytes(content[end + 1 : end + 5], "little")) != crc32c(
        content[: end + 1]
    ):
        end += 1
    content[end] = code
    content[end + 1 : end + 5] = masked(crc32c(content[: end + 1])).to_bytes(4, "little")
    path = tmp_path / "m.index"
    path.write_bytes(content)
    with pytest.raises(IndexFileError, match=fault):
        read_index(path)


def test_another_table_is_no_index_and_a_missing_file_is_missing(tmp_path):
    # A checkpoint in the old format is a table too, with another header.
    with small_model(write_version=tf.train.SaverDef.V1) as model:
        old = model.save(tmp_path, 1)
    with pytest.raises(IndexFileError, match="m-1 holds an unreadable entry for the key"):
        read_index(old)
    with pytest.raises(FileNotFoundError):
        read_index(tmp_path / "m.index")
