# Copyright (cc) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One engine that is listed under two addresses."""

from __future__ import annotations

from tests.integration.operating import Operator, inspect, where

ONE = "dockerhost01"


def test_one_engine_under_two_addresses_is_one(operator: Operator) -> None:
    """The IPv4-mapped address stands for a host name or an IPv6 address of the same host."""
    engine = operator.lab.engine(ONE)
    mapped = f"[::ffff:{engine.address}]:{engine.port}"
    options = {"discovery": f"nodes://{engine.entry},{mapped}", "validate_certs": False}
    made = operator.container("c1", **options)
    assert made["changed"]
    again = operator.container("c1", **options)
    assert not again["changed"]
    (warning,) = again["warnings"]
    assert warning.startswith(f"{engine.entry} and [::ffff:")
    assert warning.endswith(
        f"are one engine, {ONE}, with the same containers; it is used as {engine.entry}. List it once"
    )
    assert inspect(engine, "c1")["Id"] == again["container"]["Id"]
    assert operator.container("c1", state="absent", **options)["changed"]
    assert where(operator.lab) == {}
