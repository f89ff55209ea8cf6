# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Sphinx builds the site. What other sites have is not looked up: building needs no network."""

from __future__ import annotations

project = "classic.swarm"
copyright = "2026, the classic.swarm authors"
extensions = ["sphinx_antsibull_ext"]
html_theme = "sphinx_rtd_theme"
html_title = "classic.swarm"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
default_role = "any"
nitpicky = True

# Targets on Ansible's own site, and variables that Ansible itself reads.
nitpick_ignore_regex = [
    ("std:ref", "action_plugins|ansible_configuration_settings|common_return_values"),
    ("std:ref", r"ansible_collections\.(?!classic\.swarm\.).*"),
    ("std:envvar", "ANSIBLE_.*"),
]
