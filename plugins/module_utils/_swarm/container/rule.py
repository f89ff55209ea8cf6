# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What is known about one container option: its shape, its place in the Engine API, how it is compared."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass, field

Body = t.Dict[str, t.Any]
Inspect = t.Mapping[str, t.Any]
ApiVersion = t.Tuple[int, int]


class Shape(str, enum.Enum):
    """How two values of an option are laid side by side; the words of the C(comparisons) option."""

    VALUE = "value"
    LIST = "list"
    SET = "set"
    SET_OF_DICTS = "set(dict)"
    DICT = "dict"


class Mode(str, enum.Enum):
    """How strictly an option is compared."""

    STRICT = "strict"
    IGNORE = "ignore"
    ALLOW_MORE_PRESENT = "allow_more_present"


@dataclass(frozen=True)
class Source:
    """What the user wrote, for options that need more than their own value to be read.

    :ivar options: every option of the module; None or absent is not set
    :ivar env_file_text: content of the file that ``env_file`` names
    :ivar host_path: makes an absolute path of one that starts with ``.`` or ``~``; None where that cannot be done
    """

    options: t.Mapping[str, t.Any]
    env_file_text: t.Optional[str] = None
    host_path: t.Optional[t.Callable[[str], str]] = None


@dataclass(frozen=True)
class Target:
    """The engine that a body is written for.

    :ivar default_host_ip: host address of published ports that name none; empty for every address
    :ivar containers: ID of each container there by name, for ``container:NAME`` modes
    """

    api_version: ApiVersion
    default_host_ip: str = "0.0.0.0"
    containers: t.Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """A container as it is, with what is needed to judge it.

    :ivar inspect: the engine's answer to GET /containers/{id}/json
    :ivar values: the normalised options that the user set, by name
    :ivar image: inspected image whose env, labels, ports and volumes count as wished for
    :ivar container_image: inspected image that the container was made from
    :ivar host_info: the engine's answer to GET /info; empty where it was not asked
    :ivar image_labels_wanted: whether labels of the image are as good as the user's own
    """

    inspect: Inspect
    values: t.Mapping[str, t.Any]
    target: Target
    image: t.Optional[Inspect] = None
    container_image: t.Optional[Inspect] = None
    host_info: Inspect = field(default_factory=dict)
    image_labels_wanted: bool = True

    @property
    def image_config(self) -> Inspect:
        """``Config`` of the image, empty where there is none."""
        return (self.image or {}).get("Config") or {}


def keep(value: t.Any) -> t.Any:
    """The value as it is."""
    return value


def parse_nothing(value: t.Any, option: str) -> t.Any:
    """The user's value as it is: its type is all there is to check, and the argument spec did."""
    return value


def needs_nothing(value: t.Any) -> t.Sequence[t.Tuple[str, ApiVersion]]:
    """No newer engine than the oldest that is spoken to."""
    return ()


def never_discarded(host_info: Inspect) -> bool:
    """Every engine keeps the option."""
    return False


def lookup(document: Inspect, path: t.Sequence[str]) -> t.Any:
    """What stands at ``path`` in nested mappings; None where a part of it is missing or null."""
    value: t.Any = document
    for key in path:
        if value is None:
            return None
        value = value.get(key)
    return value


def put(body: Body, path: t.Sequence[str], value: t.Any) -> None:
    """Set ``path`` in nested dictionaries, making those that are missing."""
    for key in path[:-1]:
        body = body.setdefault(key, {})
    body[path[-1]] = value


@dataclass(frozen=True)
class OptionRule:
    """One container option. What is not given follows from ``path``.

    :ivar path: where it sits in an inspect reply; the same path without a leading ``Config`` in the create body
    :ivar parse: (user's value, option) to the normalised value; raises InputError
    :ivar read: the same for an option that needs more than its own value; None for not set
    :ivar encode: normalised value to the API's form
    :ivar write: puts the value into a create body
    :ivar normal: brings the API's form, as sent and as seen, to one form for comparing
    :ivar wanted: what the container should show, in normal form; None for no wish
    :ivar seen: what the container shows, in normal form
    :ivar update: the part of an update body that brings the value about in place; None where a new container is needed
    :ivar mode: how it is compared where the user does not say; by shape if None
    :ivar filled_in: whether the engine replaces 0 or an empty text by the image's value or its own: neither is a wish
    :ivar always: compared although the user did not set it, since the image sets it
    :ivar needs_api: (name, API version) for what the value asks of newer engines
    :ivar discarded: whether an engine with this /info drops the option at create, with a warning
    """

    name: str
    shape: Shape = Shape.VALUE
    path: t.Tuple[str, ...] = ()
    parse: t.Callable[[t.Any, str], t.Any] = parse_nothing
    read: t.Optional[t.Callable[[Source], t.Any]] = None
    encode: t.Callable[[t.Any], t.Any] = keep
    write: t.Optional[t.Callable[[Body, t.Any, Target], None]] = None
    normal: t.Callable[[t.Any], t.Any] = keep
    wanted: t.Optional[t.Callable[[t.Any, View], t.Any]] = None
    seen: t.Optional[t.Callable[[View], t.Any]] = None
    update: t.Optional[t.Callable[[t.Any, View], t.Optional[Body]]] = None
    mode: t.Optional[Mode] = None
    aliases: t.Tuple[str, ...] = ()
    filled_in: bool = False
    always: bool = False
    needs_api: t.Callable[[t.Any], t.Sequence[t.Tuple[str, ApiVersion]]] = needs_nothing
    discarded: t.Callable[[Inspect], bool] = never_discarded

    @property
    def default_mode(self) -> Mode:
        """Values and lists are compared strictly; sets and dictionaries may have more than was asked for."""
        if self.mode is not None:
            return self.mode
        return Mode.STRICT if self.shape in (Shape.VALUE, Shape.LIST) else Mode.ALLOW_MORE_PRESENT

    def value_of(self, source: Source) -> t.Any:
        """The normalised value, None where the user did not set it. :raises InputError: the value cannot be right"""
        if self.read is not None:
            return self.read(source)
        raw = source.options.get(self.name)
        return None if raw is None else self.parse(raw, self.name)

    def write_into(self, body: Body, value: t.Any, target: Target) -> None:
        """Put the normalised ``value`` into a create body."""
        if self.write is not None:
            self.write(body, value, target)
        else:
            put(body, self.path[1:] if self.path[0] == "Config" else self.path, self.encode(value))

    def wanted_in(self, value: t.Any, view: View) -> t.Any:
        """What the container of ``view`` should show, in normal form; None for no wish."""
        if self.wanted is not None:
            return self.wanted(value, view)
        return self.normal(self.encode(value))

    def seen_in(self, view: View) -> t.Any:
        """What the container of ``view`` shows, in normal form."""
        return self.seen(view) if self.seen is not None else self.normal(lookup(view.inspect, self.path))
