"""Damaged C3D, EDF and BDF files: what is read, what is refused, how fast; and what ezc3d makes of them.

    python benchmarks/damaged_files.py [number of files [number of processes]]

writes docs/validation/damaged_files.md. Seeded; times differ from run to run, outcomes do not. Real files are
looked for in ../shared/data; without them only simulated ones are damaged, and the page says so. Interrupted
(Ctrl+C), it writes what it has.
"""

from __future__ import annotations

import collections
import functools
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import damage  # noqa: E402
from reading import differences, notes_of, read_as_a_user  # noqa: E402

PAGE = ROOT / "docs" / "validation" / "damaged_files.md"
SHARED = ROOT.parent / "shared" / "data"
N_FILES, N_BITS, EVERY_EZC3D = 17_000, 3_600, 10
MOST_S, MOST_MB, HUNG_S = 2.0, 500, 10.0
IN_MEMORY = Path("/dev/shm")
ENOUGH = threading.Event()

RULES = f"""\
Each is used as a user would: channels listed, one channel read (the first, if none is picked; the unit
given), events read. *Read*: a channel was; *listed*: its channels are shown, none was read; *refused*: an
`InputError` for the whole. *Other*, which must be 0: another exception, a warning, a value that is not
finite, more samples than the file holds, more than {MOST_S:g} s or {MOST_MB} MB, a process that hung or died.
Times are of the processor; memory is the peak above that before the file."""
NOT_CAUGHT = """\
A file says some things only once, and a bit that is wrong there reads as another truth: the value of a scale,
an offset or a range (the amplitude is then wrong), the time of an event, a letter of a label, and every
sample. A wrong unit is refused unless it is another unit; a wrong label of an event is listed as unknown. In
EDF, samples and duration of a record have no second statement but the size of the file and, in EDF+, the
times of the records. What is stated twice is compared: counts, kind, place and rate of the samples, first
frame, and the length of every parameter."""


@dataclass(frozen=True)
class Case:
    """One damaged file and what came of it."""

    number: int
    kind: str
    format: str
    source: str
    outcome: str
    """read, listed, refused; raises (anything but an InputError), slow, hung or died."""
    said: str = ""
    cpu_s: float = 0.0
    memory_mb: float = 0.0
    differs: tuple[str, ...] = ()
    noted: bool = False


class Slow(BaseException):
    """The time is over; no reader catches it as an error of the file."""


@functools.cache
def sources() -> list[damage.Source]:
    """All files that are damaged."""
    simulated = damage.simulated_sources(ROOT / "sample_data")
    return (damage.shared_sources(SHARED) if SHARED.is_dir() else []) + simulated


def status(name: str) -> float:
    """Return a line of the process's memory, in megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def stop(number: int, frame: FrameType | None) -> None:
    raise Slow


def attempt(read: Callable[[Path], Case], path: Path, case: Case) -> Case:
    """Read under the limits of time and memory."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before, begin = status("VmRSS"), time.process_time()
    signal.setitimer(signal.ITIMER_PROF, MOST_S)
    try:
        done = read(path)
    except Slow:
        done = Case(0, "", "", "", "slow")
    except Exception as error:
        done = Case(0, "", "", "", "raises", f"{type(error).__name__}: {error}"[:200])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return replace(
        done,
        number=case.number,
        kind=case.kind,
        format=case.format,
        source=case.source,
        cpu_s=time.process_time() - begin,
        memory_mb=status("VmHWM") - before,
    )


@functools.cache
def sound(name: str, folder: Path) -> object:
    """Return the reading of a source before it was damaged."""
    source = next(s for s in sources() if f"{s.name}{s.format}" == name)
    path = folder / f"case{source.suffix}"
    path.write_bytes(source.data)
    return read_as_a_user(path)


def with_emgkit(path: Path, source: damage.Source, reference: object) -> Case:
    reading = read_as_a_user(path)
    differs = differences(reference, reading)
    noted = notes_of(reference) != notes_of(reading) or reading.refusals != reference.refusals
    return Case(
        0, "", "", "", reading.outcome, " ".join(reading.refusals)[:200], differs=differs, noted=noted
    )


