# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.secrets import hide_secrets


def hide(text: str, volume_options: t.Optional[t.Dict[str, t.Any]] = None, **options: t.Any) -> str:
    mounts = [{"target": "/a", "volume_options": volume_options}, {"target": "/b"}]
    return hide_secrets({"mounts": mounts, **options})(text)


@pytest.mark.parametrize(
    ("options", "words", "shown"),
    [
        (
            {"type": "cifs", "device": "//nas/x", "o": "username=u,password=s3cret"},
            "mount //nas/x, data: username=u,password=s3cret: denied",
            "mount //nas/x, data: (value not shown): denied",
        ),
        ({"o": "username=u,password=s3cret"}, "bad option password=s3cret", "bad option password=(value not shown)"),
        ({"o": "pass=ab,addr=10.0.0.1"}, "pass=ab at 10.0.0.1", "pass=(value not shown) at 10.0.0.1"),
        ({"o": "addr=10.0.0.1,rw"}, "mount addr=10.0.0.1,rw: no route", "mount addr=10.0.0.1,rw: no route"),
        ({"type": "nfs", "device": ":/export"}, "mount :/export: no such device", "mount :/export: no such device"),
        ({"api-token": 12345678}, "token 12345678 expired", "token (value not shown) expired"),
        ({"vendor": "anything"}, "cannot read anything", "cannot read (value not shown)"),
        ({"password": 's3"cr\\et'}, '{"o": "s3\\"cr\\\\et"}', '{"o": "(value not shown)"}'),
        ({"password": ""}, "no password given", "no password given"),
    ],
)
def test_secrets_of_volumes(options: t.Dict[str, t.Any], words: str, shown: str) -> None:
    assert hide(words, options) == shown


def test_secrets_of_log_drivers() -> None:
    options = {"splunk-token": "s3cret-token", "splunk-url": "http://splunk"}
    assert hide("http://splunk refuses s3cret-token", log_options=options) == "http://splunk refuses (value not shown)"


@pytest.mark.parametrize("mounts", [None, "x", [None], [{"volume_options": ["x"]}], [{"volume_options": {"a": None}}]])
def test_options_of_any_shape_hold_no_secret(mounts: t.Any) -> None:
    assert hide_secrets({"mounts": mounts, "log_options": mounts})("as it is") == "as it is"
