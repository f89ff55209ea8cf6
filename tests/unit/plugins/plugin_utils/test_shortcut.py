# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""That a shortcut answers as Ansible does, or leaves the answer to it."""

from __future__ import annotations

import itertools
import typing as t

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import Constructable
from ansible.template import Templar
from ansible_collections.classic.swarm.plugins.plugin_utils.shortcut import MissingError, shortcut
from ansible_collections.classic.swarm.plugins.plugin_utils.untrusted import trust_as_template

VARIABLES: t.Dict[str, t.Any] = {
    "swarm_node": "n1",
    "swarm_memory": 4,
    "swarm_labels": {"zone": "a", "com.example/zone": "b", "items": "c", "empty": "", "deep": {"er": "d"}},
    "swarm_ports": ["80/tcp"],
    "inventory_hostname": "web",
}

_PATHS = [
    "swarm_node", "swarm_memory", "swarm_labels.zone", "swarm_labels['zone']", 'swarm_labels["com.example/zone"]',
    "swarm_labels.items", "swarm_labels['items']", "swarm_labels['keys']", "swarm_labels.empty", "swarm_labels.nothing",
    "swarm_labels['deep'].er", "swarm_labels.deep['er']", "swarm_nothing", "swarm_nothing.zone", "swarm_node.zone",
    "swarm_ports[0]", "swarm_ports", "swarm_labels", "range", "true", "none", "lookup", "swarm_node | upper",
    " swarm_node ", "swarm_labels .zone", "inventory_hostname", "swarm_labels.zone.upper()",
]  # fmt: skip
_TAILS = ["", " == 'a'", "=='a'", " != 'a'", ' == "4"', " is defined", " is not defined", " is  not  defined"]
_OTHERS = [
    "'root'",
    '"a b"',
    "'{{ 1 }}'",
    "'a\\n'",
    "'a' == 'a'",
    "not swarm_node",
    "swarm_node == swarm_node",
    "",
    "4",
]

EXPRESSIONS = [path + tail for path, tail in itertools.product(_PATHS, _TAILS)] + _OTHERS


class Plugin(Constructable):  # type: ignore[misc]
    """Evaluates as Ansible does for inventory plugins."""

    def __init__(self) -> None:
        self.templar = Templar(loader=DataLoader())

    def get_option(self, option: str, hostvars: t.Any = None) -> t.Any:
        return None

    def answer(self, expression: str) -> t.Any:
        """The value, and its kind; of what is not there, that it is not."""
        template = expression if trust_as_template is None else trust_as_template(expression)
        try:
            value = self._compose(template, VARIABLES)
        except Exception:
            return "an error"
        return type(value).__name__.replace("_AnsibleLazyTemplate", "").replace("_AnsibleTagged", "").lower(), value


def test_the_usual_expressions_are_short_cut() -> None:
    for expression in (
        "swarm_labels.zone", "swarm_labels['com.example/zone']", "swarm_labels.zone == 'internal'",
        "swarm_container_name is defined", "'community.docker.docker_api'", "'root'", "inventory_hostname == 'n1'",
    ):  # fmt: skip
        assert shortcut(expression) is not None, expression


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_answers_are_ansibles(expression: str) -> None:
    simple = shortcut(expression)
    if simple is None:
        return
    expected = Plugin().answer(expression)
    try:
        value = simple(VARIABLES)
    except MissingError:
        assert expected == "an error"
    except LookupError:
        return
    else:
        assert (type(value).__name__.lower(), value) == expected
