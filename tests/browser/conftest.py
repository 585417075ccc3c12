"""A real browser, or one sentence that says what it lacks; in .ci/run it must be there."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

import course

CURE = (
    "The browser tests need Chromium, an environment that course.py has made, and a few packages: "
    "install chromium, then .ci/browser."
)


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Start the system's Chromium."""
    chromium = shutil.which("chromium")
    packages = map(find_spec, ("playwright", "axe_playwright_python", "sphinx", "myst_nb"))
    if not (chromium and course.MARK.exists() and all(packages)):
        (pytest.fail if os.environ.get("BROWSER_TESTS") == "must run" else pytest.skip)(CURE)
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
