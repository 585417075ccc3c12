"""How Sphinx makes the book; `python -m book` puts the sources into place and calls it."""

import re

from sphinx import addnodes
from sphinx.application import Sphinx

from book.pages import search_entries

project = "Checkpointing"
html_title = project
extensions = ["myst_nb"]
exclude_patterns = ["html"]

nb_execution_mode = "off"  # the stored outputs are the ones that were compared
nb_code_prompt_show = "Your prediction first. Then open the output."
nb_code_prompt_hide = "Fold the output"
smartquotes = False  # a message stays as it is
myst_heading_anchors = 6
myst_heading_slug_func = "book.slug.jupyterlab_slug"  # by its name, since Sphinx pickles this

html_theme = "pydata_sphinx_theme"
html_static_path = ["static"]
html_favicon = "static/favicon.svg"
html_css_files = ["book.css"]
html_js_files = [("search.js", {"defer": "defer"})]
templates_path = ["templates"]
html_sidebars = {"**": ["course-contents"]}
html_sourcelink_suffix = ""  # a page's notebook keeps its name beside the site
html_show_copyright = False
html_use_index = False
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system has it
html_theme_options = {
    "navbar_center": [],
    "article_header_start": ["run-it"],
    "secondary_sidebar_items": ["page-toc"],
    "search_bar_text": "A message, a function, a question",
    "footer_start": [],
    "footer_end": [],
}


def setup(app: Sphinx) -> None:
    """Let the search find what each section shows."""
    entries = search_entries()

    def add_entries(app: Sphinx, document: addnodes.document) -> None:
        page = app.env.current_document.docname
        slugs = app.env.metadata[page].get("myst_slugs", {})
        found = [
            # Sphinx takes a semicolon for the place to divide an entry.
            ("single", text.replace(";", ","), slugs[slug][1], kind, None)
            for text, slug, kind in entries.get(page, [])
            if slug in slugs  # if not, MyST says which link is broken
        ]
        document += addnodes.index(entries=found)

    def link_to_files(app: Sphinx, page: str, source: list[str]) -> None:
        # MyST takes a Markdown file for a page of the book, unless it is told.
        source[0] = re.sub(r"\]\((\.\./[^)#]+\.md)\)", r"](path:\1)", source[0])

    app.connect("source-read", link_to_files)
    app.connect("doctree-read", add_entries)