def with_ezc3d(path: Path, source: damage.Source, reference: object) -> Case:
    import ezc3d

    try:
        ezc3d.c3d(str(path))
    except Exception as error:
        return Case(0, "", "", "", "raises", type(error).__name__)
    return Case(0, "", "", "", "read")


def work(pipe: Connection, reader: str, folder: Path) -> None:
    """Serve cases until the process is ended."""
    os.setsid()  # an interrupt is for the parent alone
    warnings.simplefilter("error")
    signal.signal(signal.SIGPROF, stop)
    read = with_emgkit if reader == "emgkit" else with_ezc3d
    for source in sources()[-7:]:  # load everything that reading loads, before memory is limited
        if reader == "emgkit":
            sound(f"{source.name}{source.format}", folder)
    if reader == "ezc3d":
        import ezc3d

        ezc3d.c3d()
        sys.stdout = sys.stderr = open("/dev/null", "w")  # noqa: SIM115
    else:
        limit = int((status("VmSize") + MOST_MB) * 2**20)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    while True:
        what, number = pipe.recv()
        kind, source, data = (damage.damaged if what == "damaged" else damage.one_bit)(sources(), number)
        reference = sound(f"{source.name}{source.format}", folder) if reader == "emgkit" else None
        path = folder / f"case{source.suffix}"
        path.write_bytes(data)
        case = Case(number, kind, source.format, source.name, "")
        pipe.send(attempt(functools.partial(read, source=source, reference=reference), path, case))


def run(reader: str, what: str, numbers: Iterable[int]) -> list[Case]:
    """Read cases in a process of their own; when it dies or hangs, the next goes on behind."""
    context = multiprocessing.get_context("fork")
    found: list[Case] = []
    pipe, process = None, None
    make = damage.damaged if what == "damaged" else damage.one_bit
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        for number in numbers:
            if ENOUGH.is_set():
                break
            if process is None:
                pipe, theirs = context.Pipe()
                process = context.Process(target=work, args=(theirs, reader, Path(folder)), daemon=True)
                process.start()
                theirs.close()
            try:
                pipe.send((what, number))
                if not pipe.poll(HUNG_S):
                    raise TimeoutError
                found.append(pipe.recv())
            except (EOFError, OSError, TimeoutError) as error:
                kind, source, _ = make(sources(), number)
                process.kill()
                process.join()
                outcome = "hung" if isinstance(error, TimeoutError) else "died"
                code = f"code {process.exitcode}"
                found.append(Case(number, kind, source.format, source.name, outcome, code))
                process = None
        if process is not None:
            process.kill()
            process.join()
    return found


