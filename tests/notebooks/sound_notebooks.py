"""Two small notebooks in which nothing is wrong, for tests to plant faults in."""

import copy
import json
from collections.abc import Callable
from pathlib import Path

from nbformat.v4 import new_output

NAMES = {"01-first.ipynb": "1 · First", "02-second.ipynb": "2 · Second"}
# A picture of one dot.
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)

Change = Callable[[dict[str, dict]], None]


def write_notebooks(directory: Path, change: Change | None = None) -> Path:
    """Write the notebooks into `directory`/notebooks and return the path of the first.

    `change` gets the first notebook's cells by their ids, and may change them before.
    """
    notebooks = directory / "notebooks"
    notebooks.mkdir(parents=True)
    for name in NAMES:
        cells = {cell["id"]: cell for cell in _cells(name)}
        if change and name == "01-first.ipynb":
            change(cells)
        content = {"cells": [*cells.values()], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (notebooks / name).write_text(json.dumps(content), encoding="utf-8")
    return notebooks / "01-first.ipynb"


def text(id: str, source: str) -> dict:
    """Return a text cell."""
    return {"cell_type": "markdown", "id": id, "metadata": {}, "source": source}


def prints(text: str, name: str = "stdout") -> dict:
    """Return the output of a `print`."""
    return new_output("stream", name=name, text=text)


def raises(name: str, message: str) -> dict:
    """Return the output of a cell that raised."""
    return new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])


def _result(text: str) -> dict:
    return new_output("execute_result", data={"text/plain": text})


def _picture(alt: str) -> dict:
    data = {"text/html": f'<img alt="{alt}" src="data:image/png;base64,{PNG}">', "text/plain": alt}
    return new_output("display_data", data=data)


def _code(id: str, source: str, output: dict, **metadata: object) -> dict:
    cell = {"cell_type": "code", "id": id, "metadata": metadata, "source": source}
    return cell | {"outputs": [copy.deepcopy(output)], "execution_count": None}


DRAWS = """\
from helpers.figures.drawing import show
from helpers.figures.digits import digits_figure

show(digits_figure(images, titles), alt="Ten digits.")"""
TITLE = """\
# {title}

{bar}

You train a model.

**When you are through, you can**

1. train;
2. save.

**You need** Python.

**Time**: about 30 minutes.
"""
CLOSING = """\
## What you can do now

1. **Train.** Yes.
2. **Save.** Yes.

## If it goes wrong

- **`Attempted to use a closed Session`**: open one ([Save](#Save)).

{bar}
"""
SOLUTION = """\
<details><summary>Solution</summary>

The weights.

```python
answer = 784 * 10
```

</details>"""


def _cells(name: str) -> list[dict]:
    bars = ["[Next: 2 · Second →](02-second.ipynb)", "[← 1 · First](01-first.ipynb)"]
    bar = bars[name != "01-first.ipynb"]
    cells = [
        text("title", TITLE.format(title=NAMES[name], bar=bar)),
        text(
            "setup-text",
            "## Set up\n\nTensorFlow 2.21 is used.\n\n"
            "> **Predict.** How many of 10,000 images will it get right?\n",
        ),
        _code(
            "setup",
            'print("TensorFlow", tf.__version__)\nprint(f"{len(images)} images, accuracy {right}")',
            prints("TensorFlow 2.21.0\n10000 images, accuracy 0.8225\n"),
            tags=["hide-output"],
        ),
        text(
            "saved-text",
            "## Save\n\nThe accuracy is 0.8225 after fifty steps. The checkpoint is "
            "`model.ckpt-40`, and `model.ckpt-40.meta` is one of its files. The speaker saw "
            '"60% accurate". `saver.save` returns the prefix.\n',
        ),
        _code(
            "saved",
            'steps = 50\nspeaker = "60%"\nsaver.save(session, "model.ckpt", global_step=40)',
            _result("'model.ckpt-40'"),
        ),
        _code("files", "list_files()", prints("model.ckpt-40.meta, accuracy 0.8225\n")),
        _code("draw", DRAWS, _picture("Ten digits.")),
        text("closed-text", "A closed session raises a RuntimeError.\n"),
        _code(
            "closed",
            "session.run(weights)",
            raises("RuntimeError", "Attempted to use a closed Session."),
            tags=["raises-exception"],
        ),
        _code(
            "clock",
            "print(time_taken)",
            prints("1.5 seconds\n"),
            **{"tags": ["nbval-ignore-output"], "nbval-ignore-reason": "A time is never the same."},
        ),
        # One ignored output in fewer than twenty cells would be too many.
        *(_code(f"more-{number}", "2 + 2", _result("4")) for number in range(18)),
        text("exercises", "## Exercises\n\n**Exercise 1.** How many numbers?\n"),
        _code("exercise-1", "answer = ...\n\ncheck(answer)", _result("Not yet: replace `...`.")),
        text("solution-1", SOLUTION),
        text("closing", CLOSING.format(bar=bar)),
    ]
    for count, cell in enumerate([cell for cell in cells if cell["cell_type"] == "code"], 1):
        cell["execution_count"] = count
        for output in cell["outputs"]:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count
    return cells
