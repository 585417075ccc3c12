"""The book, as a static host shows it below some path, in a real browser."""

import functools
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote, urldefrag, urljoin

import pytest

from book.pages import ROOT, looked_up
from book.slug import jupyterlab_slug

# What somebody has in the clipboard, with names and paths of their own, and the section's title.
MESSAGES = {
    "ValueError: The passed save_path is not a valid checkpoint: /home/me/run7/best.ckpt": (
        "The passed save_path is not a valid checkpoint"
    ),
    "NotFoundError: Key conv/kernel/Momentum not found in checkpoint [[{{node save/RestoreV2}}]]": (
        "Key not found in checkpoint"
    ),
    "DataLossError: TensorBundle at /data/m.ckpt-900 shard 0 (512 bytes): Checksum does not match: "
    "stored 123 vs. calculated on the restored bytes 456": "Checksum does not match",
    "ResourceExhaustedError: /mnt/big/m.ckpt-20.data-00000-of-00001.tempstate123; No space left on "
    "device": "No space left on device",
    "RuntimeError: tf.placeholder() is not compatible with eager execution.": (
        "placeholder is not compatible with eager execution"
    ),
}

# Contrast takes long, and every token of every cell has the same one: of each kind of text on a
# page, told apart by the tags and classes around it, the first is marked.
MARK_KINDS = """() => {
    const seen = new Set();
    for (const one of document.body.querySelectorAll("*")) {
        if (![...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
        let kind = "";
        for (let up = one; up !== document.body; up = up.parentElement)
            kind += up.tagName + up.className;
        if (!seen.has(kind)) one.dataset.kind = seen.add(kind).size;
    }
}"""
COMMON = {"resultTypes": ["violations"], "preload": False}
STRUCTURE = {**COMMON, "rules": {"color-contrast": {"enabled": False}}}
CONTRAST = {**COMMON, "runOnly": ["color-contrast"]}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(browser) -> Iterator[str]:
    """Make the book, serve it, and return its address."""
    subprocess.run([sys.executable, "-m", "book", "--no-open"], cwd=ROOT, check=True)
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Quiet, directory=str(ROOT / "site"))
    )
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}/html/"
    server.shutdown()
    server.server_close()


def test_every_page_is_whole_and_open_to_everyone(site: str, page) -> None:
    """No error, no request to elsewhere, no broken link, and nothing that axe-core finds."""
    from axe_playwright_python.sync_playwright import Axe

    faults, targets, links = [], set(), []
    page.on(
        "console", lambda one: one.type == "error" and faults.append(f"{one.text} {one.location}")
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda one: one.url.startswith((site, "data:")) or faults.append(one.url))
    for path in sorted((ROOT / "site" / "html").glob("*.html")):
        page.goto(site + path.name)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = Axe().run(page, options=STRUCTURE).response["violations"]
        page.evaluate(MARK_KINDS)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            kinds = {"include": [["[data-kind]"]]}
            found += Axe().run(page, context=kinds, options=CONTRAST).response["violations"]
        for one in found:
            faults.append(f"{path.name}: {one['id']}: {one['nodes'][0]['html'][:200]}")
        ids, hrefs = page.evaluate("""[
            [...document.querySelectorAll('[id]')].map(one => one.id),
            [...document.querySelectorAll('a[href]')].map(one => one.getAttribute('href')),
        ]""")
        targets |= {path.name, *(f"{path.name}#{one}" for one in ids)}
        links += [(path.name, href) for href in hrefs]
    assert len(links) > 1000
    for name, href in links:
        url, fragment = urldefrag(unquote(urljoin(site + name, href)))
        file = url.removeprefix(site)
        is_there = (f"{file}#{fragment}" if fragment else file) in targets
        if url.startswith(site) and not is_there and not (ROOT / "site" / "html" / file).is_file():
            faults.append(f"{name} links to {href}, which is not there")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("message", MESSAGES)
def test_a_pasted_message_finds_its_section_first(message: str, site: str, page) -> None:
    page.goto(f"{site}search.html?q={quote(message)}")
    page.locator("#search-results li a").first.click()
    heading = page.locator("section:target > :is(h2, h3)").inner_text()
    assert heading.removesuffix("#").strip() == MESSAGES[message]


def test_every_message_and_question_of_the_tables_finds_its_section_first(site: str, page) -> None:
    page.goto(f"{site}search.html?q=saver")
    page.locator("#search-results li").first.wait_for()
    first = "(text) => Search._performSearch(...Search._parseQuery(text)).at(-1).slice(0, 2)"
    missed = []
    for text, places in looked_up():
        found, title = page.evaluate(first, text)
        if (found, jupyterlab_slug(title.partition(" > ")[2])) not in places:
            missed.append(f"{text!r} finds {title!r} first")
    assert not missed, "\n".join(missed)


def test_a_prediction_comes_before_its_output(site: str, page, browser) -> None:
    """Folded until it is opened; open on paper and where there are no scripts."""
    page.goto(f"{site}05-resuming-a-run.html")
    output = page.locator("details.hide .cell_output").first
    assert not output.is_visible()
    page.emulate_media(media="print")
    assert output.is_visible()
    page.emulate_media(media="screen")
    page.locator("details.hide summary").first.click()
    assert output.is_visible()
    plain = browser.new_page(java_script_enabled=False)
    plain.goto(page.url)
    assert plain.locator("details.hide .cell_output").first.is_visible()
    plain.context.close()
