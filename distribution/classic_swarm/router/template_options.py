# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``--set NAME=VALUE``: what the shipped templates can be told, checked; a template of the user's is told anything."""

from __future__ import annotations

import re
import typing as t

from .._swarm.errors import InputError
from .._swarm.model.address import split_address
from .._swarm.model.durations import parse_duration
from .names import parse_port, service_problem

Value = t.Union[str, int, bool, None, t.Tuple[str, ...]]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FOLDER = re.compile(r"/[A-Za-z0-9._/@+-]*")
_ADDRESS = re.compile(r"[0-9.]+|\[[0-9A-Fa-f:.]+\]")
_USER = re.compile(r"[a-z_][a-z0-9_-]*")
_BALANCE = {"roundrobin", "leastconn"}


def _duration(text: str) -> str:
    milliseconds = parse_duration(text, "it") // 10**6
    if milliseconds < 1:
        raise ValueError("it must be more than 0")
    return f"{milliseconds}ms"


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("it must be true or false")
    return text == "true"


def _addresses(text: str) -> t.Tuple[str, ...]:
    addresses = tuple(part.strip() for part in text.split(","))
    if not all(map(_ADDRESS.fullmatch, addresses)):
        raise ValueError("it must be addresses such as 10.0.0.5 or [::], with commas between")
    return addresses


def _folder(text: str) -> t.Optional[str]:
    if text and not _FOLDER.fullmatch(text):
        raise ValueError("it must be the whole path of a folder, of letters, digits and '._/@+-'")
    return text.rstrip("/") or None


def _balance(text: str) -> str:
    if text not in _BALANCE:
        raise ValueError(f"it must be {' or '.join(sorted(_BALANCE))}")
    return text


def _listen(text: str) -> t.Optional[str]:
    if text == "off":
        return None
    host, port = split_address(text)
    address = f"[{host}]" if ":" in host else host
    if not _ADDRESS.fullmatch(address) or not 1 <= port <= 65535:
        raise ValueError("it must be ADDRESS:PORT, or off")
    return f"{address}:{port}"


def _user(text: str) -> t.Optional[str]:
    if text and not _USER.fullmatch(text):
        raise ValueError("it must be the name of a user")
    return text or None


def _service(text: str) -> t.Optional[str]:
    if text and service_problem(text):
        raise ValueError("it must be the name of a service")
    return text or None


#: Name, what it is without being said, and how it is read.
_KNOWN: t.Tuple[t.Tuple[str, str, t.Callable[[str], Value]], ...] = (
    ("address", "0.0.0.0", _addresses),
    ("http_port", "80", parse_port),
    ("https_port", "443", parse_port),
    ("certificates", "", _folder),
    ("redirect_https", "false", _boolean),
    ("health", "127.0.0.1:8404", _listen),
    ("balance", "roundrobin", _balance),
    ("connect_timeout", "2s", _duration),
    ("client_timeout", "60s", _duration),
    ("server_timeout", "60s", _duration),
    ("check_interval", "1s", _duration),
    ("worker_timeout", "10m", _duration),
    ("trust_forwarded", "false", _boolean),
    ("default_service", "", _service),
    ("log_folder", "/var/log/nginx", _folder),
)
#: Whom the program becomes once its ports are open.
_USERS = {"haproxy": "haproxy", "nginx": "www-data"}


def parse_options(texts: t.Sequence[str], kind: str, shipped: bool, own: t.Mapping[str, str]) -> t.Dict[str, Value]:
    """The options by name.

    :param kind: ``haproxy`` or ``nginx``
    :param own: options of the command that templates are told as well
    :param texts: ``NAME=VALUE`` each; of two with one name the latter wins
    :param shipped: the template is ours, so that no other name means anything
    :raises InputError: one cannot be right
    """
    known = (*_KNOWN, ("user", _USERS[kind], _user))
    readers = {name: reader for name, _default, reader in known}
    options: t.Dict[str, Value] = {name: reader(default) for name, default, reader in known}
    options.update(own)
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not _NAME.fullmatch(name) or not value.isprintable():
            raise InputError(f"--set: '{text}' is not NAME=VALUE")
        if name in own:
            raise InputError(f"--set {name}: this is what --{name.replace('_', '-')} says")
        if name in readers:
            try:
                options[name] = readers[name](value)
            except (ValueError, InputError) as error:
                raise InputError(f"--set {name}: '{value}' is not valid: {error}") from None
        elif shipped:
            raise InputError(f"--set {name}: the template has no such option; it has {', '.join(sorted(readers))}")
        else:
            options[name] = value
    return options


def taken_ports(options: t.Mapping[str, Value]) -> t.Set[int]:
    """Ports of the router itself."""
    ports = {options["http_port"], options["https_port"]}
    health = options["health"]
    if isinstance(health, str):
        ports.add(split_address(health)[1])
    return {port for port in ports if isinstance(port, int)}
