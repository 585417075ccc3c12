"""Spelling: codespell knows the usual misspellings; slips in the course's own words are found here.

The settings of codespell are in `pyproject.toml`.
"""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import ascii_lowercase

from tests.course.notebook import ROOT, Notebook, paragraphs


def words_are_spelt_right(notebook: Notebook) -> Iterator[str]:
    """Text, code and outputs hold no usual misspelling. The picture's bytes are left out."""
    with tempfile.TemporaryDirectory() as directory:
        files = {}
        for cell in notebook.cells:
            file = Path(directory) / f"{cell.number}.txt"
            file.write_text(f"{cell.source}\n{cell.output_text}\n", encoding="utf-8")
            files[str(file)] = cell
        for file, line, word, better in misspellings([directory]):
            cell = files[file]
            yield f"{notebook.at(cell)} has {word!r} in its line {line}: write {better!r}."


def no_word_stands_twice(notebook: Notebook) -> Iterator[str]:
    """`the the` is a slip that no spell-checker's list holds."""
    for cell in notebook.text_cells:
        prose = re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL)
        for found in re.finditer(r"\b([a-z]{2,})\s+\1\b", prose):
            yield f"{notebook.at(cell)} has the word {found[1]!r} twice in a row: delete one."


def no_word_is_a_slip_of_another(notebook: Notebook) -> Iterator[str]:
    """A word that is rare in the whole course is not one slip away from a frequent one."""
    frequency = words_of_the_course(notebook.path.parent)
    for cell in notebook.text_cells:
        for word, better in slips(" ".join(paragraphs(cell)), frequency):
            yield (
                f"{notebook.at(cell)} has {word!r}: write {better!r}, or, if it is right, put it "
                "into RIGHT_WORDS in tests/course/spelling.py."
            )


CHECKS = [words_are_spelt_right, no_word_stands_twice, no_word_is_a_slip_of_another]

# Rare words that look like a slip of a frequent one.
RIGHT_WORDS: set[str] = set()
_RARE = 3
_TIMES_AS_FREQUENT = 5
_LONG = 8


def words_of_the_course(notebooks: Path) -> Counter[str]:
    """Count the words of the notebooks in a directory, of the helpers and of the documents."""
    helpers = ROOT / "helpers"
    files = [*helpers.rglob("*.py"), *helpers.rglob("*.md"), *ROOT.glob("*.md")]
    texts = [path.read_text(encoding="utf-8") for path in files]
    for path in notebooks.glob("*.ipynb"):
        notebook = Notebook(path)
        texts += [cell.source for cell in notebook.cells] + [notebook.output_text]
    return Counter(word for text in texts for word in _words(text))


def slips(text: str, frequency: Counter[str]) -> Iterator[tuple[str, str]]:
    """Yield each word of `text` that looks like a slip, and the frequent word it looks like.

    A slip is two letters that changed places inside a word of five letters or more, and in a
    long word also one that is missing or one too many. At its end it would be another form of
    the word.
    """
    for word in sorted(set(_words(text)) - RIGHT_WORDS):
        if frequency[word] > _RARE:
            continue
        similar = set()
        for place in range(1, len(word) - 1):
            start, here, there, rest = word[:place], word[place], word[place + 1], word[place + 2 :]
            similar.add(start + there + here + rest)
            if len(word) >= _LONG:
                similar.add(start + there + rest)
                similar |= {start + letter + word[place:] for letter in ascii_lowercase}
        for better in sorted(similar - {word}):
            if frequency[better] >= _TIMES_AS_FREQUENT * frequency[word]:
                yield word, better


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]{5,}", text.lower())


def misspellings(paths: Iterable[str | Path]) -> Iterator[tuple[str, int, str, str]]:
    """Yield file, line, word and a better one for each misspelling below `paths`.

    Raises:
        RuntimeError: codespell did not run; its words follow.
    """
    run = subprocess.run(
        [sys.executable, "-m", "codespell_lib", *map(str, paths)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    found = re.findall(r"^(.+):(\d+): (\S+) ==> (.+)$", run.stdout, re.MULTILINE)
    # 65 is codespell's way of saying that it found something.
    if run.returncode not in (0, 65) or (run.returncode and not found):
        raise RuntimeError(f"codespell did not run: {run.stderr or run.stdout}")
    for file, line, word, better in found:
        yield file, int(line), word, better
