"""Write `.index` files that no Saver writes, every checksum right."""

from pathlib import Path

from helpers.checkpoints.index_file import MAGIC, _records, crc32c

Entries = list[tuple[bytes, bytes]]


def entries_of(path: Path) -> Entries:
    """Return the keys and values of an `.index` file, the header first."""
    with path.open("rb") as file:
        return list(_records(str(path), file))


def write_index(path: Path, entries: Entries) -> None:
    """Write a table of one block, see helpers/checkpoints/index_file.py."""
    data = _block(entries)
    meta = _block([])
    places = [(0, len(data))]
    content = _with_trailer(data)
    places.append((len(content), len(meta)))
    content += _with_trailer(meta)
    index = _block([(entries[-1][0] + b"\xff", _handle(*places[0]))])
    places.append((len(content), len(index)))
    content += _with_trailer(index)
    footer = (_handle(*places[1]) + _handle(*places[2])).ljust(40, b"\0")
    path.write_bytes(content + footer + MAGIC.to_bytes(8, "little"))


def masked(crc: int) -> int:
    """Return what LevelDB stores for a checksum: leveldb/util/crc32c.h, the inverse of unmask."""
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def _block(entries: Entries) -> bytes:
    block, places = b"", []
    for key, value in entries:
        places.append(len(block))
        block += b"\0" + _varint(len(key)) + _varint(len(value)) + key + value
    places = places or [0]
    return block + b"".join(place.to_bytes(4, "little") for place in [*places, len(places)])


def _with_trailer(block: bytes) -> bytes:
    return block + b"\0" + masked(crc32c(block + b"\0")).to_bytes(4, "little")


def _handle(offset: int, length: int) -> bytes:
    return _varint(offset) + _varint(length)


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
