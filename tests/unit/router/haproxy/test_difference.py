# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told to a HAProxy that runs, and where only a reload will do."""

from __future__ import annotations

import pytest
from classic_swarm.router.haproxy.difference import Add, Leave, Weigh, difference
from classic_swarm.router.haproxy.layout import ServerLine, parse_layout
from classic_swarm.router.haproxy.states import busy_servers, matches, parse_states

BASE = """
global
    log x
backend web
    balance roundrobin
    server a 192.0.2.1:80 weight 100 check inter 1s
    server b 192.0.2.2:80 weight 50
backend db
    server d 192.0.2.3:80
"""


def changes(before: str, after: str) -> object:
    return difference(parse_layout(before), parse_layout(after))


def test_a_layout() -> None:
    layout = parse_layout(BASE)
    assert layout.servers == {
        "web": {
            "a": ServerLine("192.0.2.1:80", 100, ("check", "inter", "1s")),
            "b": ServerLine("192.0.2.2:80", 50, ()),
        },
        "db": {"d": ServerLine("192.0.2.3:80", 1, ())},
    }
    assert "server" not in layout.frame
    assert layout.servers["web"]["a"].words == "192.0.2.1:80 weight 100 check inter 1s"


def test_servers_come_go_and_change_their_weight() -> None:
    after = BASE.replace("    server b 192.0.2.2:80 weight 50\n", "    server c 192.0.2.4:80 check\n")
    after = after.replace("weight 100", "weight 0")
    assert changes(BASE, after) == [
        Add("web", "c", ServerLine("192.0.2.4:80", 1, ("check",))),
        Weigh("web", "a", 0),
        Leave("web", "b", ServerLine("192.0.2.2:80", 50, ())),
    ]
    assert changes(BASE, BASE) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("log x", "log y"),
        ("backend db", "backend dbs"),
        ("192.0.2.1:80", "192.0.2.9:80"),
        ("inter 1s", "inter 2s"),
        ("    balance roundrobin\n", "    balance roundrobin\n    default-server check\n"),
        ("backend web", "frontend f\n    server-like x\nbackend web"),
        # A line that is more than words belongs to the frame.
        ("192.0.2.3:80", '192.0.2.3:80 cookie "x"'),
    ],
)
def test_all_else_is_a_reload(old: str, new: str) -> None:
    assert changes(BASE, BASE.replace(old, new)) is None


def test_defaults_of_servers_are_not_given_to_those_that_are_added() -> None:
    before = BASE.replace("balance roundrobin", "default-server check")
    assert changes(before, before + "    server e 192.0.2.8:80\n") is None
    assert changes(before, before.replace("    server d 192.0.2.3:80\n", "")) is not None


def test_what_runs_is_compared() -> None:
    text = (
        "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_port\n"
        "3 web 1 a 192.0.2.1 2 0 100 80\n3 web 2 b 192.0.2.2 2 0 50 80\n4 db 1 d 192.0.2.3 2 0 1 80\n"
    )
    layout = parse_layout(BASE)
    assert matches(layout, parse_states(text))
    for old, new in (("a 192.0.2.1", "a 192.0.2.7"), (" 50 80", " 0 80"), ("4 db 1 d", "4 db 1 e")):
        assert not matches(layout, parse_states(text.replace(old, new)))
    assert not matches(layout, parse_states(""))


def test_sessions_by_server() -> None:
    text = "# pxname,svname,qcur,qmax,scur,smax\nweb,a,1,0,2,0\nweb,b,0,0,0,0\n"
    assert busy_servers(text) == {"a": 3, "b": 0}
    assert busy_servers("Can't find proxy.") == {}
