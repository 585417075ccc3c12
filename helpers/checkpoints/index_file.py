"""Read a checkpoint's `.index` file: which tensors there are, and where their bytes lie.

An `.index` file is a table in LevelDB's format (table_format.md in github.com/google/leveldb):

    data block, ..., data block      sorted keys and values, at most about 256 KiB each
    metaindex block                  empty; TensorFlow never reads it
    index block                      where each data block lies
    footer, 48 bytes                 where those two blocks lie; the last 8 bytes are a magic number

Each block is followed by one byte for its compression and four bytes for its CRC-32C. The key ""
holds a `BundleHeaderProto`, every other key a `BundleEntryProto`; both messages ship with
TensorFlow (tensorflow/core/protobuf/tensor_bundle.proto). What TensorFlow does not read and does
not check is neither read nor checked here, so that both agree on which files are whole.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import tensorflow.compat.v1 as tf
from google.protobuf.message import DecodeError
from tensorflow.core.protobuf.tensor_bundle_pb2 import BundleEntryProto, BundleHeaderProto

MAGIC = 0xDB4775248B80FB57
FOOTER_BYTES = 48
# After each block: one byte for the compression, four for the checksum.
TRAILER_BYTES = 5
NO_COMPRESSION, SNAPPY = 0, 1

# Part of a tensor, one (start, length) for each axis; a length of -1 is the whole axis.
Slice = tuple[tuple[int, int], ...]


class IndexFileError(ValueError):
    """The file is not a whole `.index` file; the message names the file, the fault and the cure."""

    def __init__(self, path: str, fault: str):
        self.path = path
        self.fault = fault
        super().__init__(
            f"{path} {fault}. Without it no tensor can be found: "
            "take the file from a copy, or restore another checkpoint."
        )


@dataclass(frozen=True)
class IndexHeader:
    """What the `.index` file says of the whole checkpoint."""

    num_shards: int  # how many `.data` files there are
    endianness: str  # "little" or "big", the byte order of the numbers in `.data`
    version: int  # the version of the format that the file was written in


@dataclass(frozen=True)
class StoredTensor:
    """One entry of an `.index` file.

    A partitioned variable has one entry for the whole, which holds its shape and the list of its
    slices but no bytes, and one entry for each slice.
    """

    name: str  # the tensor's name in the checkpoint; what is no UTF-8 in it is escaped
    key: bytes  # the entry's key; the name in UTF-8, or for a slice a code of name and slice
    dtype: tf.DType  # the element type
    shape: tuple[int, ...]  # the shape, of the slice if it is one
    shard: int  # the number of the `.data` file that holds the bytes
    offset: int  # where the bytes begin in that file, in bytes
    size: int  # how many bytes there are
    masked_crc32c: int  # the checksum as it stands in the file, see `unmask`
    slice: Slice | None  # which part of the tensor this is, or None
    # the parts that the tensor is stored in; empty if it is stored in one piece
    slices: tuple[Slice, ...]

    @property
    def crc32c(self) -> int:
        """The CRC-32C of the tensor's bytes in `.data`.

        For strings the lengths are counted as four-byte numbers, not as the shorter ones on disk.
        """
        return unmask(self.masked_crc32c)

    @property
    def text_key(self) -> str | bytes:
        """The key as TensorFlow's functions take it: text, or bytes if it is not UTF-8."""
        try:
            return self.key.decode()
        except UnicodeDecodeError:
            return self.key

    @property
    def title(self) -> str:
        """The name as a reader knows it: of a slice with its rows and columns, `p[20:30, 0:2]`."""
        if self.slice is None:
            return self.name
        extents = ", ".join(
            ":" if length < 0 else f"{start}:{start + length}" for start, length in self.slice
        )
        return f"{self.name}[{extents}]"


@dataclass(frozen=True)
class IndexFile:
    """What an `.index` file says."""

    header: IndexHeader  # what it says of the whole checkpoint
    # its entries in the file's order: slices first, then the tensors sorted by name
    tensors: tuple[StoredTensor, ...]


