"""How every picture of the course looks, and how it is put into a notebook."""

import base64
import html
import io

from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito's palette, made to be told apart without seeing red or green, with orange, green
# and grey darker, so that words in them have a contrast of 5:1 on white:
# https://jfly.uni-koeln.de/color/
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#B84E00", "#007A59", "#6E6E6E"

_DOTS_PER_INCH = 144


def new_figure(width: float, height: float, rows: int = 1, columns: int = 1) -> tuple[Figure, list]:
    """Return an empty figure of `width` x `height` inches and its axes, row by row, as a list.

    The axes have no frame at the top and the right.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
    return figure, axes


def without_frame(axes: Axes) -> None:
    """Take frame, ticks and their labels away, as an image wants it."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


def png(figure: Figure) -> bytes:
    """Return the figure as a PNG file's bytes: the same figure, the same bytes."""
    buffer = io.BytesIO()
    # Without the name of the library's version, which is the only thing in it that is not drawn.
    figure.savefig(buffer, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
    return buffer.getvalue()


def show(figure: Figure, alt: str) -> None:
    """Put the figure into the notebook's output, with `alt` for those who do not see it.

    The picture is an `<img>` in HTML: of what JupyterLab, nbconvert and Sphinx show, only this
    hands its text to a screen reader. Where only text is shown, it stands in for the picture.

    Raises:
        ValueError: `alt` is empty.
    """
    if not alt.strip():
        raise ValueError("Every picture needs an alternative text: say in `alt` what it shows.")
    width = round(figure.get_figwidth() * 96)
    source = f"data:image/png;base64,{base64.b64encode(png(figure)).decode()}"
    image = f'<img alt="{html.escape(alt)}" width="{width}" src="{source}">'
    display({"text/html": image, "text/plain": alt}, raw=True)
