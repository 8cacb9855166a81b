"""`emgkit listen`: the wire as sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from emgkit.cautions import cautions
from emgkit.cli.options import (
    Debug,
    EmgUnit,
    RecordingFile,
    Wire,
    check_options,
    path_of,
    refuse_session_folder,
)
from emgkit.cli.results import warn


def listen(
    file: RecordingFile,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="WAV", help="The new sound file; it ends in .wav.", parser=path_of),
    ],
    emg: Wire = None,
    emg_unit: EmgUnit = None,
    start: Annotated[float, typer.Option("--from", metavar="S", min=0, help="Begin here, in seconds.")] = 0.0,
    stop: Annotated[
        float | None, typer.Option("--to", metavar="S", min=0, help="End here; else at the end.")
    ] = None,
    full_scale: Annotated[
        float | None,
        typer.Option(
            "--full-scale",
            metavar="UV",
            min=0,
            help="Microvolts at full loudness, to compare recordings; else twice the 99.9th percentile.",
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there.")] = False,
    debug: Debug = False,
) -> None:
    """Write the wire's signal as sound: WAV, 48 kHz, 20 Hz and above, at one gain, which is stated.

    Example: emgkit listen walk_1.c3d --emg TIBPOST_L --out walk_1.wav --from 2 --to 8
    """
    check_options(None, emg_unit)
    if out.suffix.lower() != ".wav":
        raise typer.BadParameter("it does not end in .wav", param_hint="--out")
    if stop is not None and stop <= start:
        raise typer.BadParameter(f"{stop:g} s is not after --from {start:g} s", param_hint="--to")
    refuse_session_folder(out.parent)
    from emgkit import io, sound

    recording = io.read(file, emg=emg, switches={}, emg_unit=emg_unit)
    warn(f"{file.name}: {note}" for note in cautions(recording.notes))
    heard = sound.listen(
        recording, out, start_s=start, stop_s=stop, full_scale_uv=full_scale, overwrite=overwrite
    )
    clipped = (
        f"{heard.n_clipped} of {heard.samples.size} samples beyond it" if heard.n_clipped else "none beyond"
    )
    print(
        f"{out}: {recording.label}, {heard.duration_s:.2f} s at {heard.rate_hz} Hz,"
        f" {heard.low_hz:g} to {heard.high_hz:g} Hz; full scale {heard.full_scale_uv:.4g} uV, {clipped}"
    )
