"""The course as a site for the browser, made from the stored notebooks: `python -m book`."""
