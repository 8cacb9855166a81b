"""Stimulation through the wire - pulses, blanking, response, twitch, verdict."""

from emgkit.stimulation.examination import Examination, Stack, examine
from emgkit.stimulation.rows import rows

__all__ = ["Examination", "Stack", "examine", "rows"]
