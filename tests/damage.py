"""Damaged recordings: sound C3D and EDF files, made short, and every kind of damage to them.

All is seeded: the same kind, source and number give the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from c3d_writer import BLOCK, DEC, MIPS, PC, raw_c3d, real, text

C3D_KINDS = {PC: "PC", DEC: "DEC", MIPS: "MIPS"}
MOST_DATA = 40_000
"""Bytes of samples that a source keeps: a case is to take milliseconds."""
Range = tuple[int, int]


@dataclass(frozen=True)
class Field:
    """A number or text of the file and where it lies."""

    name: str
    place: Range
    kind: str
    """"word", "real", "text" or "size" (a byte that counts)."""


@dataclass(frozen=True)
class Source:
    """A sound file, short, with a map of it."""

    name: str
    format: str
    data: bytes
    header: Range
    parameters: Range
    fields: tuple[Field, ...]

    @property
    def suffix(self) -> str:
        """Ending of its name."""
        return ".c3d" if self.format.startswith("C3D") else f".{self.format[:3].lower()}"

    @property
    def samples(self) -> Range:
        """Where the samples lie."""
        return self.parameters[1], len(self.data)

    def field_at(self, at: int) -> str:
        """Name of the field that holds a byte, or of the part of the file."""
        inside = [f for f in self.fields if f.place[0] <= at < f.place[1]]
        if inside:
            return inside[0].name
        parts = {"header": self.header, "parameters": self.parameters, "data": self.samples}
        return next((f"{name}, rest" for name, (a, b) in parts.items() if a <= at < b), "outside")


# the words of the header of a C3D: byte and name
_C3D_HEADER = (
    (2, "POINTS"),
    (4, "ANALOG VALUES"),
    (6, "FIRST FRAME"),
    (8, "LAST FRAME"),
    (10, "GAP"),
    (16, "DATA BLOCK"),
    (18, "SAMPLES A FRAME"),
)
_EDF_HEADER = (
    ("version", 8),
    ("patient", 80),
    ("recording", 80),
    ("date", 8),
    ("time", 8),
    ("bytes in header", 8),
    ("reserved", 44),
    ("data records", 8),
    ("duration", 8),
    ("signals", 4),
)
_EDF_SIGNAL = (
    ("label", 16),
    ("transducer", 80),
    ("dimension", 8),
    ("physical min", 8),
    ("physical max", 8),
    ("digital min", 8),
    ("digital max", 8),
    ("prefiltering", 80),
    ("samples a record", 8),
    ("reserved of signal", 32),
)


def c3d_source(name: str, data: bytes) -> Source:
    """Map a C3D file and cut it short: counts of frames in header and parameters are put right."""
    start, processor = (data[0] - 1) * BLOCK, data[(data[0] - 1) * BLOCK + 3]
    order = ">" if processor == MIPS else "<"
    fields = [Field("header: pointer", (0, 1), "size"), Field("header: key", (1, 2), "size")]
    fields += [Field(f"header: {what}", (at, at + 2), "word") for at, what in _C3D_HEADER]
    fields += [Field("header: SCALE", (12, 16), "real"), Field("header: RATE", (20, 24), "real")]
    fields += [Field(f"section: byte {i}", (start + i, start + i + 1), "size") for i in range(4)]
    points, values, first, last = struct.unpack(order + "4H", data[2:10])
    (block,) = struct.unpack(order + "H", data[16:18])
    is_real = data[{PC: 15, DEC: 13, MIPS: 12}[processor]] >= 0x80  # the sign of the scale
    begin = (block - 1) * BLOCK
    at, groups = start + 4, {}
    while at + 2 < begin:
        length, number = struct.unpack("bb", data[at : at + 2])
        if not length or not number:
            break
        label = data[at + 2 : at + 2 + abs(length)].decode("latin-1").upper()
        pointer = at + 2 + abs(length)
        if number < 0:
            groups[-number] = label
        full = f"{groups.get(number, '?')}:{label}" if number > 0 else f"group {label}"
        fields.append(Field(f"{full} name", (at, pointer), "text"))
        fields.append(Field(f"{full} pointer", (pointer, pointer + 2), "word"))
        if number > 0:
            code, n = struct.unpack("bB", data[pointer + 2 : pointer + 4])
            shape = data[pointer + 4 : pointer + 4 + n]
            held = pointer + 4 + n
            end = held + abs(code) * int(np.prod([int(d) for d in shape], dtype=int))
            fields.append(Field(f"{full} shape", (pointer + 2, held), "size"))
            fields.append(Field(full, (held, end), {-1: "text", 2: "word", 4: "real"}.get(code, "size")))
        (step,) = struct.unpack(order + "h", data[pointer : pointer + 2])
        if not step:
            break
        at = pointer + step
    frame = (4 if is_real else 2) * (4 * points + values)
    frames = min(last - first + 1, max(8, MOST_DATA // frame))
    short = bytearray(data[: begin + frames * frame])
    if frames < last - first + 1:
        by_name = {f.name: f.place[0] for f in fields}
        short[8:10] = struct.pack(order + "H", first + frames - 1)
        if "POINT:FRAMES" in by_name:
            at = by_name["POINT:FRAMES"]
            short[at : at + 2] = struct.pack(order + "H", frames)
        if "TRIAL:ACTUAL_END_FIELD" in by_name:
            at = by_name["TRIAL:ACTUAL_END_FIELD"]
            short[at : at + 4] = struct.pack(order + "2H", first + frames - 1, 0)
    short += bytes(-len(short) % BLOCK)
    kind = f"C3D {C3D_KINDS[processor]} {'real' if is_real else 'integer'}"
    return Source(name, kind, bytes(short), (0, 24), (start, begin), tuple(fields))


def edf_source(name: str, data: bytes) -> Source:
    """Map an EDF or BDF file and cut it short, by whole records."""
    n = int(data[252:256])
    fields, at = [], 0
    for what, width in _EDF_HEADER:
        fields.append(Field(f"header: {what}", (at, at + width), "text"))
        at += width
    places: dict[str, list[Range]] = {}
    for what, width in _EDF_SIGNAL:
        places[what] = [(at + i * width, at + (i + 1) * width) for i in range(n)]
        fields += [Field(what, place, "text") for place in places[what]]
        at += n * width
    is_bdf = data[0] == 255
    record = (3 if is_bdf else 2) * sum(int(data[a:b]) for a, b in places["samples a record"])
    records = min((len(data) - at) // record, max(3, MOST_DATA // record))
    short = data[:236] + str(records).encode().ljust(8) + data[244 : at + records * record]
    reserved = data[192:197].decode().strip()
    kind = reserved if reserved[3:4] == "+" else "BDF" if is_bdf else "EDF"
    return Source(name, kind, short, (0, 256), (256, at), tuple(fields))


_C3D_FORMAT = ("Eb015pi", "Eb015pr", "Eb015si", "Eb015sr", "Eb015vi", "Eb015vr", "TESTBPI", "FP1", "TYPE-2")
_C3D_FORMAT += ("admarche2", "Dance", "dynamic", "dec_real", "sgi_int", "pc_int", "fukuchi_WBDS19walkT01")
_C3D_GAIT = ("2198928", "Gait with EMG", "HC002D06", "MH0222_BP06", "PiG_Motion3_FF", "PlugInC3D")
_C3D_GAIT += ("gait-pig-nz", "gait-pig", "treadmill_events", "vicon_zerowire", "type-4a")


def simulated_sources(sample_data: Path) -> list[Source]:
    """Files that the project itself makes, and some by hand of kinds that are rare in the wild."""
    found = [
        c3d_source("simulated walk_1", (sample_data / "tibialis_anterior_walking/walk_1.c3d").read_bytes()),
        c3d_source("simulated rest", (sample_data / "vastus_intermedius_after_stroke/rest.c3d").read_bytes()),
    ]
    folder = sample_data / "flexor_carpi_ulnaris_hand_movement"
    found += [edf_source(f"simulated {n}", (folder / f"{n}.edf").read_bytes()) for n in ("flexion_1", "rest")]
    rng = np.random.default_rng(3)
    for number, kind, processor, channels in (
        ("unsigned", "uint16", PC, 3),
        ("300 channels", "int16", PC, 300),
        ("MIPS without points", "real", MIPS, 2),
    ):
        stored = rng.integers(0, 32768, (20, 10, channels))
        stated = {
            ("ANALOG", "FORMAT"): text("UNSIGNED" if kind == "uint16" else "SIGNED"),
            ("EVENT", "USED"): struct.pack(">bBH" if processor == MIPS else "<bBH", 2, 0, 2),
            ("EVENT", "TIMES"): real(0.0, 0.04, 0.0, 0.12, shape=(2, 2)),
            ("EVENT", "LABELS"): text("Foot Strike", "Foot Off"),
            ("EVENT", "CONTEXTS"): text("Left", "Left"),
        }
        labels = tuple(f"EMG{i}" for i in range(channels))
        data = raw_c3d(stored, labels=labels, kind=kind, processor=processor, parameters=stated)
        found.append(c3d_source(number, data))
    return found


def shared_sources(shared_data: Path) -> list[Source]:
    """Real files: C3D of every processor and kind, EDF, BDF, EDF+C, EDF+D."""
    c3d = [p for p in (shared_data / "c3d_format").iterdir() if p.stem in _C3D_FORMAT]
    c3d += [p for p in (shared_data / "c3d_gait_emg").iterdir() if p.stem in _C3D_GAIT]
    c3d += [shared_data / "footswitch" / "pin2gpi_footswitch.c3d"]
    c3d += [shared_data / "gait_burst_labels" / "2018_S3_NO_FLOAT_T1.c3d"]
    edf = [p for p in (shared_data / "edf").iterdir() if p.suffix in (".edf", ".bdf")]
    # one is malformed as it stands: no map can be drawn of it
    edf = [p for p in edf if p.name != "sub-01_task-holdWeight_emg.edf"]
    edf += [shared_data / "gait_burst_labels" / "2018_S3_NO_FLOAT_T1.edf"]
    found = [c3d_source(p.stem, p.read_bytes()) for p in sorted(c3d)]
    return found + [edf_source(p.stem, p.read_bytes()) for p in sorted(edf)]


def _flip(data: bytearray, places: Sequence[int], rng: np.random.Generator) -> bytearray:
    for at in places:
        data[at] ^= 1 << int(rng.integers(0, 8))
    return data


def _within(place: Range, rng: np.random.Generator, n: int) -> list[int]:
    return [int(i) for i in rng.integers(place[0], max(place[1], place[0] + 1), n)]


def _bits_in(part: str, most: int) -> Callable[..., bytes]:
    def damage(source: Source, rng: np.random.Generator, other: Source) -> bytes:
        places = _within(getattr(source, part), rng, int(rng.integers(1, most + 1)))
        return bytes(_flip(bytearray(source.data), places, rng))

    return damage


def _cut_at_block(source: Source, rng: np.random.Generator, other: Source) -> bytes:
    return source.data[: BLOCK * int(rng.integers(0, len(source.data) // BLOCK + 1))]


def _cut_inside(source: Source, rng: np.random.Generator, other: Source) -> bytes:
    return source.data[: int(rng.integers(0, len(source.data)))]


def _pick(source: Source, rng: np.random.Generator, kinds: tuple[str, ...]) -> Field:
    fields = [f for f in source.fields if f.kind in kinds and f.place[1] > f.place[0]]
    return fields[int(rng.integers(0, len(fields)))]


def _swapped_fields(source: Source, rng: np.random.Generator, other: Source) -> bytes:
    one = _pick(source, rng, ("word", "real", "text", "size"))
    length = one.place[1] - one.place[0]
    same = [f for f in source.fields if f.kind == one.kind and f.place[1] - f.place[0] == length]
    two = same[int(rng.integers(0, len(same)))]
    data = bytearray(source.data)
    (a, b), (c, d) = one.place, two.place
    data[a:b], data[c:d] = data[c:d], data[a:b]
    return bytes(data)


_WORDS = (0, 1, 2, 255, 256, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF)
_REALS = (0.0, -1.0, 1e-30, 1e38, float("inf"), float("nan"), 65536.0)
_NUMERALS = ("0", "-1", "1", "99999999", "1e9", "-32768", "nan", "inf", "", "0.00001", "1e300", "-0", "1_0")


def _strange_counts(source: Source, rng: np.random.Generator, other: Source) -> bytes:
    data = bytearray(source.data)
    if not source.format.startswith("C3D"):
        numeric = ("header: bytes", "header: data", "header: dur", "header: sig", "physical", "digital")
        fields = [f for f in source.fields if f.name.startswith((*numeric, "samples a"))]
        a, b = fields[int(rng.integers(0, len(fields)))].place
        data[a:b] = _NUMERALS[int(rng.integers(0, len(_NUMERALS)))].encode().ljust(b - a)[: b - a]
        return bytes(data)
    field = _pick(source, rng, ("word", "real", "size"))
    order = ">" if source.format.startswith("C3D MIPS") else "<"
    width = {"word": 2, "real": 4, "size": 1}[field.kind]
    at = field.place[0] + width * int(rng.integers(0, (field.place[1] - field.place[0]) // width))
    if field.kind == "real":
        data[at : at + 4] = struct.pack(order + "f", _REALS[int(rng.integers(0, len(_REALS)))])
    else:
        value = _WORDS[int(rng.integers(0, len(_WORDS)))]
        data[at : at + width] = struct.pack(order + "H", value)[-width:]
    return bytes(data)


def _run_of(byte: int) -> Callable[..., bytes]:
    def damage(source: Source, rng: np.random.Generator, other: Source) -> bytes:
        part = (source.header, source.parameters, source.samples)[int(rng.integers(0, 3))]
        at = _within(part, rng, 1)[0]
        n = int(2 ** rng.uniform(0, 12))
        return source.data[:at] + bytes([byte]) * min(n, len(source.data) - at) + source.data[at + n :]

    return damage


def _moved_blocks(source: Source, rng: np.random.Generator, other: Source) -> bytes:
    """Blocks elsewhere, doubled or lost."""
    blocks = [source.data[i : i + BLOCK] for i in range(0, len(source.data), BLOCK)]
    first, last = (int(i) for i in rng.integers(0, min(len(blocks), 40), 2))
    how = int(rng.integers(0, 3))
    block = blocks[first] if how == 1 else blocks.pop(first)
    if how < 2:
        blocks.insert(last, block)
    return b"".join(blocks)


def _other_texts(source: Source, rng: np.random.Generator, other: Source) -> bytes:
    data = bytearray(source.data)
    for _ in range(int(rng.integers(1, 4))):
        a, b = _pick(source, rng, ("text",)).place
        if rng.integers(0, 2):
            data[a:b] = rng.integers(0, 256, b - a, dtype=np.uint8).tobytes()
        else:
            words = ("Ωµ頸 ", "L", "EMG ", "\x00", "LHS ", "-1 ", "uV", "\n\r\t", "%s{0}", "'\"<b>")
            word = words[int(rng.integers(0, len(words)))].encode()
            data[a:b] = (word * (b - a))[: b - a]
    return bytes(data)


def _spliced(source: Source, rng: np.random.Generator, other: Source) -> bytes:
    """The beginning of one file and the end of another."""
    at = BLOCK * int(rng.integers(1, max(2, min(len(source.data), len(other.data)) // BLOCK)))
    if rng.integers(0, 2):
        at = min(at, source.parameters[1])
    return source.data[:at] + other.data[at:]


_RESTS_ON = (
    "header: ",
    "section",
    "POINT:",
    "ANALOG:",
    "TRIAL:",
    "EVENT:",
    "physical",
    "digital",
    "samples a",
)
Damage = Callable[[Source, np.random.Generator, Source], bytes]
KINDS: Mapping[str, Damage] = {
    "bits in the header": _bits_in("header", 4),
    "bits in the parameters": _bits_in("parameters", 6),
    "bits in the data": _bits_in("samples", 64),
    "cut at a block": _cut_at_block,
    "cut inside a block": _cut_inside,
    "fields swapped": _swapped_fields,
    "strange counts": _strange_counts,
    "run of zeros": _run_of(0),
    "run of 0xFF": _run_of(255),
    "blocks moved, doubled, lost": _moved_blocks,
    "other texts": _other_texts,
    "two files spliced": _spliced,
}
WEIGHTS: Mapping[str, int] = dict.fromkeys(KINDS, 1) | {
    "bits in the parameters": 4,
    "bits in the header": 2,
    "strange counts": 2,
}
_DRAWN = tuple(kind for kind in KINDS for _ in range(WEIGHTS[kind]))


def damaged(sources: Sequence[Source], number: int) -> tuple[str, Source, bytes]:
    """Return case `number`: the kind of damage, what was damaged, and the bytes."""
    rng = np.random.default_rng((number, 71))
    kind = _DRAWN[number % len(_DRAWN)]
    source, other = (sources[int(i)] for i in rng.integers(0, len(sources), 2))
    return kind, source, KINDS[kind](source, rng, other)


def one_bit(sources: Sequence[Source], number: int) -> tuple[str, Source, bytes]:
    """Return single-bit case `number`: the name of the field that was hit, its source, and the bytes.

    Every second hits a field that the reading rests on.
    """
    rng = np.random.default_rng((number, 72))
    source = sources[number % len(sources)]
    fields = [f for f in source.fields if f.place[1] > f.place[0]]
    if number // len(sources) % 2:
        fields = [f for f in fields if f.name.startswith(_RESTS_ON)] or fields
    field = fields[int(rng.integers(0, len(fields)))]
    data = _flip(bytearray(source.data), _within(field.place, rng, 1), rng)
    return field.name, source, bytes(data)
