# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""``--policy FILE``: who may do what, and what containers may ask for.

    {
      "roles": [
        {"cn": "ci-*", "role": "operate"},
        {"ou": "operators", "role": "admin"}
      ],
      "default_role": "read",
      "create": {
        "privileged": false,
        "host_namespaces": false,
        "devices": false,
        "engine_socket": false,
        "binds": ["/srv/*"],
        "capabilities": ["NET_BIND_SERVICE"],
        "security_options": ["no-new-privileges*"]
      }
    }

Without ``roles``, whoever TLS lets in is an admin. With them, the first rule that fits is it, and whom none fits has
``default_role``; without that they may do nothing. With ``create``, what it does not allow is refused, for everybody.
"""

from __future__ import annotations

import fnmatch
import json
import typing as t
from dataclasses import dataclass

from ..._swarm.errors import InputError
from .roles import Role

_SWITCHES = ("privileged", "host_namespaces", "devices", "engine_socket")
_LISTS = ("binds", "capabilities", "security_options")


@dataclass(frozen=True)
class RoleRule:
    """Who has a role: whose common name, or one of whose units, fits a glob."""

    role: Role
    common_name: t.Optional[str] = None
    unit: t.Optional[str] = None

    def fits(self, common_name: str, units: t.Sequence[str]) -> bool:
        """Whether a certificate is meant."""
        if self.common_name is not None:
            return fnmatch.fnmatchcase(common_name, self.common_name)
        return any(fnmatch.fnmatchcase(unit, self.unit or "") for unit in units)


@dataclass(frozen=True)
class CreateRules:
    """What containers may ask for; lists hold globs."""

    privileged: bool = False
    host_namespaces: bool = False
    devices: bool = False
    engine_socket: bool = False
    binds: t.Tuple[str, ...] = ()
    capabilities: t.Tuple[str, ...] = ()
    security_options: t.Tuple[str, ...] = ()


@dataclass(frozen=True)
class Policy:
    """What the file says. :ivar rules: None where everybody is an admin. :ivar create: None where all is allowed"""

    rules: t.Optional[t.Tuple[RoleRule, ...]] = None
    default_role: t.Optional[Role] = None
    create: t.Optional[CreateRules] = None

    def role_of(self, common_name: str, units: t.Sequence[str]) -> t.Optional[Role]:
        """The role of whom a certificate names; None for no role at all."""
        if self.rules is None:
            return self.default_role or Role.ADMIN
        return next((rule.role for rule in self.rules if rule.fits(common_name, units)), self.default_role)


def read_policy(path: str) -> Policy:
    """:raises InputError: the file cannot be read, or says something that is not understood"""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except (OSError, ValueError) as error:
        raise InputError(f"--policy: {path} cannot be read: {error}") from error
    where = f"--policy: {path}"
    _check_keys(content, ("roles", "default_role", "create"), where)
    roles, default = content.get("roles"), content.get("default_role")
    create = content.get("create")
    if roles is not None and not isinstance(roles, list):
        raise InputError(f"{where}: roles must be a list")
    return Policy(
        None if roles is None else tuple(_role_rule(each, where) for each in roles),
        None if default is None else _role(default, where),
        None if create is None else _create_rules(create, where),
    )


def _role_rule(content: t.Any, where: str) -> RoleRule:
    _check_keys(content, ("cn", "ou", "role"), f"{where}: roles")
    names = [content.get("cn"), content.get("ou")]
    if sum(isinstance(name, str) for name in names) != 1 or sum(name is not None for name in names) != 1:
        raise InputError(f"{where}: a rule in roles must have either cn or ou, which is a string")
    return RoleRule(_role(content.get("role"), where), names[0], names[1])


def _role(name: t.Any, where: str) -> Role:
    for role in Role:
        if name == role.name.lower():
            return role
    raise InputError(
        f"{where}: {name!r} is not a role; known roles are {', '.join(role.name.lower() for role in Role)}"
    )


def _create_rules(content: t.Any, where: str) -> CreateRules:
    _check_keys(content, (*_SWITCHES, *_LISTS), f"{where}: create")
    for name in _SWITCHES:
        if not isinstance(content.get(name, False), bool):
            raise InputError(f"{where}: create: {name} must be true or false")
    for name in _LISTS:
        value = content.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise InputError(f"{where}: create: {name} must be a list of strings")
    given: t.Dict[str, t.Any] = {name: content.get(name, False) for name in _SWITCHES}
    given.update((name, tuple(content.get(name, ()))) for name in _LISTS)
    return CreateRules(**given)


def _check_keys(content: t.Any, known: t.Sequence[str], where: str) -> None:
    if not isinstance(content, dict):
        raise InputError(f"{where}: must be an object")
    for key in content:
        if key not in known:
            raise InputError(f"{where}: '{key}' is unknown; known keys are {', '.join(known)}")