def in_parallel(reader: str, what: str, numbers: list[int], workers: int) -> list[Case]:
    parts = [numbers[i::workers] for i in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        return [case for part in pool.map(lambda p: run(reader, what, p), parts) for case in part]


def table(head: str, rows: dict[str, list[Case]]) -> list[str]:
    lines = [
        f"| {head} | files | read | listed | refused | other | slowest, ms | most, MB |",
        "|---" * 8 + "|",
    ]
    everything = [case for cases in rows.values() for case in cases]
    for name, cases in [*rows.items(), ("all", everything)]:
        n = collections.Counter(case.outcome for case in cases)
        other = len(cases) - n["read"] - n["listed"] - n["refused"]
        slowest = max(case.cpu_s for case in cases) * 1000
        most = max(case.memory_mb for case in cases)
        lines.append(
            f"| {name} | {len(cases)} | {n['read']} | {n['listed']} | {n['refused']} | {other} | "
            f"{slowest:.0f} | {most:.1f} |"
        )
    return [*lines, ""]


def grouped(cases: list[Case], key: Callable[[Case], str]) -> dict[str, list[Case]]:
    rows: dict[str, list[Case]] = {}
    for case in cases:
        rows.setdefault(key(case), []).append(case)
    return dict(sorted(rows.items()))


_PLACES = (
    ("physical and digital range", ("physical", "digital")),
    ("names, pointers, shapes of parameters", (" name", " pointer", " shape", "section")),
    ("header: places and counts", ("header",)),
    ("rates", ("RATE", "samples a record")),
    ("SCALE, GEN_SCALE, OFFSET", ("ANALOG:SCALE", "GEN_SCALE", "OFFSET")),
    ("labels, units, descriptions", ("LABELS", "UNITS", "DESCRIPTIONS", "label", "dimension", "transducer")),
    ("frame counts", ("FRAMES", "ACTUAL_")),
    ("other counts and places", ("POINT:USED", "ANALOG:USED", "DATA_START", "POINT:SCALE", "FORMAT")),
)


def place(case: Case) -> str:
    if case.kind.startswith("EVENT:") and not case.kind.endswith((" name", " pointer", " shape")):
        return "events"
    return next((name for name, words in _PLACES if any(word in case.kind for word in words)), "all else")


def bits_table(cases: list[Case]) -> list[str]:
    lines = [
        "| one bit in | files | refused | as before | differs, says so | differs without a word | in what |",
        "|---" * 7 + "|",
    ]
    for name, rows in grouped(cases, place).items():
        refused = sum(case.outcome in ("refused", "listed") and not case.differs for case in rows)
        refused -= sum(case.outcome == "listed" and not case.noted for case in rows)
        noted = sum(bool(case.differs) and case.noted for case in rows)
        silent = [case for case in rows if case.differs and not case.noted]
        what = collections.Counter(word for case in silent for word in case.differs)
        said = ", ".join(f"{word} {count}" for word, count in what.most_common())
        same = len(rows) - refused - noted - len(silent)
        lines.append(f"| {name} | {len(rows)} | {refused} | {same} | {noted} | {len(silent)} | {said} |")
    return [*lines, ""]


def ezc3d_table(cases: list[Case], ours: list[Case]) -> list[str]:
    lines = ["| | read | error | process ended | hung |", "|---" * 5 + "|"]
    n = collections.Counter(case.outcome for case in cases)
    slow = n["hung"] + n["slow"]
    lines.append(f"| ezc3d, {len(cases)} files | {n['read']} | {n['raises']} | {n['died']} | {slow} |")
    m = collections.Counter(case.outcome for case in ours)
    read, slow = m["read"] + m["listed"], m["hung"] + m["slow"]
    lines.append(f"| emgkit, the same | {read} | {m['refused']} | {m['died']} | {slow} |")
    return [*lines, ""]


def main() -> None:
    n_files = int(sys.argv[1]) if len(sys.argv) > 1 else N_FILES
    n_bits = n_files * N_BITS // N_FILES
    signal.signal(signal.SIGINT, lambda number, frame: ENOUGH.set())
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count() or 1
    bits = in_parallel("emgkit", "bit", list(range(n_bits)), workers)
    cases = in_parallel("emgkit", "damaged", list(range(n_files)), workers)
    ENOUGH.clear()  # the comparison is of what was done
    ours = [c for c in cases if c.number % EVERY_EZC3D == 0 and c.format.startswith("C3D")]
    theirs = in_parallel("ezc3d", "damaged", [case.number for case in ours], workers)
    bad = [c for c in cases + bits if c.outcome not in ("read", "listed", "refused")]
    heavy = [c for c in cases + bits if c.memory_mb > MOST_MB or c.cpu_s > MOST_S]
    for case in [*bad, *heavy][:20]:
        print(case)
    formats = collections.Counter(source.format for source in sources())
    real = "" if SHARED.is_dir() else " Real files were not at hand: simulated ones only."
    lines = [
        "# Damaged files",
        "",
        f"{len(cases)} damaged files and {len(bits)} with a single wrong bit, made from {len(sources())}",
        f"sound ones ({', '.join(f'{n} {name}' for name, n in sorted(formats.items()))}),",
        f"cut to about 40 kB of samples.{real}",
        "",
        RULES,
        "",
        f"**{len(bad) + len(heavy)} of {len(cases) + len(bits)} broke a rule.**",
        "",
        "## By kind of damage",
        "",
        *table("damage", grouped(cases, lambda case: case.kind)),
        "## By format",
        "",
        *table("format", grouped(cases, lambda case: case.format)),
        "## A single wrong bit",
        "",
        "Against the reading of the sound file: labels, units, rates, lengths, samples and events.",
        "",
        *bits_table(bits),
        NOT_CAUGHT,
        "",
        "## ezc3d on the same C3D files",
        "",
        *ezc3d_table(theirs, ours),
    ]
    PAGE.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    print("\n".join(lines))
    sys.exit(1 if bad or heavy else 0)


if __name__ == "__main__":
    main()
