"""How objects show themselves in Jupyter."""

from dataclasses import replace

import numpy as np
import pytest
from report_fakes import HOSTILE, MANIFEST, fake
from test_report_html import Page

from emgkit.comparison import compare
from emgkit.condition.audio import sound
from emgkit.model import Recording, Session, Source, Switch, make_events
from emgkit.settings import Settings
from emgkit.simulation import simulate


def recording(**changes) -> Recording:
    rate = 1000.0
    values = {
        "emg_uv": np.random.default_rng(1).normal(size=5000),
        "rate_hz": rate,
        "label": HOSTILE,
        "side": "left",
        "muscle": "soleus",
        "switches": {"heel": Switch("heel", HOSTILE, np.tile([0.0, 4.0], 250), 100.0)},
        "_events": make_events(
            [
                (1.0, "left", "foot_contact", "C3D"),
                (1.6, "left", "foot_off", "C3D"),
                (1.5, "right", "foot_contact", "C3D"),
            ]
        ),
        "source": Source(HOSTILE, "ab" * 32, "C3D"),
        "trial": HOSTILE,
        "notes": (HOSTILE,),
    }
    return Recording(**(values | changes))


def test_html_of_each_object_is_escaped_and_balanced():
    session = Session(
        HOSTILE, MANIFEST | {"session": {"id": HOSTILE}}, {"walk": (f"/x/{HOSTILE}/a.c3d",)}, Settings()
    )
    for shown in (recording(), fake(3, hostile=True), session):
        html = shown._repr_html_()
        assert "<script" not in html
        assert "&lt;script" in html
        Page(html)


def test_html_of_an_analysis_says_what_was_found():
    html = fake(5)._repr_html_()
    assert "5 used of 7 recorded" in html
    assert "Tibialis anterior, left, walking" in html
    assert "not determinable" in html
    assert "no finding was made" in fake(3, bursts=False)._repr_html_()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"switches": {}},
        {"side": None, "muscle": None},
        {"emg_uv": [], "switches": {}, "_events": make_events([])},
    ],
)
def test_a_recording_can_be_drawn(changes):
    rec = recording(**changes)
    figure = rec.plot()
    assert len(figure.axes) == 1 + len(rec.switches)
    assert figure._repr_svg_().startswith("<svg")
    assert "not recorded" in recording(muscle=None)._repr_html_()


def test_swings_and_thresholds_are_drawn_behind_the_switches():
    rec = simulate(n_cycles=4, seed=2, rate_hz=1000.0)
    heel = rec.plot().axes[1]
    assert [line.get_ydata()[0] for line in heel.lines[1:]] == pytest.approx([1.0, 0.5], abs=0.05)
    (swings,) = heel.collections
    first = swings.get_paths()[1].vertices[:, 0]
    off, contact = rec.truth.foot_off_s[1], rec.truth.contact_s[1]
    assert (first.min(), first.max()) == pytest.approx((off, contact), abs=0.01)
    dead = replace(rec, switches={"heel": Switch("heel", "FSW", np.zeros(1000), 100.0)})
    axes = dead.plot().axes[1]
    assert "not decoded" in [t.get_text() for t in axes.texts]
    assert len(axes.collections) == 0


def test_an_analysis_draws_timing_and_profile_without_pyplot():
    import sys

    before = "matplotlib.pyplot" in sys.modules
    figure = fake(4).plot()
    assert len(figure.axes) == 3
    assert len({tuple(ax.get_position().intervalx) for ax in figure.axes}) == 1
    assert ("matplotlib.pyplot" in sys.modules) == before


def test_objects_print_on_one_line_without_arrays_tables_or_places():
    session = Session("/x/secret", MANIFEST, {"walk": ("/x/secret/a.c3d",)}, Settings())
    an = fake(5)
    assert repr(recording(trial="walk_1", label="EMG")) == (
        "Recording('walk_1', label='EMG', muscle='soleus', side='left', rate_hz=1000, duration_s=5, "
        "switches=['heel'], 3 events)"
    )
    assert repr(session).endswith("walk=['a.c3d'])")
    assert "5 of 7 cycles used" in repr(an)
    assert "secret" not in repr(session)
    both = compare(an, an, labels=("barefoot", "brace"))
    assert repr(both).startswith("Comparison(labels=('barefoot', 'brace'), remarks=")
    sounding = sound(np.random.default_rng(2).normal(size=5000), 1000.0)
    assert repr(sounding).startswith("Sound(rate_hz=48000")
    assert not any("\n" in repr(shown) for shown in (recording(trial="a"), session, an, both, sounding))


def test_a_session_shows_its_folder_without_the_place_of_it():
    session = Session("/x/secret/GL-1", MANIFEST, {"walk": ("/x/secret/GL-1/a.c3d",)}, Settings())
    html = session._repr_html_()
    assert "GL-1" in html
    assert "secret" not in html
