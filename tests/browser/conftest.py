"""A real browser, or one sentence that says what it lacks; .ci/run sees to it that it is there."""

import shutil
from collections.abc import Iterator

import pytest

CURE = (
    "the browser tests need Chromium and a few packages: install chromium, then "
    ".venv/bin/python -m uv pip install -r book/requirements.txt -r tests/browser/requirements.txt"
)


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Start the system's Chromium."""
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip(CURE)
    for package in ("playwright", "axe_playwright_python", "sphinx", "myst_nb"):
        pytest.importorskip(package, reason=CURE)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            chromium_sandbox=False,  # root in a container cannot have one
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser) -> Iterator:
    """Open an empty page, in which nothing may take longer than a minute."""
    page = browser.new_page(reduced_motion="reduce")
    page.set_default_timeout(60_000)
    yield page
    page.context.close()
