"""The foot switches of some strides: voltages, contact states and contacts, on one axis of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emgkit.report import style
from emgkit.report.glyphs import drawn
from emgkit.report.spans import envelope_points
from emgkit.result import Footsteps, SwitchTrace
from emgkit.tables import NOT_DETERMINABLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PARTS = 400
_FOOT_IN, _HEAD_IN = 0.26, 0.12
_STRIP_IN, _SWITCH_IN, _GAP_IN = 0.15, 0.36, 0.07
_AXIS_IN = style.WIDTH_IN - style.LEFT_IN - style.RIGHT_IN
_CONTACT: dict[str, Any] = {"color": style.INK, "linewidth": 0.9, "zorder": 4}
_FOOT_OFF: dict[str, Any] = {"color": style.INK, "linewidth": 0.7, "linestyle": (0, (2, 2)), "zorder": 4}
# told apart by their lightness, and by their letters
_OTHER = " "
_STATES = {
    "H": style.TINT,
    "F": style.ACCENT,
    "P": style.LIGHT,
    "?": style.SWING,
    "": style.ACCENT,
    _OTHER: style.GREY,
}
_LETTER_IN = 0.065
"""The letter of a narrower state would run over its edges."""

Pieces = tuple[tuple[float, float, str], ...]


def footsteps_figure(steps: Footsteps) -> Figure:
    """Draw each switch with its thresholds above the contact states and the stances of the other foot."""
    strips = [("states" if any(s[2] for s in steps.states) else "on the ground", steps.states)]
    if steps.opposite:
        strips.append(("other foot", tuple((*stance, _OTHER) for stance in steps.opposite)))
    row_in = [_SWITCH_IN] * len(steps.switches) + [_STRIP_IN] * len(strips)
    with style.house_style():
        fig = style.new_figure(_FOOT_IN + sum(row_in) + len(row_in) * _GAP_IN + _HEAD_IN)
        top = _FOOT_IN + sum(row_in) + len(row_in) * _GAP_IN
        for k, height in enumerate(row_in):
            top -= height + _GAP_IN
            ax = style.add_axes(fig, top + _GAP_IN, height)
            ax.set_xlim(steps.start_s, steps.stop_s)
            if k < len(steps.switches):
                _switch(ax, steps.switches[k], steps.start_s)
            else:
                _strip(ax, *strips[k - len(steps.switches)], steps.stop_s - steps.start_s)
            for times, look in ((steps.contact_s, _CONTACT), (steps.foot_off_s, _FOOT_OFF)):
                upright = [((time, 0.0), (time, 1.0)) for time in times.tolist()]
                style.add_lines(ax, upright, transform=ax.get_xaxis_transform(), **look)
            ax.xaxis.set_visible(k == len(row_in) - 1)
        fig.axes[-1].set_xlabel("time, s", labelpad=2)
        head = fig.axes[0]
        for time, number in zip(steps.contact_s, steps.stride, strict=True):
            head.text(
                time, 1.03, f"stride {number}", transform=head.get_xaxis_transform(), size=6, va="bottom"
            )
    return fig


def _switch(ax: Axes, switch: SwitchTrace, start_s: float) -> None:
    x, y = envelope_points(switch.voltage_v, _PARTS)
    ax.plot(start_s + x * switch.voltage_v.size / switch.rate_hz, y, color=style.ACCENT, linewidth=0.8)
    for level in switch.threshold_v:
        ax.axhline(level, color=style.GREY, linewidth=0.5, linestyle=(0, (4, 2)), zorder=1)
    ax.set_ylabel("V", rotation=0, labelpad=6, va="center")
    ax.locator_params(axis="y", nbins=2)
    ax.margins(y=0.12)
    right: dict[str, Any] = {"transform": ax.transAxes, "size": 6, "va": "center"}
    ax.text(1.012, 0.72, drawn(switch.site.replace("_", " "), 16), **right)
    ax.text(1.012, 0.28, drawn(switch.label, 14), color=style.GREY, **right)


def _strip(ax: Axes, label: str, pieces: Pieces, length_s: float) -> None:
    for start, stop, letter in pieces:
        colour = _STATES[letter]
        style.add_bars(ax, 0.5, 1.0, ((start, stop),), facecolor=colour, linewidth=0)
        if letter and (stop - start) / length_s * _AXIS_IN > _LETTER_IN:
            ink = "white" if colour == style.ACCENT else style.INK
            ax.text((start + stop) / 2, 0.46, letter, ha="center", va="center", size=6, color=ink)
    if not pieces:
        ax.text(0.5, 0.5, NOT_DETERMINABLE, transform=ax.transAxes, ha="center", va="center", size=6)
    ax.set_ylim(0, 1)
    ax.yaxis.set_visible(False)
    ax.text(1.012, 0.5, label, transform=ax.transAxes, size=6, va="center")
    for spine in ax.spines.values():
        spine.set_visible(False)
