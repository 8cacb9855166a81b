"""The HTML report as a browser sees it: offline, quiet, nothing cut off. Needs Debian's chromium."""

import shutil
from collections.abc import Iterator

import pytest
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


@pytest.mark.parametrize("width", [1280, 800])
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
    assert page.evaluate("document.querySelectorAll('script').length") == 0
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
