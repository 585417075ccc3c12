"""Nothing changes unread: no sentence, and nothing that a sentence speaks of.

The other checks compare numbers and names. Whether a sentence is true, a person must judge, with
the cells beside it. This check sees to it that the person is asked: `read_over.json` holds a short
digest of every text and docstring, and of the code and the outputs of every section,
as they were when somebody last read them together. Whatever has changed since must be read again.

    python -m tests.course.read_over                     what has changed since
    python -m tests.course.read_over --record FILE ...   you have read it: record that
"""

import argparse
import ast
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.course.notebook import PATHS, ROOT, Notebook

RECORD = Path(__file__).with_suffix(".json")
READ = [
    *PATHS,
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "helpers/data/README.md")),
    *sorted((ROOT / "helpers").rglob("*.py")),
    ROOT / "course.py",
]

# For each kind of thing ("text", "cells"), the digest of each by its name.
Digests = dict[str, dict[str, str]]


def digests(path: Path) -> Digests:
    """Return the digests of a notebook, a Markdown file or a module as it is now."""
    if path.suffix == ".md":
        return {"text": _of_each(dict(_parts(path.read_text(encoding="utf-8"))))}
    if path.suffix == ".py":
        return {"text": _of_each(dict(_docstrings(ast.parse(path.read_text(encoding="utf-8")))))}
    notebook = Notebook(path)
    return {
        "text": _of_each({cell.id: cell.source for cell in notebook.text_cells}),
        "cells": _of_each({section.title: section.shown for section in notebook.sections}),
    }


def changes(name: str, now: Digests, before: Digests) -> Iterator[str]:
    """Say what of a file has changed since it was last read over.

    Args:
        name: its path in the course.
        now: its digests as it is.
        before: its digests as it was; empty if it was never read.
    """
    cure = (
        "Read it beside the cells it speaks of; when it is right, run "
        f"`python -m tests.course.read_over --record {name}`."
    )
    for kind in now:
        then = before.get(kind, {})
        for key in [*now[kind], *(then.keys() - now[kind].keys())]:
            if now[kind].get(key) == then.get(key):
                continue
            what = f'{name}, text "{key}"' if kind == "text" else f'{name}, section "{key}"'
            if key not in then:
                happened = "was never read over"
            elif key not in now[kind]:
                happened = "is gone since the file was last read over"
            elif kind == "text":
                happened = "says something else than when it was last read over"
            else:
                happened = "has other code or outputs than when its text was last read beside them"
            yield f"{what}, {happened}. {cure}"


def read_record() -> dict[str, Digests]:
    """Return what was recorded for each file."""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}


def unread_changes() -> Iterator[str]:
    """Say what of the course has changed since it was last read over."""
    recorded = read_record()
    for path in READ:
        yield from changes(_name(path), digests(path), recorded.get(_name(path), {}))


def main() -> int:
    """Print what has changed since it was read over, or record that it has been read."""
    parser = argparse.ArgumentParser(prog="python -m tests.course.read_over", description=__doc__)
    parser.add_argument("--record", nargs="+", type=Path, metavar="FILE", default=[])
    read = [path.resolve() for path in parser.parse_args().record]
    if strange := [path for path in read if path not in READ]:
        parser.error(f"{strange[0]} is no notebook of the course and no text that is read over")
    recorded = read_record()
    recorded.update({_name(path): digests(path) for path in read})
    if read:
        RECORD.write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    unread = list(unread_changes())
    print("\n".join(unread) or "Everything has been read over.")
    return int(bool(unread))


def _docstrings(tree: ast.Module | ast.ClassDef, above: str = "") -> Iterator[tuple[str, str]]:
    if docstring := ast.get_docstring(tree):
        yield above or "module", docstring
    for node in tree.body:
        name = f"{above}.{getattr(node, 'name', '')}".lstrip(".")
        if isinstance(node, ast.ClassDef):
            yield from _docstrings(node, name)
        elif isinstance(node, ast.FunctionDef) and (docstring := ast.get_docstring(node)):
            yield name, docstring


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _of_each(texts: Mapping[str, str]) -> dict[str, str]:
    return {
        key: hashlib.sha256(text.encode()).hexdigest()[:12] for key, text in sorted(texts.items())
    }


def _parts(text: str) -> Iterator[tuple[str, str]]:
    # From one heading to the next; a comment in a block of code only makes one part more.
    for part in re.split(r"^(?=#+ )", text, flags=re.MULTILINE):
        yield part.partition("\n")[0].strip(), part


if __name__ == "__main__":
    sys.exit(main())
