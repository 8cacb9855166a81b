"""Foot switches of a walk in closed form: a stride is a list of (site, closes, opens) in seconds."""

import numpy as np

from emgkit.model import Switch

RATE = 1000.0
HEEL, FIFTH, FIRST, TOE = "heel", "fifth_metatarsal", "first_metatarsal", "toe"
TYPICAL = {HEEL: (0.0, 0.35), FIFTH: (0.08, 0.55), FIRST: (0.10, 0.58), TOE: (0.33, 0.62)}
"""Seconds of a stride of 1 s: H to 0.08, F to 0.35, P to 0.62, then S."""
WEIGHTS = {HEEL: 0.5, FIFTH: 1.0, FIRST: 2.0, TOE: 4.0}


def spans(starts, pattern=TYPICAL, scale=1.0):
    """Return when each site is closed, from the starts of the strides: lists of (start, stop) by site."""
    scales = np.broadcast_to(scale, np.shape(starts))
    return {
        site: [(t + a * s, t + b * s) for t, s in zip(starts, scales, strict=True)]
        for site, (a, b) in pattern.items()
    }


def closed(intervals, duration_s, rate_hz=RATE):
    """Return whether a site is closed at each sample; a sample at an edge counts as after it."""
    t = np.arange(round(duration_s * rate_hz)) / rate_hz + 1e-9
    out = np.zeros(t.size, dtype=bool)
    for a, b in intervals:
        out |= (t >= a) & (t < b)
    return out


def channels(sites, duration_s, rate_hz=RATE, supply_v=5.0, noise_v=0.02, seed=0):
    """Return one switch a site."""
    rng = np.random.default_rng(seed)
    return {
        site: switch(site, supply_v * closed(intervals, duration_s, rate_hz), rate_hz, noise_v, rng)
        for site, intervals in sites.items()
    }


def switch(site, volts, rate_hz=RATE, noise_v=0.0, rng=None):
    """Return a switch with noise; its label tells the site."""
    noise = noise_v * rng.standard_normal(volts.size) if rng is not None else 0.0
    return Switch(site, f"FSW_{site.upper()}", volts + noise, rate_hz)


def coded(sites, duration_s, rate_hz=RATE, weights=WEIGHTS, noise_v=0.02, offset_v=0.0, seed=0):
    """Return one coded channel."""
    volts = sum(weights[site] * closed(sites[site], duration_s, rate_hz) for site in sites) + offset_v
    return {"coded": switch("coded", volts, rate_hz, noise_v, np.random.default_rng(seed))}


def walk(n=12, stride_s=1.0, first_s=0.6, pattern=TYPICAL):
    """Return the starts of n strides, when each site is closed, and a duration that ends in swing."""
    starts = first_s + stride_s * np.arange(n)
    return starts, spans(starts, pattern, stride_s), first_s + n * stride_s - 0.1 * stride_s
