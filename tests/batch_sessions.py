"""Small session folders for the tests of a batch, and what stands in a folder."""

import contextlib
from pathlib import Path

import emgkit
from emgkit.simulation.files import write_c3d

MANIFEST = """\
[session]
{id}
[electrode]
muscle = "tibialis_anterior"
side = "left"
[trials]
walk = ["walk_*.c3d"]
"""


def write_session(folder, id=None, seed=0):
    """Write a session of four strides; without `id` its manifest states none."""
    folder.mkdir(parents=True, exist_ok=True)
    trial = folder / "walk_1.c3d"
    write_c3d(emgkit.simulate(n_cycles=4, rate_hz=1000.0, cycle_s=0.8, seed=seed), trial)
    write_manifest(folder, id)
    return folder


def write_manifest(folder, id=None):
    folder.mkdir(parents=True, exist_ok=True)
    text = MANIFEST.format(id="" if id is None else f'id = "{id}"')
    (folder / "session.toml").write_text(text, encoding="utf-8")
    return folder


def tree(folder):
    """Return every file below a folder, hidden ones too, with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}


def listing(folder):
    """Return what a change of anything below a folder would change, reading apart."""
    return {
        p.relative_to(folder).as_posix(): (p.stat().st_mtime_ns, p.stat().st_size, p.stat().st_mode)
        for p in [Path(folder), *Path(folder).rglob("*")]
    }


def by_id(outcomes):
    return {one.id: one for one in outcomes}


@contextlib.contextmanager
def read_only(folder):
    """Take away the right to write from a folder and all that is in it."""
    places = [Path(folder), *Path(folder).rglob("*")]
    modes = {place: place.stat().st_mode for place in places}
    for place in places:
        place.chmod(modes[place] & ~0o222)
    try:
        yield
    finally:
        for place in places:
            place.chmod(modes[place])
