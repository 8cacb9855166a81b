"""The HTML report as a browser sees it: offline, quiet, nothing cut off. Needs Debian's chromium."""

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from report_fakes import fake

import emgkit
from emgkit.report.files import render

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Without the last four Chromium talks to the network by itself at every start."""


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    assert path, "chromium is not installed"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=["walking", "repetitions", "hostile"])
def report(request, tmp_path_factory):
    if request.param == "hostile":
        an = fake(hostile=True)
    else:
        an = emgkit.analyze(emgkit.simulate(activity=request.param, n_cycles=12, seed=1))
    file = tmp_path_factory.mktemp(request.param) / "report.html"
    file.write_bytes(render(an, formats=["html"])["report.html"])
    return file


@pytest.mark.parametrize("width", [1280, 794, 390])
def test_opens_without_network_errors_or_anything_cut_off(browser, report, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests, faults, dialogs = [], [], []
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: faults.append(str(e)))
    page.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
    page.goto(report.as_uri())
    assert requests == [report.as_uri()]
    assert faults == []
    assert dialogs == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()


def test_figures_have_a_size_and_the_draft_says_so(browser, report):
    page = browser.new_page()
    page.goto(report.as_uri())
    sizes = page.evaluate("[...document.querySelectorAll('svg')].map(s => s.getBoundingClientRect().width)")
    assert len(sizes) >= 3
    assert min(sizes) > 200
    assert "draft, not reviewed by a physician" in page.inner_text("body").lower()
    page.close()


def test_nothing_that_is_said_needs_the_script(browser, report):
    shown = []
    for allowed in (True, False):
        context = browser.new_context(java_script_enabled=allowed)
        page = context.new_page()
        page.goto(report.as_uri())
        # the text content, from outside the page: without its script nothing can be evaluated in it
        shown.append(page.locator("main").inner_text())
        context.close()
    with_script, without = (re.sub(r"\s+", " ", text) for text in shown)
    assert with_script.replace(" \u2212 + Fit", "") == without
    assert "Interpretation by the physician" in without


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_at_all(browser, report, width):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(report.as_uri())
    found = Axe().run(page).response["violations"]
    assert [(v["impact"], v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
    context.close()


def test_everything_is_reached_and_worked_by_keyboard(browser, report):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(report.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box["x"] >= 0
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Zoom out"
    page.keyboard.press("Tab")
    before = page.evaluate("document.querySelector('.view svg').getBoundingClientRect().width")
    page.keyboard.press("Enter")
    after = page.evaluate("document.querySelector('.view svg').getBoundingClientRect().width")
    assert after == pytest.approx(1.5 * before, rel=0.01)
    # what is zoomed scrolls, and can be reached to be scrolled; what does not scroll is no stop
    assert page.evaluate("document.querySelector('.view').tabIndex") == 0
    assert page.evaluate("document.querySelector('.scroll').tabIndex") == -1
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(
        "document.querySelector('.view svg').getBoundingClientRect().width"
    ) == pytest.approx(before)
    page.close()


def test_the_readout_says_the_percent_under_the_pointer(browser, tmp_path):
    an = fake(3)
    file = tmp_path / "report.html"
    file.write_bytes(render(an, formats=["html"])["report.html"])
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(file.as_uri())
    for key, label in (("timing", ""), ("traces", "stride 1: ")):
        figure = page.locator(f"#{key} figure[data-places]").first
        figure.scroll_into_view_if_needed()
        _, left, top, right, bottom, _, _ = figure.evaluate("f => JSON.parse(f.dataset.places)[0]")
        svg = figure.locator("svg")
        box = svg.bounding_box()
        across, down = left + 0.25 * (right - left), (top + bottom) / 2
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
        text = figure.locator("output").inner_text()
        assert text.startswith(label)
        assert float(text.removeprefix(label).removesuffix(" %")) == pytest.approx(25, abs=0.3)
        page.mouse.move(0, 0)
        assert figure.locator("output").inner_text() == ""
    page.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_every_printed_page_has_the_status_and_no_figure_is_cut(browser, report, paper):
    page = browser.new_page()
    page.goto(report.as_uri())
    made = PdfReader(io.BytesIO(page.pdf(format=paper)))
    width = {"A4": 595, "Letter": 612}[paper]
    texts = [p.extract_text() for p in made.pages]
    assert len(texts) > 5
    for number, (printed, text) in enumerate(zip(made.pages, texts, strict=True), start=1):
        assert float(printed.mediabox.width) == pytest.approx(width, abs=1)
        assert "Draft, not reviewed by a physician" in text
        assert f"{number} of {len(texts)}" in text
    # a figure that is higher than the page would be cut
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round((width - 2 * 45) * 96 / 72), "height": 1000})
    room = {"A4": 297, "Letter": 279.4}[paper] - 30
    heights = page.evaluate(
        "[...document.querySelectorAll('figure')].map(f => f.getBoundingClientRect().height)"
    )
    assert max(heights) * 25.4 / 96 < room
    page.close()


def test_what_is_signed_says_so_on_every_printed_page(browser, tmp_path):
    from report_fakes import MANIFEST

    by = 'Dr <b>"07"</b> \\ } @page'
    an = fake(3, manifest={**MANIFEST, "signature": {"by": by, "date": "2025-03-11"}})
    file = Path(tmp_path / "report.html")
    file.write_bytes(render(an, formats=["html"])["report.html"])
    page = browser.new_page()
    page.goto(file.as_uri())
    texts = [p.extract_text() for p in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages]
    assert all(f"Signed by {by} on 2025-03-11" in text for text in texts)
    assert not any("Draft" in text for text in texts)
    page.close()


def test_the_player_knows_how_long_the_sound_is(browser, report):
    page = browser.new_page()
    page.goto(report.as_uri())
    page.wait_for_function("document.querySelector('audio').readyState >= 1")
    assert 2 < page.evaluate("document.querySelector('audio').duration") <= 8
    assert page.get_attribute("audio", "aria-label").startswith("Sound of")
    page.emulate_media(media="print")
    assert not page.is_visible("audio")
    page.close()
