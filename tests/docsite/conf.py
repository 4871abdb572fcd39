# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Sphinx makes the site. build.py calls it."""

from __future__ import annotations

from pathlib import Path

import yaml

_GALAXY = yaml.safe_load((Path(__file__).resolve().parents[2] / "galaxy.yml").read_text(encoding="utf-8"))

project = f"{_GALAXY['namespace']}.{_GALAXY['name']}"
version = release = _GALAXY["version"]
project_copyright = "the lvs.cluster contributors, GPL-3.0-or-later"
language = "en"

extensions = ["myst_parser", "sphinx_antsibull_ext"]
myst_heading_anchors = 4  # docs link to headings as GitHub names them

html_theme = "furo"
html_title = f"{project} {version}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
# Furo's own colours and those of lvs.cluster.report's pages, so that its pictures fit in.
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1f5fbf", "color-brand-content": "#1f5fbf"},
    "dark_css_variables": {"color-brand-primary": "#7db3ff", "color-brand-content": "#7db3ff"},
}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
antsibull_ext_color_scheme = "none"  # site.css has it, from the theme's colours
