"""The course as a site for the browser, made by Sphinx from the stored notebooks: `python -m book`."""
