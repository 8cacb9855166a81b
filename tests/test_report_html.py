"""The HTML page: alone, escaped, well formed."""

import base64
import io
import re
import wave
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from report_fakes import HOSTILE, LONG, fake

from emgkit.report.build import build
from emgkit.report.html import render_html
from emgkit.settings import Settings

VOID = {"meta", "br", "hr", "img", "input", "link", "path", "use"}


class Page(HTMLParser):
    """Checks that tags balance, and keeps attributes and visible text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text.append(data)


SOUND = re.compile(r'src="data:audio/wav;base64,[A-Za-z0-9+/]+=*"')


def without_sound(page: str) -> str:
    """Return the page with an anchor for the sound's data, which are any letters."""
    return SOUND.sub('src="#sound"', page)


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "hostile"])
def page(request):
    return without_sound(render_html(build(fake(14, trials=2, hostile=request.param))).decode())


def test_the_player_holds_a_wav_file_and_is_off_by_setting():
    page = render_html(build(fake(3))).decode()
    (data,) = SOUND.findall(page)
    held = base64.b64decode(data.split(",")[1].rstrip('"'))
    with wave.open(io.BytesIO(held)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert file.getnframes() / 8000 == pytest.approx(fake(3).traces[0].emg_uv.size / 2000 - 0.4, abs=0.01)
    assert len(page) < 3e6
    off = render_html(build(fake(3, settings=Settings(report={"sound": "off"})))).decode()
    assert "<audio" not in off
    assert "<audio" not in render_html(build(fake(3, traces=()))).decode()


def test_a_silent_wire_is_said_not_to_sound():
    an = fake(3)
    silent = tuple(replace(t, emg_uv=np.zeros(t.emg_uv.size)) for t in an.traces)
    page = render_html(build(replace(an, traces=silent))).decode()
    assert "<audio" not in page
    assert "cannot be played" in page


def test_nothing_is_loaded_from_elsewhere(page):
    parsed = Page(page)
    names = {tag for tag, _ in parsed.tags}
    assert names.isdisjoint({"script", "link", "iframe", "object", "embed", "img", "base", "form"})
    for _, attributes in parsed.tags:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "xlink:href", "data", "action"):
                assert value
                assert value.startswith("#")
    assert "@import" not in page
    assert all(u.startswith("#") for u in re.findall(r"url\(([^)]*)\)", page))
    assert "http" not in re.sub(r"&[a-z]+;", "", page)


def test_ids_are_unique_and_what_is_referred_to_exists(page):
    ids = [a["id"] for _, a in Page(page).tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:url\(#|href="#)([^)"]+)', page)) <= set(ids)


def test_one_main_heading_title_and_the_draft_banner(page):
    tags = [tag for tag, _ in Page(page).tags]
    assert tags.count("h1") == tags[: tags.index("body")].count("title") == 1
    assert page.count('class="draft"') == 1
    assert "Draft, not reviewed by a physician" in page
    assert all(a.get("aria-label") for tag, a in Page(page).tags if tag == "figure")


def test_hostile_text_is_shown_as_text():
    page = render_html(build(fake(3, hostile=True))).decode()
    visible = "".join(Page(page).text)
    assert HOSTILE.replace("\x07", "") in visible
    assert LONG in visible
    assert "\x07" not in page
    assert "<script" not in page


@pytest.mark.parametrize(("strides", "bursts"), [(1, True), (3, False), (60, True)])
def test_short_empty_and_long_sessions(strides, bursts):
    page = without_sound(render_html(build(fake(strides, bursts=bursts))).decode())
    Page(page)
    assert "not determinable" in page
    for word in ("nan", "NaN", "None", "&lt;NA&gt;", "inf "):
        assert not re.search(rf"[>\s(]{word}[<\s)]", page)
