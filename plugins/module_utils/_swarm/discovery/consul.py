# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``consul://HOST[:PORT][,HOST...]/PREFIX``: entries are keys of Consul's store, as in ``key_store``.

Value and session of a registration are like those of the original's agents.
"""

from __future__ import annotations

import math
import typing as t

from ..errors import DiscoveryRefusedError
from ..settings import DiscoverySettings
from .backend import Backend, Clock, Registration, Sleep, Source, check_ttl
from .entry import Entry
from .key_store import entries_of, odd_keys, parse_location, registration_folder
from .leader_lock import LeaderLock, leader_key
from .options import TIMEOUT, TOKEN, BackendOption, own, tls_options
from .owned_keys import IsOwn, KeyFolder, OwnedKeys

DEFAULT_PORT = 8500
#: Seconds; Consul takes sessions of 10 s to 24 h, and lets one live up to twice as long.
SHORTEST_TTL = 20
LONGEST_TTL = 2 * 24 * 3600
#: Seconds between two looks while Consul does not hold its answer back.
POLL_INTERVAL = 1.0


class ConsulBackend(Backend):
    """Entries in Consul's key-value store."""

    TITLE = "Consul"
    EXAMPLE = "consul://192.0.2.5:8500/swarm"
    HELP = (
        "`consul://192.0.2.5:8500/swarm` names a Consul server and a prefix. The engines are the keys below that "
        "prefix whose last part is `host:port`. Several servers are written "
        "`consul://192.0.2.5:8500,192.0.2.6:8500/swarm`, and the next one is asked when one does not answer.",
    )
    OPTIONS = (
        *tls_options(
            tls="CONSUL_HTTP_SSL",
            validate_certs="CONSUL_HTTP_SSL_VERIFY",
            ca_path="CONSUL_CACERT",
            client_cert="CONSUL_CLIENT_CERT",
            client_key="CONSUL_CLIENT_KEY",
        ),
        own(TOKEN, "consul", variable="CONSUL_HTTP_TOKEN", file_variable="CONSUL_HTTP_TOKEN_FILE"),
        BackendOption(
            "namespace",
            "str",
            ("Namespace of Consul Enterprise.",),
            variable="CONSUL_NAMESPACE",
            keys=("consul.namespace",),
        ),
        BackendOption(
            "datacenter",
            "str",
            ("Consul datacenter, if it is not the one of the server that is asked.",),
            keys=("consul.datacenter",),
        ),
        TIMEOUT,
    )
    LIBRARY = "requests"

    def __init__(self, source: Source, settings: DiscoverySettings, clock: Clock, sleep: Sleep) -> None:
        from .consul_client import ConsulClient, key_path

        super().__init__(source, settings, clock, sleep)
        hosts, self._prefix = parse_location(source, "consul", DEFAULT_PORT, self.EXAMPLE, "a token")
        self._client = ConsulClient(source.text, hosts, self._settings)
        self._keys = key_path(f"{self._prefix}/")

    def list(self) -> t.Tuple[Entry, ...]:
        return self._entries(self._ask(index=0, wait=0.0)[1])

    def watch(self, known: t.Sequence[Entry], timeout: float) -> t.Tuple[Entry, ...]:
        deadline = self._clock() + timeout
        index = 0
        before = math.inf
        found, keys = self._ask(index, wait=0.0)
        while True:
            entries = self._entries(keys)
            left = deadline - self._clock()
            if entries != tuple(known) or left <= 0:
                return entries
            # An index that ran backwards (a restored Consul) or is missing holds nothing back: then we wait ourselves.
            # So we do where the same answer came at once: somebody writes below the prefix without end.
            index = found if found >= index else 0
            if index == 0 or before - left < POLL_INTERVAL:
                self._sleep(min(left, POLL_INTERVAL))
            before = left
            found, keys = self._ask(index, left)

    def register(self, entry: Entry, ttl: float) -> Registration:
        from .consul_registration import ConsulRegistration

        check_ttl(ttl, SHORTEST_TTL, LONGEST_TTL, "Consul")
        key = f"{registration_folder(self._prefix)}/{entry.address}"
        registration = ConsulRegistration(entry, ttl, self._client, key, self._sleep)
        registration.heartbeat()
        return registration

    def leader_lock(self, holder: str, ttl: float) -> LeaderLock:
        from .consul_lock import ConsulLock

        check_ttl(ttl, SHORTEST_TTL, LONGEST_TTL, "Consul")
        return ConsulLock(holder, ttl, self._client, leader_key(self._prefix), self._sleep)

    def owned_keys(self, owner: str, ttl: float, folders: t.Sequence[str], is_own: IsOwn) -> OwnedKeys:
        from .consul_keys import ConsulKeys

        check_ttl(ttl, SHORTEST_TTL, LONGEST_TTL, "Consul")
        return ConsulKeys(owner, ttl, self._client, folders, is_own)

    def key_folder(self, folder: str) -> KeyFolder:
        from .consul_keys import ConsulFolder

        return ConsulFolder(self._client, folder, self._sleep)

    def _ask(self, index: int, wait: float) -> t.Tuple[int, t.Any]:
        """An index, and what should be the keys below the prefix at that index.

        :param index: Consul holds its answer back until something has changed since this one; 0 for at once
        """
        params = {"keys": ""}
        if index > 0:
            # Consul reads a wait of nothing as five minutes.
            params.update(index=str(index), wait=f"{max(1, round(wait * 1000))}ms")
        answer = self._client.call("GET", self._keys, self._purpose(), params=params, allowed=(200, 404), wait=wait)
        return answer.index, answer.data

    def _purpose(self) -> str:
        return f"list the keys below '{self._prefix}/'"

    def _entries(self, listed: t.Any) -> t.Tuple[Entry, ...]:
        keys = [] if listed is None else listed
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise DiscoveryRefusedError(
                f"what answers for {self._source.text} does not speak like Consul: it gave no list of keys"
            )
        if not keys:
            self._check_allowed()
        self.odd = odd_keys(keys, self._prefix)
        return entries_of(keys, self._source.text)

    def _check_allowed(self) -> None:
        """Tell an empty prefix from a forbidden one.

        Consul's list of keys leaves out, without a word, what the token may not see; a single key it refuses.
        """
        self._client.call("GET", self._keys, self._purpose(), allowed=(200, 404))
