"""Filters and envelopes for magnitude; zero-phase, with cut-offs stated after both passes."""

from emgkit.condition.envelopes import envelope_of, envelope_words
from emgkit.condition.filters import Conditioned, condition, reach_s

__all__ = ["Conditioned", "condition", "envelope_of", "envelope_words", "reach_s"]
