# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ExpressionError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.environment import split_environment


@pytest.mark.parametrize(
    ("env", "rest", "constraints", "affinities", "whitelist"),
    [
        ({}, {}, (), (), ()),
        ({"A": "1", "B": ""}, {"A": "1", "B": ""}, (), (), ()),
        ({"A": "1", "constraint:storage": "=ssd"}, {"A": "1"}, ("storage==ssd",), (), ()),
        ({"constraint:storage==ssd": ""}, {}, ("storage==ssd",), (), ()),
        ({"constraint:storage=": "ssd"}, {}, ("storage==ssd",), (), ()),
        ({"constraint:storage": "ssd"}, {}, ("storage=ssd",), (), ()),
        ({"constraint:storage": "=~ssd"}, {}, ("storage==~ssd",), (), ()),
        ({"constraint:a!": "b"}, {}, ("a!=b",), (), ()),
        ({"constraint:a!": "~b=c"}, {}, ("a!=~b=c",), (), ()),
        ({"constraint:a!=b": ""}, {}, ("a!=b",), (), ()),
        ({"affinity:container": "=web", "affinity:image": "=redis"}, {}, (), ("container==web", "image==redis"), ()),
        ({"whitelist:node": "=a|b"}, {}, (), (), ("a", "b")),
        (["A=1", "B"], ["A=1", "B"], (), (), ()),
        (["constraint:a==b", "A=1", "affinity:c!=~d"], ["A=1"], ("a==b",), ("c!=~d",), ()),
        (["whitelist:node==a|b|c", "whitelist:node==c|b"], [], (), (), ("b", "c")),
        (["constraints:a==b", "Constraint:a==b"], ["constraints:a==b", "Constraint:a==b"], (), (), ()),
    ],
)
def test_split(env, rest, constraints, affinities, whitelist):
    split = split_environment(env)
    assert split.env == rest
    assert split.constraints == constraints
    assert split.affinities == affinities
    assert split.whitelist == whitelist


@pytest.mark.parametrize("entry", ["whitelist:node", "whitelist:node!=a", "whitelist:zone==a", "whitelist:node==a||b"])
def test_a_bad_whitelist(entry):
    with pytest.raises(ExpressionError, match=r"whitelist: .*node==node-1\|node-2"):
        split_environment([entry])


def test_whitelists_that_leave_no_node():
    with pytest.raises(InputError, match="no node is in all of them"):
        split_environment(["whitelist:node==a", "whitelist:node==b"])


@pytest.mark.parametrize("value", [True, None, 1, ["a"]])
def test_a_wish_that_is_no_text(value):
    with pytest.raises(InputError, match=r"^env: the value of 'constraint:zone' is not a string; put it in quotes$"):
        split_environment({"A": True, "constraint:zone": value})
