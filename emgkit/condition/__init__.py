"""Filters and envelopes for magnitude; zero-phase, with cut-offs stated after both passes."""

from emgkit.condition.filters import Conditioned, condition

__all__ = ["Conditioned", "condition"]
