"""The picture of where each tensor of a checkpoint lies in its `.data` files."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from helpers.checkpoints.index_file import StoredTensor
from helpers.figures.drawing import BLUE, GREEN, ORANGE, new_figure

# One look for each `.data` file, to be told apart without colour too.
_SHARDS = [(BLUE, ""), (ORANGE, "///"), (GREEN, "...")]


def layout_figure(checkpoints: Mapping[str, Sequence[StoredTensor]]) -> Figure:
    """Draw a panel for each checkpoint: a row a tensor, a bar from its first byte to its last.

    Behind the bar stands the number of the `.data` file; bars of another file have another colour
    and hatch. A tensor that is small beside the others is a line.

    Args:
        checkpoints: for each panel's title, the tensors in the order of the rows; the same names
            in each.

    Raises:
        ValueError: the checkpoints hold different names, or there are more `.data` files than can
            be told apart.
    """
    names = [[tensor.name for tensor in tensors] for tensors in checkpoints.values()]
    for title, its_names in zip(checkpoints, names, strict=True):
        if its_names != names[0]:
            raise ValueError(f"{title} holds other names than the first checkpoint.")
    for title, tensors in checkpoints.items():
        if any(tensor.shard >= len(_SHARDS) for tensor in tensors):
            raise ValueError(f"{title} has more than the {len(_SHARDS)} .data files to be drawn.")
    figure, panels = new_figure(8.6, 0.3 * len(names[0]) + 1.1, columns=len(checkpoints))
    for panel, (title, tensors) in zip(panels, checkpoints.items(), strict=True):
        for row, tensor in enumerate(tensors):
            colour, hatch = _SHARDS[tensor.shard]
            start, length = tensor.offset / 1000, tensor.size / 1000
            panel.barh(
                row, length, left=start, height=0.6, color="none", edgecolor=colour, hatch=hatch
            )
            panel.annotate(
                f" file {tensor.shard}",
                (start + length, row),
                va="center",
                fontsize=9,
                color=colour,
            )
        panel.set_title(title, fontsize=9)
        panel.set_yticks(range(len(tensors)), names[0] if panel is panels[0] else [], fontsize=9)
        panel.set(ylim=(len(tensors) - 0.5, -0.5))
        end = max(tensor.offset + tensor.size for tensor in tensors) / 1000
        # Room at the left for a bar too thin to be seen on the axis, at the right for its label.
        panel.set_xlim(-0.02 * end, 1.2 * end)
        panel.tick_params(labelsize=9)
    figure.supxlabel("position in the .data file (kB)", fontsize=9)
    return figure
