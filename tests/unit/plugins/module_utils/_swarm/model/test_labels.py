# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ExpressionError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model import labels
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.ports import HostPort
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.resources import Reservation
from ansible_collections.classic.swarm.tests.unit.builders import request
from hypothesis import given
from hypothesis import strategies as st

READERS = (
    labels.read_reservation,
    labels.read_ports,
    labels.read_constraints,
    labels.read_affinities,
    labels.read_number,
)
KEYS = (
    labels.RESERVATION,
    labels.PORTS,
    labels.CONSTRAINTS,
    labels.AFFINITIES,
    labels.NUMBER,
    labels.ORIGINAL_CONSTRAINTS,
)


def test_what_is_written_is_read():
    wanted = request(
        memory="512M",
        cpus=0.5,
        ports=("[::1]:443/tcp", "80/tcp", "9000-9010/udp"),
        constraints=("zone==external", "disk!=~hdd"),
        affinities=("container==~/web-[0-9]/",),
    )
    written = labels.placement_labels(wanted, "web", 3)
    assert all(isinstance(value, str) for value in written.values())
    assert labels.read_reservation(written) == Reservation(512 * 2**20, 0.5)
    assert set(labels.read_ports(written)) == {HostPort("", 80), HostPort("::1", 443)}
    assert labels.read_constraints(written) == wanted.constraints
    assert labels.read_affinities(written) == wanted.affinities
    assert labels.read_number(written) == ("web", 3)
    assert not labels.is_foreign(written)


def test_the_labels_as_they_stand():
    assert labels.placement_labels(request(memory=1024, ports=("80/tcp",))) == {
        "classic.swarm.reservation": '{"cpus":0.0,"memory":1024}',
        "classic.swarm.ports": '["80/tcp"]',
    }


def test_nothing_reserved_is_known_to_be_nothing():
    written = labels.placement_labels(request())
    assert labels.read_reservation(written) == Reservation()
    assert labels.read_ports(written) == ()
    assert labels.read_constraints(written) is None


@pytest.mark.parametrize("reader", READERS)
def test_labels_of_others_say_nothing(reader):
    assert reader({"com.example": "x"}) is None


def test_labels_of_the_original():
    original = {
        "com.docker.swarm.constraints": '["storage==ssd"]',
        "com.docker.swarm.affinities": '["container!=~web"]',
        "com.docker.swarm.id": "7b9c",
    }
    assert labels.read_constraints(original) == parse_expressions(["storage==ssd"], "")
    assert labels.read_affinities(original) == parse_expressions(["container!=~web"], "")
    assert labels.is_foreign(original)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (labels.RESERVATION, ""),
        (labels.RESERVATION, "{"),
        (labels.RESERVATION, "[" * 100_000),
        (labels.RESERVATION, "[]"),
        (labels.RESERVATION, "{}"),
        (labels.RESERVATION, '{"memory": "1", "cpus": 1}'),
        (labels.RESERVATION, '{"memory": true, "cpus": 1}'),
        (labels.RESERVATION, '{"memory": -1, "cpus": 1}'),
        (labels.RESERVATION, '{"memory": 1, "cpus": NaN}'),
        (labels.RESERVATION, '{"memory": 1, "cpus": Infinity}'),
        (labels.RESERVATION, '{"memory": 1, "cpus": true}'),
        (labels.RESERVATION, json.dumps({"memory": 2**64, "cpus": 0})),
        (labels.RESERVATION, json.dumps({"memory": 0, "cpus": 10**400})),
        (labels.PORTS, '"80/tcp"'),
        (labels.PORTS, "[80]"),
        (labels.PORTS, '["0/tcp"]'),
        (labels.PORTS, '["65536/tcp"]'),
        (labels.PORTS, '["80/icmp"]'),
        (labels.CONSTRAINTS, '["zone"]'),
        (labels.CONSTRAINTS, '{"zone": "a"}'),
        (labels.ORIGINAL_CONSTRAINTS, '["zone==/(/"]'),
        (labels.NUMBER, "x"),
        (labels.NUMBER, "\N{SUPERSCRIPT TWO}"),
    ],
)
def test_a_label_that_does_not_read_is_as_good_as_none(key, value):
    written = {labels.NAME: "web", key: value}
    assert [reader(written) for reader in READERS] == [None] * len(READERS)
    assert labels.is_foreign({**labels.placement_labels(request()), key: value}) is (
        key in (labels.RESERVATION, labels.PORTS)
    )


@given(
    st.dictionaries(
        st.sampled_from(KEYS),
        st.text()
        | st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["memory", "cpus", "x"]), inner),
        ).map(json.dumps),
    )
)
def test_no_label_crashes_a_reader(written):
    for reader in READERS:
        reader(written)


CONSTRAINTS, AFFINITIES = "com.docker.swarm.constraints", "com.docker.swarm.affinities"
WHITELISTS = "com.docker.swarm.whitelists"


@pytest.mark.parametrize(
    ("written", "constraints", "affinities", "whitelist"),
    [
        ({}, [], [], ()),
        ({"com.example": "x"}, [], [], ()),
        ({CONSTRAINTS: '["zone==a", "disk!=~hdd"]'}, ["zone==a", "disk!=~hdd"], [], ()),
        ({AFFINITIES: '["container==db"]', CONSTRAINTS: "[]"}, [], ["container==db"], ()),
        ({WHITELISTS: '["node==n1|n2"]'}, [], [], ("n1", "n2")),
        ({WHITELISTS: '["node==n1|n2|n3", "node==n3|n2"]'}, [], [], ("n2", "n3")),
    ],
)
def test_wishes_in_the_labels_of_a_request(written, constraints, affinities, whitelist):
    assert labels.label_wishes(written) == labels.LabelWishes(
        parse_expressions(constraints, ""), parse_expressions(affinities, ""), whitelist
    )


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        (CONSTRAINTS, "zone==a", "must be a JSON list of texts, such as [\"node==node-1\"], and it is 'zone==a'"),
        (AFFINITIES, "[1]", "must be a JSON list of texts, such as [\"node==node-1\"], and it is '[1]'"),
        (WHITELISTS, "{}", "must be a JSON list of texts, such as [\"node==node-1\"], and it is '{}'"),
        (WHITELISTS, '["node==a", "node==b"]', "has several lists, and no node is in all of them"),
    ],
)
def test_a_label_of_a_request_that_cannot_be_read_is_refused(key, value, message):
    with pytest.raises(InputError) as caught:
        labels.label_wishes({key: value})
    assert caught.value.message == f"labels: {key} {message}"


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        (CONSTRAINTS, '["zone"]', "== or != must follow the key, as in zone==external"),
        (AFFINITIES, '["container==~~db"]', "one ~ makes the expression soft; leave out the second"),
        (WHITELISTS, '["zone==a"]', "a whitelist names nodes, as in node==node-1|node-2"),
    ],
)
def test_an_expression_in_a_label_is_an_error_with_its_label(key, value, problem):
    with pytest.raises(ExpressionError) as caught:
        labels.label_wishes({key: value})
    assert (caught.value.option, caught.value.problem) == (f"labels: {key}", problem)
