"""How `python3 course.py lab` starts JupyterLab; beside this file lie its settings and style."""

from pathlib import Path

c = get_config()  # noqa: F821 - JupyterLab hands it over

c.LabApp.default_url = "/lab/tree/notebooks/01-baseline-model.ipynb"
# Where JupyterLab looks for custom.css.
c.LabApp.custom_css = True
c.ServerApp.tornado_settings = {"static_custom_path": [str(Path(__file__).parent / "custom")]}
# README.md shows a picture that lies in .github.
c.ContentsManager.allow_hidden = True
# In a container everyone is root.
c.ServerApp.allow_root = True
# The course has no language server, and the search for one runs npm, which writes into the home.
c.LanguageServerManager.autodetect = False
