"""What `emgkit convert` prints."""

from emgkit.cli.inspect import aligned
from emgkit.io.convert import Conversion, ConvertedChannel

_SAME_SCALE = 0.01


def describe_conversion(done: Conversion) -> str:
    """Return what was written, channel by channel, as text."""
    lines = [
        f"{done.path}: {done.format}, {done.duration_s:g} s in data records of {done.record_s:g} s, "
        f"{_number(len(done.channels), 'channel')}, {_number(done.n_events, 'event')}",
        "",
        *aligned(
            [
                (c.source, c.label, f"{c.rate_hz:g} Hz", f"step {c.step:.6g} {c.unit}".rstrip(), _fidelity(c))
                for c in done.channels
            ]
        ),
        "",
        *[f"Note: {note}" for note in done.notes],
    ]
    return "\n".join(lines).rstrip()


def _fidelity(channel: ConvertedChannel) -> str:
    if channel.kept and channel.deviation < _SAME_SCALE * channel.step:
        return "same counts, same step"
    off = f"off by {channel.deviation:.2g} {channel.unit}".rstrip() + " at most"
    return f"same counts, {off}" if channel.kept else off


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
