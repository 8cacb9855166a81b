"""The HTML page: alone, escaped, well formed."""

import base64
import hashlib
import io
import re
import wave
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

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
        if self.open and self.open[-1] not in ("style", "script"):
            self.text.append(data)


SOUND = re.compile(r'src="data:audio/wav;base64,[A-Za-z0-9+/]+=*"')


def without_sound(page: str) -> str:
    """Return the page with an anchor for the sound's data, which are any letters."""
    return SOUND.sub('src="#content"', page)


def script_of(page: str) -> str:
    """Return the text of the page's only script."""
    (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert page.count("<script") == 1
    return script


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
    assert names.isdisjoint({"link", "iframe", "object", "embed", "img", "base", "form"})
    for _, attributes in parsed.tags:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "xlink:href", "data", "action"):
                assert value
                assert value.startswith("#")
    assert "@import" not in page
    assert all(u.startswith("#") for u in re.findall(r"url\(([^)]*)\)", page))
    assert "http" not in re.sub(r"&[a-z]+;", "", page.replace("http-equiv", ""))


def test_ids_are_unique_and_what_is_referred_to_exists(page):
    ids = [a["id"] for _, a in Page(page).tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:url\(#|href="#)([^)"]+)', page)) <= set(ids)


def test_the_only_script_is_the_one_of_the_package_and_the_policy_allows_no_other(page):
    script = script_of(page)
    assert script.encode() == files("emgkit.report").joinpath("templates/report.js").read_bytes()
    (policy,) = (
        a["content"] for tag, a in Page(page).tags if a.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert rules["script-src"] == f"'sha256-{digest}'"
    assert rules["default-src"] == "'none'"
    assert page.index("Content-Security-Policy") < page.index("<style")


def test_one_main_heading_title_and_the_draft_banner(page):
    tags = [tag for tag, _ in Page(page).tags]
    assert (
        tags.count("h1")
        == tags[: tags.index("body")].count("title")
        == tags.count("main")
        == tags.count("nav")
        == 1
    )
    assert page.count('<aside class="status"') == 1
    assert "Draft, not reviewed by a physician" in page
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_figure_table_and_link_has_its_words(page):
    parsed = Page(page)
    ids = {a["id"] for _, a in parsed.tags if "id" in a}
    for tag, a in parsed.tags:
        if tag in ("table", "section") or a.get("role") == "img":
            assert a["aria-labelledby"] in ids
        if tag == "th":
            assert a["scope"] == "col"
        if tag == "a":
            assert a["href"][1:] in ids
    described = re.findall(r"<desc id=[^>]*>([^<]*)</desc>", page)
    assert (
        len(described) == page.count('<svg role="img"') == sum(tag == "figure" for tag, _ in parsed.tags) - 1
    )
    assert all(len(text) > 20 for text in described)


def test_hostile_text_is_shown_as_text():
    page = render_html(build(fake(3, hostile=True))).decode()
    visible = "".join(Page(page).text)
    assert HOSTILE.replace("\x07", "") in visible
    assert LONG in visible
    assert "\x07" not in page
    assert "alert(1)" not in script_of(page)


@pytest.mark.parametrize(("strides", "bursts"), [(1, True), (3, False), (60, True)])
def test_short_empty_and_long_sessions(strides, bursts):
    page = without_sound(render_html(build(fake(strides, bursts=bursts))).decode())
    Page(page)
    assert "not determinable" in page
    for word in ("nan", "NaN", "None", "&lt;NA&gt;", "inf "):
        assert not re.search(rf"[>\s(]{word}[<\s)]", page)
