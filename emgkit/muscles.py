"""Muscle names: full words in snake case, and the abbreviations that labs write."""

import re

_ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    "gluteus_maximus_upper": ("gmax_u", "gmaxu"),
    "gluteus_maximus_lower": ("gmax_l", "gmaxl"),
    "gluteus_maximus": ("gmax", "glutmax", "glut max", "gluteus max"),
    "gluteus_medius": ("gmed", "glutmed", "glut med", "gluteus med"),
    "tensor_fasciae_latae": ("tfl",),
    "biceps_femoris_long_head": ("bflh", "bf lh", "biceps femoris lh"),
    "biceps_femoris_short_head": ("bfsh", "bf sh", "biceps femoris sh"),
    "semimembranosus": ("sm", "semimem"),
    "semitendinosus": ("st", "semiten", "semitend"),
    "gracilis": ("gr", "grac"),
    "adductor_magnus": ("adm", "add mag", "addmag"),
    "adductor_longus": ("al", "add long", "addlong"),
    "iliacus": ("il",),
    "iliopsoas": ("iliops",),
    "sartorius": ("sar", "sart"),
    "rectus_femoris": ("rf", "rect", "rec fem", "recfem", "rectfem", "rect fem"),
    "vastus_medialis": ("vm", "vmo", "vas med", "vasmed"),
    "vastus_intermedius": ("vi", "vas int", "vasint"),
    "vastus_lateralis": ("vl", "vas lat", "vaslat"),
    "gastrocnemius": ("gas", "gast", "gastroc", "gs"),
    "gastrocnemius_medialis": ("mg", "gasmed", "med gast", "medgast", "gast med", "gastrocnemius med"),
    "gastrocnemius_lateralis": ("lg", "gaslat", "lat gast", "latgast", "gast lat", "gastrocnemius lat"),
    "soleus": ("sol", "sl"),
    "tibialis_posterior": ("tp", "tibpost", "tib post", "post tib", "posttib"),
    "tibialis_anterior": ("ta", "tibant", "tib ant", "ant tib", "anttib"),
    "flexor_digitorum_longus": ("fdl",),
    "flexor_hallucis_longus": ("fhl",),
    "extensor_digitorum_longus": ("edl",),
    "extensor_hallucis_longus": ("ehl",),
    "peroneus_brevis": ("pb", "per brev", "perbrev"),
    "peroneus_longus": ("pl", "per long", "perlong"),
    "hamstrings": ("hams", "ham", "lateral hamstring", "medial hamstring"),
    "flexor_carpi_ulnaris": ("fcu",),
    "flexor_carpi_radialis": ("fcr",),
    "extensor_carpi_ulnaris": ("ecu",),
    "extensor_carpi_radialis": ("ecr", "ecrl", "ecrb"),
    "flexor_digitorum_superficialis": ("fds",),
    "flexor_digitorum_profundus": ("fdp",),
    "extensor_digitorum_communis": ("edc",),
    "pronator_teres": (),
    "flexor_pollicis_longus": ("fpl",),
    "biceps_brachii": ("bb", "bic", "biceps"),
    "brachialis": ("bra",),
    "brachioradialis": ("brd",),
    "triceps_brachii": ("tri", "triceps"),
    "pectoralis_major": ("pecmaj",),
    "subscapularis": ("subscap",),
}

MUSCLES: tuple[str, ...] = tuple(_ABBREVIATIONS)
SPELLINGS: tuple[str, ...] = tuple(
    sorted(
        {
            word.replace(" ", gap).replace("_", gap)
            for name, words in _ABBREVIATIONS.items()
            for word in (name, *words)
            for gap in ("_", " ", "")
        }
    )
)
"""Every accepted name in lower case, its words joined by "_", by a blank or not at all."""
_BY_WORD = {word.replace(" ", ""): name for name, words in _ABBREVIATIONS.items() for word in words}
_BY_WORD |= {name.replace("_", ""): name for name in _ABBREVIATIONS}

_MAY_BE: dict[str, tuple[str, ...]] = {
    "gluteus_maximus": ("gluteus_maximus_upper", "gluteus_maximus_lower"),
    "iliopsoas": ("iliacus",),
    "gastrocnemius": ("gastrocnemius_medialis", "gastrocnemius_lateralis"),
    "hamstrings": (
        *("biceps_femoris_long_head", "biceps_femoris_short_head"),
        *("semimembranosus", "semitendinosus"),
    ),
    # of the thigh it is called "biceps", too
    "biceps_brachii": ("biceps_femoris_long_head", "biceps_femoris_short_head"),
}
"""Muscles whose parts, or whose namesakes, a label of that name may mean."""

_SIDES = {"l": "left", "r": "right", "lt": "left", "rt": "right", "left": "left", "right": "right"}
_NOISE_WORDS = {"emg", "voltage", "fw", "wire", "finewire", "fine", "im", "raw", "sensor", "channel", "ch"}


def full_name(name: str) -> str | None:
    """Return the full muscle name of a name or abbreviation, or None if it is not known.

    Examples
    --------
    >>> full_name("TIBPOST"), full_name("Tib Ant"), full_name("tibialis_posterior"), full_name("CH40")
    ('tibialis_posterior', 'tibialis_anterior', 'tibialis_posterior', None)
    """
    return _BY_WORD.get(re.sub(r"[^a-z]", "", name.lower()))


def may_be_one(one: str, other: str) -> bool:
    """Tell whether two full names may be meant for one muscle: the same, a whole and its part, or namesakes.

    Examples
    --------
    >>> may_be_one("gastrocnemius", "gastrocnemius_medialis"), may_be_one("soleus", "tibialis_posterior")
    (True, False)
    """
    return one == other or other in _MAY_BE.get(one, ()) or one in _MAY_BE.get(other, ())


def from_label(label: str) -> tuple[str | None, str | None]:
    """Return (muscle, side) as far as a channel's label says them beyond doubt.

    The side is a word of its own (L, R, left, right) at either end, or one letter glued to a known muscle.

    Examples
    --------
    >>> from_label("LTA"), from_label("TIBPOST_L"), from_label("Fz1")
    (('tibialis_anterior', 'left'), ('tibialis_posterior', 'left'), (None, None))
    """
    words = [w for w in re.split(r"[^A-Za-z]+", label) if w]
    words = [w for w in words if w.lower() not in _NOISE_WORDS]
    if not words:
        return None, None
    for at in (0, -1):
        side = _SIDES.get(words[at].lower())
        if side:
            rest = words[1:] if at == 0 else words[:-1]
            return (full_name("".join(rest)) if rest else None), side
    joined = "".join(words)
    if (muscle := full_name(joined)) is not None:
        # GMAXL is its lower part or the left one: the whole muscle, of no side, is true of both
        whole = full_name(joined[:-1]) if joined[-1] in "LR" and len(joined) > 3 else None
        return whole or muscle, None
    if joined[0] in "LR" and (muscle := full_name(joined[1:])) is not None:
        return muscle, _SIDES[joined[0].lower()]
    if joined[-1] in "LR" and len(joined) > 3 and (muscle := full_name(joined[:-1])) is not None:
        return muscle, _SIDES[joined[-1].lower()]
    return None, None
