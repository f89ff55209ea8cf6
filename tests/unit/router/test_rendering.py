# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Templates: what they see, and what comes of faults in them. Programs read the shipped ones in integration tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from classic_swarm.router.errors import RouteError
from classic_swarm.router.rendering import Template
from classic_swarm.router.template_options import parse_options
from classic_swarm.router.view import View
from classic_swarm.router.viewing import make_view

from tests.unit.router.services import services

OWN = {"drain": "30000ms", "pid_file": "/run/nginx.pid"}


def view_of(folder: Path | None = None) -> View:
    options = parse_options([] if folder is None else [f"certificates={folder}"], "haproxy", True, OWN)
    found = services(("web", "a", {"route_host": "x.example.com"}), ("db", "d", {"route_port": "5432"}))
    return make_view(found, options)[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ nothing }}", "does not render: UndefinedError: 'nothing' is undefined"),
        ("a\n{% if %}", "has a fault in line 2"),
        ("{{ 1 // 0 }}", "does not render: ZeroDivisionError"),
        ("{{ ''.__class__.__mro__ }}", "does not render: SecurityError"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_faults_are_told(tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "template.j2"
    if text is not None:
        path.write_text(text)
    with pytest.raises(RouteError, match="the template") as caught:
        Template(str(path), "haproxy").render(view_of(), {})
    assert words in str(caught.value)
    assert caught.value.stage == "template"


def test_a_template_of_the_users(tmp_path: Path) -> None:
    path = tmp_path / "template.j2"
    path.write_text(
        "{% for service in services.values() %}{% for server in service.instances %}"
        "{{ service.name }} {{ server.name }} {{ server.endpoint }} {{ server.weight }} {{ options.own }}\n"
        "{% endfor %}{% endfor %}{{ sites[0].host }} {{ ports[0].port }}"
    )
    template = Template(str(path), "haproxy")
    options = parse_options(["own=x"], "haproxy", False, OWN)
    assert template.render(view_of(), options) == (
        "db host:d:80:80 192.0.2.2:80 100 x\nweb host:a:80:80 192.0.2.1:80 100 x\nx.example.com 5432"
    )
    path.write_text("another")
    assert template.render(view_of(), options) == "another"


def test_certificates_are_named_by_their_hosts(tmp_path: Path) -> None:
    for name in ("default", "_.example.com", "b.example.org", "not a host"):
        (tmp_path / f"{name}.pem").touch()
    (tmp_path / "readme").touch()
    view = view_of(tmp_path)
    assert [(each.host, Path(each.path).name) for each in view.certificates] == [
        ("*.example.com", "_.example.com.pem"),
        ("b.example.org", "b.example.org.pem"),
        (None, "default.pem"),
    ]
    (tmp_path / "default.pem").write_text("another")
    assert view_of(tmp_path).certificates_state != view.certificates_state
    (tmp_path / "default.pem").unlink()
    (tmp_path / "_.example.com.pem").unlink()
    found = services(("web", "a", {"route_host": "x.example.com"}))
    options = parse_options([f"certificates={tmp_path}"], "haproxy", True, OWN)
    assert f"x.example.com has no certificate in {tmp_path}" in make_view(found, options)[1]