def read_index(path: str | os.PathLike[str]) -> IndexFile:
    """Read an `.index` file whole.

    Raises:
        IndexFileError: the file is not a whole `.index` file.
        OSError: the file cannot be opened.
    """
    path = os.fspath(path)
    with Path(path).open("rb") as file:
        records = _records(path, file)
        header = _header(path, next(records, None))
        return IndexFile(header, tuple(_stored_tensor(path, *record) for record in records))


def check_table(path: str | os.PathLike[str]) -> None:
    """Read every block of a table, an `.index` or a V1 checkpoint, and compare its checksum.

    A few megabytes a second: the checksums are computed in Python. Raises as `read_index` does.
    """
    path = os.fspath(path)
    with Path(path).open("rb") as file:
        for _ in _records(path, file):
            pass


def crc32c(data: bytes, crc: int = 0) -> int:
    """Return the CRC-32C (Castagnoli) of some bytes; `crc` continues an earlier one.

    About 10 MB/s: enough for an `.index` file or a small tensor. TensorFlow's reader checks
    tensors a hundred times faster.
    """
    crc ^= 0xFFFFFFFF
    table = _CRC32C_TABLE
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def unmask(masked: int) -> int:
    """Return the CRC-32C behind a stored one.

    A checksum of bytes that hold checksums themselves would be weak, so LevelDB stores it rotated
    right by 15 bits plus a constant (leveldb/util/crc32c.h).
    """
    rotated = (masked - 0xA282EAD8) & 0xFFFFFFFF
    return (rotated >> 17 | rotated << 15) & 0xFFFFFFFF


def _crc32c_table() -> tuple[int, ...]:
    table = []
    for crc in range(256):
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return tuple(table)


_CRC32C_TABLE = _crc32c_table()


