# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The options of a backend, as data of its class.

Argument spec, documentation, environment variables and ``--discovery-opt`` are all made of this; nobody writes an
option down a second time. Options of one name are one option for the user, whichever backends have it.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

#: Texts that switch something on or off, as Ansible reads them too.
_TRUE = frozenset(("y", "yes", "on", "1", "true", "t"))
_FALSE = frozenset(("n", "no", "off", "0", "false", "f"))


@dataclass(frozen=True)
class BackendOption:
    """One option.

    :ivar name: its name among ``discovery_options``
    :ivar type: ``str``, ``path``, ``bool``, ``float`` or ``list``, as in an argument spec
    :ivar help: sentences for a user; what stands between backquotes is the name of an option or a value
    :ivar aliases: further names
    :ivar variable: environment variable that stands in for an option that is not set
    :ivar file_variable: environment variable that names a file with the value
    :ivar keys: keys of ``--discovery-opt``, the first one is shown; the key of a secret names a file that holds it
    :ivar secret: the value is shown nowhere
    :ivar elements: of a list, the type of each
    """

    name: str
    type: str
    help: t.Tuple[str, ...]
    aliases: t.Tuple[str, ...] = ()
    variable: t.Optional[str] = None
    file_variable: t.Optional[str] = None
    keys: t.Tuple[str, ...] = ()
    secret: bool = False
    elements: t.Optional[str] = None


#: For every backend that is a service. The keys are the original's.
TLS_OPTIONS = (
    BackendOption(
        "tls",
        "bool",
        (
            "Whether the service is spoken to over TLS.",
            "If it is not set, TLS is on as soon as one of `ca_path`, `client_cert` and `client_key` is set.",
        ),
    ),
    BackendOption(
        "validate_certs",
        "bool",
        ("Whether the certificate of the service, and the name in it, is checked. It is if this is not set.",),
        aliases=("tls_verify",),
    ),
    BackendOption(
        "ca_path",
        "path",
        ("PEM file of the certificate authorities that may have signed the certificate of the service.",),
        aliases=("ca_cert", "tls_ca_cert", "cacert_path"),
        keys=("kv.cacertfile",),
    ),
    BackendOption(
        "client_cert",
        "path",
        ("PEM file of the certificate that is shown to the service. It goes together with `client_key`.",),
        aliases=("tls_client_cert", "cert_path"),
        keys=("kv.certfile",),
    ),
    BackendOption(
        "client_key",
        "path",
        ("PEM file of the key of `client_cert`.",),
        aliases=("tls_client_key", "key_path"),
        keys=("kv.keyfile",),
    ),
    BackendOption(
        "tls_hostname",
        "str",
        ("The name to expect in the certificate of the service, in place of the host in the discovery source.",),
    ),
)

TOKEN = BackendOption("token", "str", ("ACL token.",), keys=("kv.token-file",), secret=True)

USER = BackendOption("user", "str", ("User name. It goes together with `password`.",), keys=("kv.user",))
PASSWORD = BackendOption("password", "str", ("Password of `user`.",), keys=("kv.password-file",), secret=True)

#: ``--timeout`` of the agent; it has no key.
TIMEOUT = BackendOption(
    "timeout",
    "float",
    (
        "Seconds to connect to one server of the service, and seconds that it may be silent. A whole answer may take "
        "twice as long. `10` if it is not set.",
    ),
)

#: The names of what makes ``DiscoverySettings.tls``; all others but the timeout are the backend's own.
CERTIFICATES = ("ca_path", "client_cert", "client_key")
COMMON = (*(option.name for option in TLS_OPTIONS), TIMEOUT.name)


def tls_options(**variables: str) -> t.Tuple[BackendOption, ...]:
    """The options for TLS, with the environment variables that stand in for some of them, by the option's name."""
    return tuple(replace(option, variable=variables.get(option.name)) for option in TLS_OPTIONS)


def own(option: BackendOption, backend: str, **changes: t.Any) -> BackendOption:
    """A shared option as one backend has it: with keys that begin with its name before those that all share.

    :param changes: other fields, such as ``variable``
    """
    return replace(
        option, keys=(*(key.replace("kv.", f"{backend}.", 1) for key in option.keys), *option.keys), **changes
    )


def parse_switch(text: str) -> t.Optional[bool]:
    """What a text means that switches something on or off; None if it is neither."""
    word = text.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None
