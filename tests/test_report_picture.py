"""Single figures of the report as files."""

import struct
import xml.etree.ElementTree as ET

import pytest
from report_fakes import fake

import emgkit
from emgkit.errors import InputError
from emgkit.report import figure
from emgkit.report.picture import pictures


@pytest.fixture(scope="module")
def model():
    return emgkit.report_model(fake(6))


def size(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_the_svg_is_that_of_the_report_and_well_formed(model):
    assert set(pictures(model)) >= {"timing", "profile", "traces-1"}
    for name, picture in pictures(model).items():
        svg = figure(model, name)
        assert svg.decode() == picture["svg"]
        assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("dpi", [72, 200, 300.0])
def test_a_png_has_the_size_that_was_asked_for(model, dpi):
    png = figure(model, "timing", format="png", dpi=dpi)
    inches = [float(ET.fromstring(figure(model, "timing")).get(key)[:-2]) / 72 for key in ("width", "height")]
    assert size(png) == tuple(pytest.approx(dpi * inch, abs=1.5) for inch in inches)
    assert png == figure(model, "timing", format="png", dpi=dpi)


def test_an_analysis_gives_the_same_as_its_model(model):
    assert figure(fake(6), "profile", format="png") == figure(model, "profile", format="png")


@pytest.mark.parametrize(
    ("name", "options", "accepted"),
    [
        ("tming", {}, "timing"),
        (None, {}, "timing"),
        ("timing", {"format": "jpeg"}, "svg, png"),
        *(
            ("timing", {"format": "png", "dpi": dpi}, "36 to 1200")
            for dpi in (0, 5000, float("nan"), "300", True)
        ),
    ],
)
def test_what_cannot_be_had_says_what_can(model, name, options, accepted):
    with pytest.raises(InputError, match=accepted):
        figure(model, name, **options)
