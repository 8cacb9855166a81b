"""Edits by hand: applied over the automatic result of a trial, all of them or none."""

from emgkit.editing.trail import TOLERANCE_S, Misfit, edited

__all__ = ["TOLERANCE_S", "Misfit", "edited"]