def _records(path: str, file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    size = file.seek(0, os.SEEK_END)
    if size < FOOTER_BYTES:
        held = "is empty" if size == 0 else f"has only {size} bytes"
        raise IndexFileError(path, f"{held}; the shortest possible .index has {FOOTER_BYTES}")
    file.seek(size - FOOTER_BYTES)
    footer = file.read(FOOTER_BYTES)
    if int.from_bytes(footer[-8:], "little") != MAGIC:
        raise IndexFileError(
            path,
            "does not end as an .index file does (wrong magic number): it is cut short"
            ", overwritten, or another kind of file",
        )
    try:
        _, position = _block_handle(footer, 0)
        (offset, length), _ = _block_handle(footer, position)
        for _, handle in _entries(_block(path, file, offset, length)):
            (offset, length), _ = _block_handle(handle, 0)
            yield from _entries(_block(path, file, offset, length))
    except _BadBytesError as error:
        raise IndexFileError(path, f"is corrupt ({error})") from None


def _block(path: str, file: BinaryIO, offset: int, length: int) -> bytes:
    end = file.seek(0, os.SEEK_END)
    if offset + length + TRAILER_BYTES > end:
        raise _BadBytesError(f"a block of {length} bytes at {offset} ends behind the file's end")
    file.seek(offset)
    block = file.read(length + TRAILER_BYTES)
    stored = unmask(int.from_bytes(block[-4:], "little"))
    found = crc32c(block[:-4])
    if stored != found:
        raise _BadBytesError(
            f"block at byte {offset}: stored checksum {stored:#010x}, its bytes give {found:#010x}"
        )
    compression = block[length]
    if compression == SNAPPY:
        raise IndexFileError(
            path,
            "is compressed with Snappy, which this reader does not decompress and TensorFlow's "
            "Saver does not write; tf.train.load_checkpoint may read it",
        )
    if compression != NO_COMPRESSION:
        raise _BadBytesError(f"block at byte {offset}: unknown compression {compression}")
    return block[:length]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    # Keys share their beginning with the key before. The block ends with a list of the places
    # where a whole key stands, which only a binary search needs.
    if len(block) < 4:
        raise _BadBytesError("a block without its list of whole keys")
    limit = len(block) - 4 * (1 + int.from_bytes(block[-4:], "little"))
    if limit < 0:
        raise _BadBytesError("a block shorter than its list of whole keys")
    key = b""
    position = 0
    while position < limit:
        shared, position = _varint(block, position)
        unshared, position = _varint(block, position)
        length, position = _varint(block, position)
        end = position + unshared + length
        if end > limit or shared > len(key):
            raise _BadBytesError("an entry that does not fit into its block")
        key = key[:shared] + block[position : position + unshared]
        yield key, block[position + unshared : end]
        position = end


def _block_handle(data: bytes, position: int) -> tuple[tuple[int, int], int]:
    offset, position = _varint(data, position)
    length, position = _varint(data, position)
    return (offset, length), position


def _varint(data: bytes, position: int) -> tuple[int, int]:
    # Seven bits a byte, lowest first; the eighth says that another byte follows.
    number = 0
    for shift in range(0, 64, 7):
        if position >= len(data):
            break
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number & 0xFFFFFFFFFFFFFFFF, position
    raise _BadBytesError("a number that does not end")


class _BadBytesError(Exception):
    pass


def _header(path: str, first: tuple[bytes, bytes] | None) -> IndexHeader:
    if first is None or first[0] != b"":
        raise IndexFileError(path, "holds a table without a checkpoint's header")
    try:
        header = BundleHeaderProto.FromString(first[1])
    except DecodeError:
        raise IndexFileError(path, "holds a header that is no BundleHeaderProto") from None
    return IndexHeader(
        num_shards=header.num_shards,
        endianness=BundleHeaderProto.Endianness.Name(header.endianness).lower(),
        version=header.version.producer,
    )


def _stored_tensor(path: str, key: bytes, value: bytes) -> StoredTensor:
    try:
        entry = BundleEntryProto.FromString(value)
        dtype = tf.as_dtype(entry.dtype)
        shape = tuple(dimension.size for dimension in entry.shape.dim)
        # TensorFlow's reader ends the process at such a shape, and at a slice that stands twice.
        twice = len({one.SerializeToString() for one in entry.slices}) < len(entry.slices)
        if entry.shape.unknown_rank or min(shape, default=0) < 0 or twice:
            raise ValueError("no shape, or a slice twice")
    except (DecodeError, TypeError, ValueError) as error:
        raise IndexFileError(path, f"holds an unreadable entry for the key {key!r}") from error
    try:
        name, part = _name_and_slice(key)
    except (ValueError, IndexError):
        # Only looks like the key of a slice: TensorFlow takes it for a name like any other.
        name, part = key.decode(errors="backslashreplace"), None
    return StoredTensor(
        name=name,
        key=key,
        dtype=dtype,
        shape=shape,
        shard=entry.shard_id,
        offset=entry.offset,
        size=entry.size,
        masked_crc32c=entry.crc32c,
        slice=part,
        slices=tuple(
            # An extent without a length is the whole axis.
            tuple(
                (extent.start, extent.length if extent.HasField("length") else -1)
                for extent in one.extent
            )
            for one in entry.slices
        ),
    )


def _name_and_slice(key: bytes) -> tuple[str, Slice | None]:
    # A slice's key is a zero, the name, the number of axes, and for each axis start and length,
    # in a code whose bytes sort as the values do (tensorflow/core/lib/strings/ordered_code.h).
    if not key.startswith(b"\0"):
        return key.decode(errors="backslashreplace"), None
    end = key.index(b"\0\1", 1)
    name = key[1:end].replace(b"\0\xff", b"\0").replace(b"\xff\0", b"\xff")
    position = end + 2
    width = key[position]
    axes = int.from_bytes(key[position + 1 : position + 1 + width], "big")
    position += 1 + width
    extents = []
    for _ in range(axes):
        start, position = _ordered_number(key, position)
        length, position = _ordered_number(key, position)
        extents.append((start, length))
    return name.decode(errors="backslashreplace"), tuple(extents)


def _ordered_number(key: bytes, position: int) -> tuple[int, int]:
    # As many leading ones as there are bytes, then a zero, then the value. -1 is 0x7f.
    if key[position] == 0x7F:
        return -1, position + 1
    bits = int.from_bytes(key[position : position + 10].ljust(10, b"\0"), "big")
    width = 1
    while bits >> (80 - width - 1) & 1:
        width += 1
    value = int.from_bytes(key[position : position + width], "big")
    return value & ((1 << 7 * width - 1) - 1), position + width
