"""Make the book, and open it in the browser.

    python -m book [--no-open]

The book is made in site/html, from the outputs as they are stored; nothing is executed. Any static
host shows that directory as it is, under any address.
"""

import argparse
import shutil
import sys
import webbrowser

from sphinx.cmd.build import main as sphinx

from book.notebooks import NOTEBOOKS
from book.pages import HERE, ROOT, landing_page, page_by_function, page_by_message

SITE = ROOT / "site"  # beside notebooks/, so that links out of it mean the same


def main() -> int:
    """Build, open, and return the exit status."""
    parser = argparse.ArgumentParser(prog="course.py book", description=__doc__.splitlines()[0])
    parser.add_argument("--no-open", action="store_true", help="only make it")
    options = parser.parse_args()
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.copytree(NOTEBOOKS, SITE, ignore=shutil.ignore_patterns(".*"))
    pages = {
        "index.md": landing_page(),
        "by-message.md": page_by_message(),
        "by-function.md": page_by_function(),
    }
    for name, text in pages.items():
        (SITE / name).write_text(text, "utf-8")
    html = SITE / "html"
    # Warnings are errors, all of them shown; a cache would not notice what changed in book/.
    failed = sphinx(["-q", "-W", "--keep-going", "-E", "-c", str(HERE), str(SITE), str(html)])
    if not failed:
        print(f"The book is made: {html / 'index.html'}")
        if not options.no_open:
            webbrowser.open((html / "index.html").as_uri())
    return failed


if __name__ == "__main__":
    sys.exit(main())
