"""Pictures of measurements that are no run, in the manner of the report's curves, as files of their own."""

from typing import TYPE_CHECKING

from linnaeus.reporting import old_figures as figures
from linnaeus.reporting.old_figures import Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def axes_alone(palette: Palette, size: tuple[float, float] = (6.0, 3.6)) -> "Axes":
    """Axes in the report's manner, with room for words beside them; `size` in inches."""
    from matplotlib.figure import Figure

    axes = Figure(figsize=size, facecolor="none", layout="constrained").add_subplot(facecolor="none")
    figures.plain_frame(axes, palette)
    return axes


def label(axes: "Axes", palette: Palette, below: str, above: str) -> None:
    """Say what the two axes show: the one below it, the other as a line above the picture."""
    axes.set_xlabel(below, color=palette.ink, fontsize=figures.TEXT)
    axes.set_title(above, color=palette.ink, fontsize=figures.TEXT, loc="left")
