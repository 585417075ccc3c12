"""Two small notebooks in which nothing is wrong, for tests to plant faults in."""

import copy
import json
from collections.abc import Callable
from pathlib import Path

import nbformat

TITLES = {"01-first.ipynb": "1 · First", "02-second.ipynb": "2 · Second"}
# A picture of one dot; its size in dots stands in its header.
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)

Change = Callable[[dict[str, dict]], None]


def write_notebooks(directory: Path, change: Change | None = None) -> Path:
    """Write the notebooks into `directory`/notebooks and return the path of the first.

    Args:
        directory: where to write.
        change: gets the first notebook's cells by their ids, and may change them before.
    """
    notebooks = directory / "notebooks"
    notebooks.mkdir(parents=True)
    paths = []
    for name in TITLES:
        cells = _cells(name)
        if change and not paths:
            by_id = {cell["id"]: cell for cell in cells}
            change(by_id)
            cells = list(by_id.values())
        path = notebooks / name
        content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(copy.deepcopy(content)), encoding="utf-8")
        paths.append(path)
    return paths[0]


def text(id: str, source: str) -> dict:
    """Return a text cell."""
    return {"cell_type": "markdown", "id": id, "metadata": {}, "source": source}


def code(id: str, source: str, *outputs: dict, tags: tuple[str, ...] = ()) -> dict:
    """Return a code cell; its execution count is put in by its place."""
    return {
        "cell_type": "code",
        "id": id,
        "metadata": {"tags": list(tags)} if tags else {},
        "source": source,
        "outputs": [json.loads(json.dumps(output)) for output in outputs],
        "execution_count": None,
    }


def prints(text: str, name: str = "stdout") -> dict:
    """Return the output of a `print`."""
    return nbformat.v4.new_output("stream", name=name, text=text)


def shows(alt: str, **more: object) -> dict:
    """Return the output of `helpers.figures.drawing.show`."""
    metadata = {"image/png": {"alt": alt, "width": 1, "height": 1, **more}}
    data = {"image/png": PNG, "text/plain": alt}
    return nbformat.v4.new_output("display_data", data=data, metadata=metadata)


def raises(name: str, message: str) -> dict:
    """Return the output of a cell that raised."""
    line = f"{name}: {message}"
    return nbformat.v4.new_output("error", ename=name, evalue=message, traceback=[line])


def result(text: str) -> dict:
    """Return the output of a cell that ends with an expression."""
    return nbformat.v4.new_output("execute_result", data={"text/plain": text})


def _cells(name: str) -> list[dict]:
    number = int(name[:2])
    title = TITLES[name]
    bar = (
        "[Next: 2 · Second →](02-second.ipynb)" if number == 1 else "[← 1 · First](01-first.ipynb)"
    )
    cells = [
        text(
            "title",
            f"# {title}\n\n{bar}\n\nYou train a model.\n\n"
            "**When you are through, you can**\n\n1. train;\n2. save.\n\n"
            "**You need** Python.\n\n**Time**: about 30 minutes.\n",
        ),
        text(
            "setup-text",
            "## Set up\n\nTensorFlow 2.21 is used.\n\n"
            "> **Predict.** How many of 10,000 images will it get right?\n",
        ),
        code(
            "setup",
            'print("TensorFlow", tf.__version__)\nprint(f"{len(images)} images, accuracy {right}")',
            prints("TensorFlow 2.21.0\n10000 images, accuracy 0.8225\n"),
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
            result("'model.ckpt-40'"),
        ),
        code("files", "list_files()", prints("model.ckpt-40.meta, accuracy 0.8225\n")),
        code(
            "draw",
            "from helpers.figures.drawing import show\n"
            "from helpers.figures.digits import digits_figure\n\n"
            'show(digits_figure(images, titles), alt="Ten digits.")',
            shows("Ten digits."),
        ),
        text("closed-text", "A closed session raises a RuntimeError.\n"),
        code(
            "closed",
            "session.run(weights)",
            raises("RuntimeError", "Attempted to use a closed Session."),
            tags=("raises-exception",),
        ),
        code(
            "clock",
            "print(time_taken)",
            prints("1.5 seconds\n"),
            tags=("nbval-ignore-output",),
        ),
    ]
    cells[-1]["metadata"]["nbval-ignore-reason"] = "A time is never the same twice."
    # One ignored output in fewer than twenty cells would be too many.
    cells += [code(f"more-{number}", "2 + 2", result("4")) for number in range(18)]
    cells.append(text("exercises", "## Exercises\n\n**Exercise 1.** How many numbers?\n"))
    for exercise in (1, 2, 3):
        cells.append(
            code(
                f"exercise-{exercise}",
                f"answer_{exercise} = ...\n\ncheck_answer(answer_{exercise})",
                result("Not yet: replace the `...`."),
            )
        )
        cells.append(
            text(
                f"solution-{exercise}",
                "<details><summary>Solution</summary>\n\nThe weights.\n\n"
                f"```python\nanswer_{exercise} = 784 * 10\n```\n\n</details>",
            )
        )
    cells.append(
        text(
            "closing",
            "## What you can do now\n\n1. **Train.** Yes.\n2. **Save.** Yes.\n\n"
            "## If it goes wrong\n\n- **`Attempted to use a closed Session`**: open one "
            f"([Save](#Save)).\n\n{bar}\n",
        )
    )
    code_cells = [cell for cell in cells if cell["cell_type"] == "code"]
    for count, cell in enumerate(code_cells, 1):
        cell["execution_count"] = count
        for output in cell["outputs"]:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count
    return cells
