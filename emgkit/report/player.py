"""The sound of a few strides, for the player of the HTML report."""

from __future__ import annotations

import base64

from emgkit.condition.audio import sound
from emgkit.errors import EmgkitError
from emgkit.report.model import Block, Paragraph, Player
from emgkit.report.words import MICRO, Words
from emgkit.result import Analysis

LONGEST_S = 8.0
RATE_HZ = 8000
"""Twice the upper end of the band and more; eight seconds are 128 kB."""


def player(an: Analysis, words: Words) -> tuple[Block, ...]:
    """Return the player with its caption; none without a signal, or where the settings switch it off."""
    used = an.cycles[an.cycles["used"]]
    traces = {trace.trial: trace for trace in an.traces}
    if an.settings.report.sound == "off" or used.empty or used.iloc[0]["trial"] not in traces:
        return ()
    trial = used.iloc[0]["trial"]
    trace = traces[trial]
    start_s = max(float(used.iloc[0]["start_s"]), 0.0)
    stop_s = min(start_s + LONGEST_S, trace.emg_uv.size / trace.rate_hz)
    stretch = trace.emg_uv[round(start_s * trace.rate_hz) : round(stop_s * trace.rate_hz)]
    try:
        heard = sound(stretch, trace.rate_hz, out_rate_hz=RATE_HZ)
    except EmgkitError as error:  # a silent wire has no sound; the report says so and goes on
        return (Paragraph(f"The signal cannot be played: {error}", "note"),)
    clipped = f" {heard.n_clipped} samples are louder and were cut." if heard.n_clipped else ""
    caption = (
        f"Sound of {trial}, from {start_s:.1f} to {stop_s:.1f} s, beginning with the first used {words.one}:"
        f" the conditioned signal ({an.study.band}), full scale"
        f" {heard.full_scale_uv:.0f} {MICRO}.{clipped} The whole recording: emgkit listen."
    )
    data = base64.b64encode(heard.wav()).decode("ascii")
    return (Player(data, f"Sound of the wire's signal in {trial}", caption),)
