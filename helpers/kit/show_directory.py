"""Show what lies in a directory."""

from pathlib import Path


def show_directory(directory: str | Path = ".", pattern: str = "*") -> None:
    """Print the directory's files whose names match `pattern`: name and size, sorted by name.

    Sizes are rounded to two digits: those of `.meta` files differ a little between versions.

    Raises:
        NotADirectoryError: there is no such directory.
    """
    directory = Path(directory)
    if not directory.is_dir():
        raise NotADirectoryError(f"{directory} is not a directory: name one that exists.")
    files = sorted(path for path in directory.glob(pattern) if path.is_file())
    if not files:
        print(
            f"no file matches {pattern}" if any(directory.iterdir()) else "the directory is empty"
        )
    for path in files:
        print(f"{path.name:40}{_rounded(path.stat().st_size):>8}")


def _rounded(size: int) -> str:
    rounded = float(f"{size:.2g}")
    for unit, amount in (("B", 1), ("kB", 1_000)):
        if rounded < 1_000 * amount:
            return f"{rounded / amount:g} {unit}"
    return f"{rounded / 1_000_000:g} MB"
