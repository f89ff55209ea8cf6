# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(swarm_containers) from its options to its result."""

from __future__ import annotations

import difflib
import gc
import json
import os
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import (
    CONDITIONS,
    After,
    Batch,
    Budgets,
    Entry,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.result import MemberResult, Result
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.parse import shown
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler

from .argspec import ACTING_ARGUMENT_SPEC, RANKING_ARGUMENT_SPEC, WISHES_ARGUMENT_SPEC
from .container_argspec import (
    AUTH_ARGUMENT_SPEC,
    CONTAINER_ARGUMENT_SPEC,
    CONTAINER_REQUIRED_BY,
    CONTAINER_REQUIRED_IF,
)
from .leaving import succeed, warn
from .results import action_results, translated_errors, without_secrets
from .runner import Options, container_values, read_wanted, reconcile
from .settings import cluster_settings, scheduling_settings
from .unusable import unusable_value

#: What one entry of C(containers) takes: the options of C(swarm_container) that are about the container.
ENTRY_ARGUMENT_SPEC: t.Dict[str, t.Dict[str, t.Any]] = {
    "name": {"type": "str", "required": True},
    "count": {"type": "int"},
    "per_node": {"type": "bool", "default": False},
    "after": {
        "type": "list",
        "elements": "dict",
        "options": {
            "container": {"type": "str", "required": True},
            "condition": {"type": "str", "default": "started", "choices": list(CONDITIONS)},
        },
    },
    **AUTH_ARGUMENT_SPEC,
    **WISHES_ARGUMENT_SPEC,
    **RANKING_ARGUMENT_SPEC,
    **ACTING_ARGUMENT_SPEC,
    **CONTAINER_ARGUMENT_SPEC,
}

#: What makes an entry one of its own, and so cannot be a default.
_OWN = ("name", "after")

_SUMMARY = {
    "create": "created",
    "change": "changed",
    "recreate": "changed",
    "relocate": "changed",
    "resume": "changed",
    "keep": "unchanged",
    "remove": "removed",
}


def run_batch(module: AnsibleModule) -> t.NoReturn:
    """Do what the options say and end the module."""
    # See runner.run: the process ends with the task.
    gc.disable()
    options = dict(module.params)
    with translated_errors(module):
        batch, warnings = read_batch(module, options)
        scheduler = Scheduler(scheduling_settings(options))
        settings = cluster_settings(options, os.environ)
        warn(module, warnings)
        result = reconcile(
            module,
            batch,
            settings,
            scheduler,
            explain=options["explain"],
            on_failure=lambda failed: {"entries": entry_values(failed, batch, options), "summary": summary(failed)},
        )
    succeed(module, **without_secrets(batch_values(result, batch, options), options))


def read_batch(module: t.Optional[AnsibleModule], options: Options) -> t.Tuple[Batch, t.List[str]]:
    """The batch behind the options, and warnings about their form.

    :param module: takes the secrets that are found in entries, so that they are shown nowhere
    :raises InputError: an option cannot be right; the message names the entry
    """
    defaults = _canonical(options.get("defaults") or {})
    for name in _OWN:
        if name in defaults:
            raise InputError(f"defaults: '{name}' belongs to each of containers, not to all of them")
    for name in defaults:
        if name not in ENTRY_ARGUMENT_SPEC:
            raise InputError(f"defaults: {_no_option(str(name))}")
    ranking = {name: options[name] for name in RANKING_ARGUMENT_SPEC if options.get(name) is not None}
    entries, warnings = [], []
    for number, given in enumerate(options["containers"]):
        where = f"containers[{number}] ({given.get('name', 'without a name')})"
        values = _validated(module, where, _inherited(ranking, defaults, _canonical(given)))
        try:
            entry, more = _read_entry({**options, **values}, options.get("group"))
        except InputError as error:
            raise InputError(f"{where}: {error.message}") from error
        entries.append(entry)
        warnings += [f"{where}: {warning}" for warning in more]
    parallel = options.get("max_parallel")
    if parallel is not None and parallel < 1:
        raise InputError(f"max_parallel is {parallel}; it must be 1 or more")
    batch = Batch(
        tuple(entries),
        group=options.get("group"),
        remove_orphans=options["orphans"] == "remove",
        all_or_nothing=options["all_or_nothing"],
        budgets=Budgets() if parallel is None else Budgets(in_all=parallel),
    )
    if options["orphans"] == "remove" and batch.group is None:
        raise InputError("orphans: remove needs group, which says whose containers are meant")
    return batch, warnings


def _read_entry(values: Options, group: t.Optional[str]) -> t.Tuple[Entry, t.Tuple[str, ...]]:
    wanted, warnings = read_wanted(values, group)
    after = tuple(After(each["container"], each["condition"]) for each in values["after"] or ())
    return Entry(wanted, values["per_node"], after, Scheduler(scheduling_settings(values))), warnings


def _inherited(*levels: Options) -> Options:
    """Options of several levels, the closest last. What belongs to a strategy goes with it."""
    chosen: Options = {}
    for level in levels:
        if "strategy" in level:
            chosen = {name: value for name, value in chosen.items() if name not in ("rank", "seed")}
        chosen.update(level)
    return chosen


def _validated(module: t.Optional[AnsibleModule], where: str, given: Options) -> Options:
    """An entry with every option, checked as those of C(swarm_container) are.

    :raises InputError: names the entry
    """
    validator = ArgumentSpecValidator(
        ENTRY_ARGUMENT_SPEC, required_by=CONTAINER_REQUIRED_BY, required_if=CONTAINER_REQUIRED_IF
    )
    unknown = sorted(str(name) for name in given if name not in ENTRY_ARGUMENT_SPEC)
    if unknown:
        raise InputError(f"{where}: {_no_option(unknown[0])}")
    sentence = unusable_value(ENTRY_ARGUMENT_SPEC, given)
    if sentence is not None:
        raise InputError(f"{where}: {sentence}")
    checked = validator.validate(given)
    if module is not None:
        module.no_log_values.update(checked._no_log_values)
    if checked.error_messages:
        raise InputError(f"{where}: {'; '.join(checked.error_messages)}")
    return t.cast(Options, checked.validated_parameters)


def _no_option(name: str) -> str:
    near = difflib.get_close_matches(name[:60], (*ENTRY_ARGUMENT_SPEC, *_NAMES), n=1)
    advice = (
        f"did you mean {near[0]}?" if near else "those that there are stand in the documentation of swarm_containers"
    )
    return f"{shown(name)!r} is not an option of a container; {advice}"


def _canonical(given: Options) -> Options:
    """Options under their own names, so that one of an entry and one of the defaults meet."""
    return {_NAMES.get(name, name): value for name, value in given.items() if value is not None}


_NAMES = {alias: name for name, option in ENTRY_ARGUMENT_SPEC.items() for alias in option.get("aliases", ())}


def batch_values(result: Result, batch: Batch, options: Options) -> Options:
    """The return values of the module."""
    return {
        "changed": result.changed,
        "actions": action_results(result.actions),
        "entries": entry_values(result, batch, options),
        "summary": summary(result),
        "diff": diff_lines(result),
    }


def entry_values(result: Result, batch: Batch, options: Options) -> Options:
    """By the name of each entry what C(swarm_container) returns for its containers."""
    by_entry: t.Dict[int, t.List[MemberResult]] = {}
    for member in result.members:
        by_entry.setdefault(member.member.entry, []).append(member)
    shown = options["return_containers"]
    entries = {}
    for number, entry in enumerate(batch.entries):
        single = entry.wanted.count is None and not entry.per_node
        found = Result(members=by_entry.get(number, []))
        values = container_values(
            found, {"count": None if single else 0, "explain": options["explain"], "return_containers": shown}
        )
        entries[entry.wanted.name] = {
            key: value for key, value in values.items() if key not in ("changed", "actions", "diff")
        }
    return entries


def summary(result: Result) -> Options:
    """Names of containers by what was done with them."""
    told: t.Dict[str, t.List[str]] = {key: [] for key in ("created", "changed", "unchanged", "removed", "refused")}
    for name, kind in result.kinds.items():
        told[_SUMMARY[kind]].append(name)
    told["refused"] = [placement.request.name for placement in result.refused]
    return told


def diff_lines(result: Result) -> t.Dict[str, str]:
    """Before and after with one line for each container that changes."""
    names = list(dict.fromkeys((*result.before, *result.after)))
    return {
        key: "".join(f"{name}: {_line(side.get(name, {}))}\n" for name in names)
        for key, side in (("before", result.before), ("after", result.after))
    }


def _line(values: t.Mapping[str, t.Any]) -> str:
    if values.get("exists") is False:
        return "absent"
    return ", ".join(
        f"{key}={value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)}"
        for key, value in values.items()
        if key != "exists"
    )
