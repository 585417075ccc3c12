"""Two small notebooks in which nothing is wrong, for tests to plant faults in."""

import json
from collections.abc import Callable
from pathlib import Path

from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

NAMES = {"01-first.ipynb": "1 · First", "02-second.ipynb": "2 · Second"}
INDEX = """\
## Index

| message | class | meaning |
|---|---|---|
| `Attempted to use ... Session` | `RuntimeError` | [it is closed](#Save) |

"""
BARS = ["[Next: 2 · Second →](02-second.ipynb)", "[← 1 · First](01-first.ipynb)"]

Change = Callable[[dict[str, dict]], None]


def write_notebooks(directory: Path, change: Change | None = None) -> Path:
    """Write the notebooks into `directory`/notebooks and return the path of the first.

    `change` gets the first notebook's cells by their ids, and may change them before.
    """
    notebooks = directory / "notebooks"
    notebooks.mkdir(parents=True)
    for (name, title), bar in zip(NAMES.items(), BARS, strict=True):
        cells = {cell["id"]: cell for cell in _cells(title, bar)}
        if change and name == "01-first.ipynb":
            change(cells)
        content = {"cells": [*cells.values()], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (notebooks / name).write_text(json.dumps(content), encoding="utf-8")
    return notebooks / "01-first.ipynb"


def text(id: str, source: str) -> dict:
    """Return a text cell."""
    return new_markdown_cell(source, id=id)


def prints(text: str, name: str = "stdout") -> dict:
    """Return the output of a `print`."""
    return new_output("stream", name=name, text=text)


def raises(name: str, message: str) -> dict:
    """Return the output of a cell that raised."""
    return new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])


def _result(text: str) -> dict:
    return new_output("execute_result", data={"text/plain": text})


def _cells(title: str, bar: str) -> list[dict]:
    count = 0

    def code(id: str, source: str, output: dict, *tags: str, **metadata: str) -> dict:
        nonlocal count
        count += 1
        if output["output_type"] == "execute_result":
            output["execution_count"] = count
        if tags:
            metadata["tags"] = list(tags)
        cell = new_code_cell(source, id=id, outputs=[output], execution_count=count)
        return cell | {"metadata": metadata}

    picture = {"text/html": '<img alt="Ten digits." src="data:,">', "text/plain": "Ten digits."}
    reason = {"nbval-ignore-reason": "A time is never the same."}
    return [
        text(
            "title",
            f"# {title}\n\n{bar}\n\nYou train a model.\n\n**When you are through, you can**\n\n"
            "1. train;\n2. save.\n\n**You need** Python.\n\n**Time**: about 10 minutes.\n",
        ),
        text(
            "setup-text",
            f"{INDEX}## Set up\n\nTensorFlow 2.21 is used.\n\n"
            "> **Predict.** How many of 10,000 images will it get right?\n",
        ),
        code(
            "setup",
            'print("TensorFlow", tf.__version__)\nprint(f"{len(images)} images, accuracy {right}")',
            prints("TensorFlow 2.21.0\n10000 images, accuracy 0.8225\n"),
            "hide-output",
        ),
        text(
            "saved-text",
            "## Save\n\nThe accuracy is 0.8225 after fifty steps. The checkpoint is "
            "`model.ckpt-40`, and `model.ckpt-40.meta` is one of its files. The speaker saw "
            '"60% accurate". `saver.save` returns the prefix.\n',
        ),
        code(
            "saved",
            'steps = 50\nspeaker = "60%"\nsaver.save(session, "model.ckpt", global_step=40)',
            _result("'model.ckpt-40'"),
        ),
        code("files", "list_files()", prints("model.ckpt-40.meta, accuracy 0.8225\n")),
        code(
            "draw",
            "from helpers.figures.drawing import show\n"
            "from helpers.figures.digits import digits_figure\n\n"
            'show(digits_figure(images, titles), alt="Ten digits.")',
            new_output("display_data", data=picture),
        ),
        text("closed-text", "A closed session raises a RuntimeError.\n"),
        code(
            "closed",
            "session.run(weights)",
            raises("RuntimeError", "Attempted to use a closed Session."),
            "raises-exception",
        ),
        code("clock", "print(taken)", prints("1.5 seconds\n"), "nbval-ignore-output", **reason),
        # One ignored output in fewer than twenty cells would be too many.
        *(code(f"more-{number}", "2 + 2", _result("4")) for number in range(18)),
        text("exercises", "## Exercises\n\n**Exercise 1.** How many numbers?\n"),
        code("exercise-1", "answer = ...\n\ncheck(answer)", _result("Not yet: replace `...`.")),
        text(
            "solution-1",
            "<details><summary>Solution</summary>\n\nThe weights.\n\n"
            "```python\nanswer = 784 * 10\n```\n\n</details>",
        ),
        text(
            "closing",
            "## What you can do now\n\n1. **Train.** Yes.\n2. **Save.** Yes.\n\n"
            "## If it goes wrong\n\n"
            f"- **`Attempted to use a closed Session`**: open one ([Save](#Save)).\n\n{bar}\n",
        ),
    ]
