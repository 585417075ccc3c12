"""How headings become link targets; Sphinx's settings have the function by its name."""


def jupyterlab_slug(heading: str) -> str:
    """Return what JupyterLab makes of a heading, and so what the links in the notebooks say."""
    return heading.replace(" ", "-")
