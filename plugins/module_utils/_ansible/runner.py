# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(swarm_container) from its options to its result; everything between the two is done by the product."""

from __future__ import annotations

import gc
import os
import random
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.batch import Batch
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.clock import SystemClock
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.polled_view import PolledView
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.reconcile import Reconciler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.result import MemberResult, Result
from ansible_collections.classic.swarm.plugins.module_utils._swarm.cluster.wanted import Wanted
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.config import ContainerConfig
from ansible_collections.classic.swarm.plugins.module_utils._swarm.container.secrets import hide_secrets
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.auth import Auth
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError, OperationError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.expression import parse_expressions
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.environment import split_environment
from ansible_collections.classic.swarm.plugins.module_utils._swarm.model.text import refuse_unusable_text
from ansible_collections.classic.swarm.plugins.module_utils._swarm.scheduler.scheduler import Scheduler
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import ClusterSettings

from .contents import refuse_content
from .draining import open_drains
from .leaving import fail, succeed, warn
from .progress import telling
from .results import (
    action_results,
    fail_from,
    node_reference,
    placement_result,
    translated_errors,
    without_secrets,
)
from .settings import (
    LONGEST_TIME,
    Wishes,
    check_number,
    cluster_settings,
    join_whitelists,
    placement_wishes,
    scheduling_settings,
)

Options = t.Dict[str, t.Any]

#: The highest value of options that are numbers. What is below 0 is said, or understood, where they are used.
_HIGHEST: t.Mapping[str, int] = {
    "count": 100_000,
    "createretry": 100_000,
    "healthy_wait_timeout": LONGEST_TIME,
    "removal_wait_timeout": LONGEST_TIME,
}


def run(module: AnsibleModule) -> t.NoReturn:
    """Do what the options say and end the module."""
    # The process ends with the task. Until then a collector would only walk the state of the cluster again and again,
    # which for a thousand engines takes as long as reading them.
    gc.disable()
    options = dict(module.params)
    with translated_errors(module):
        wanted, warnings = read_wanted(options)
        scheduler = Scheduler(scheduling_settings(options))
        settings = cluster_settings(options, os.environ)
        warn(module, warnings)
        result = reconcile(
            module,
            Batch.of(wanted),
            settings,
            scheduler,
            explain=options["explain"],
            on_failure=lambda failed: left_values(failed, options),
        )
    values = without_secrets(container_values(result, options), options)
    if options["output_logs"] and not wanted.detach:
        for member in result.members:
            module.log(f"{member.member.name}: {member.output}")
    if any(member.status for member in result.members):
        fail(module, _ended_badly(result.members), **values)
    succeed(module, **values)


def reconcile(
    module: AnsibleModule,
    batch: Batch,
    settings: ClusterSettings,
    scheduler: Scheduler,
    *,
    explain: bool,
    on_failure: t.Callable[[Result], Options],
) -> Result:
    """Bring the cluster to what ``batch`` wants; warnings are given also where that fails.

    :param on_failure: what a task returns of its containers when some steps failed
    """
    result = Result()
    failed: t.Optional[OperationError] = None
    clock = SystemClock()
    draining = open_drains(settings.services, clock, result.warn)
    try:
        with PolledView(settings, result.warn) as view, telling(module) as tell, draining as drains:
            Reconciler(
                batch,
                view,
                scheduler,
                chance=random.random,
                clock=clock,
                api_version=settings.engine.api_version,
                check_mode=module.check_mode,
                explain=explain,
                result=result,
                tell=tell,
                drains=drains,
            ).run()
    except OperationError as error:
        failed = error
    finally:
        warn(module, map(hide_secrets(module.params), result.warnings))
    if failed is not None:
        fail_from(module, failed, **on_failure(result))
    return result


def left_values(result: Result, options: Options) -> Options:
    """What a failed task returns of a single container that is there all the same."""
    values = container_values(result, options)
    left: Options = {key: values[key] for key in ("container", "node") if key in values}
    return {**left, "address": left["node"]["address"]} if "node" in left else left


def read_wanted(options: Options, group: t.Optional[str] = None) -> t.Tuple[Wanted, t.Tuple[str, ...]]:
    """The task behind the options, and warnings about their form.

    :param group: that its containers are listed in

    :raises InputError: an option cannot be right
    """
    refuse_unusable_text({name: value for name, value in options.items() if name not in ("containers", "defaults")}, "")
    for name, highest in _HIGHEST.items():
        if options[name] is not None and not options[name] < 0:
            check_number(name, options[name], 0, highest)
    check_number("deregister_wait", options["deregister_wait"], 0, LONGEST_TIME)
    wishes, environment = _wishes(options)
    config = ContainerConfig.from_options(
        {**options, "env": environment},
        _read_env_file(options.get("env_file")),
        host_path=lambda path: os.path.abspath(os.path.expanduser(path)),
    )
    timeout = options["healthy_wait_timeout"]
    wanted = Wanted(
        name=options["name"],
        config=config,
        count=options["count"],
        state=options["state"],
        paused=options["paused"],
        recreate=options["recreate"],
        restart=options["restart"],
        force_kill=options["force_kill"],
        kill_signal=options["kill_signal"],
        keep_volumes=options["keep_volumes"],
        cleanup=options["cleanup"],
        detach=options["detach"] is not False,
        stop_timeout=options["stop_timeout"],
        healthy_wait_timeout=timeout if timeout > 0 else None,
        removal_wait_timeout=options["removal_wait_timeout"],
        pull=_pull_policy(options["pull"]),
        pull_check_mode_always=options["pull_check_mode_behavior"] == "always",
        current_image=options["image_comparison"] == "current-image",
        auth=_auth(options["auth"]),
        constraints=wishes.constraints,
        affinities=wishes.affinities,
        whitelist=wishes.whitelist,
        spread_over=wishes.spread_over,
        relocate=options["relocate"],
        createretry=options["createretry"],
        deregister_wait=options["deregister_wait"] if options.get("services") else 0.0,
        group=group,
    )
    return wanted, wishes.warnings + config.warnings


def _wishes(options: Options) -> t.Tuple[Wishes, t.Optional[t.Dict[str, t.Any]]]:
    """The wishes of the placement options and of the environment, and the environment without them."""
    wishes, environment = placement_wishes(options), options.get("env")
    if not environment:
        return wishes, environment
    split = split_environment(t.cast("t.Dict[str, t.Any]", environment))
    more_constraints = parse_expressions(split.constraints, "env")
    more_affinities = parse_expressions(split.affinities, "env")
    return (
        Wishes(
            constraints=wishes.constraints + more_constraints,
            affinities=wishes.affinities + more_affinities,
            whitelist=join_whitelists(wishes.whitelist, split.whitelist),
            spread_over=wishes.spread_over,
            warnings=wishes.warnings
            + tuple(each.warning for each in more_constraints + more_affinities if each.warning),
        ),
        dict(t.cast("t.Dict[str, t.Any]", split.env)),
    )


def _read_env_file(path: t.Optional[str]) -> t.Optional[str]:
    if path is None:
        return None
    refuse_content("env_file", path)
    try:
        # Line ends as they are: they are read as the docker CLI reads them.
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(f"env_file: {path} cannot be read where this task runs: {reason}") from None


def _pull_policy(value: t.Any) -> str:
    """``pull`` was a bool once, and still may be."""
    if value in (True, "True", "true", "yes"):
        return "always"
    if value in (False, "False", "false", "no"):
        return "missing"
    return str(value)


def _auth(options: t.Optional[Options]) -> t.Optional[Auth]:
    if options is None:
        return None
    return Auth(
        username=options["username"],
        password=options["password"],
        registry=options["registry"] or "",
        email=options["email"] or "",
    )


def container_values(result: Result, options: Options) -> Options:
    """The return values of the module."""
    single = options["count"] is None
    values: Options = {"changed": result.changed, "actions": action_results(result.actions)}
    members = [member for member in result.members if member.node is not None]
    inspects = [_inspect(member) for member in members]
    shown = _SHOWN[options.get("return_containers", "full")]
    values["containers"] = [shown(inspect) for inspect in inspects if inspect and shown]
    brief = not single and not options["explain"]
    values["placements"] = [placement_result(member.placement, brief) for member in members if member.placement]
    if single:
        if inspects and inspects[0] and shown:
            values["container"] = shown(inspects[0])
        for member in members:
            if member.node is not None:
                values["node"] = node_reference(member.node)
            if member.status is not None:
                values["status"] = member.status
        if values["placements"]:
            values["placement"] = values["placements"][0]
    values["diff"] = _diff(result, single)
    return values


def brief(inspect: Options) -> Options:
    """Of an inspect reply what tells a container from others, and whether it runs."""
    state, config = inspect.get("State") or {}, inspect.get("Config") or {}
    return {
        "Id": inspect.get("Id"),
        "Name": inspect.get("Name"),
        "Config": {"Image": config.get("Image")},
        "State": {key: state[key] for key in ("Status", "Running", "ExitCode") if key in state},
        "Node": {key: value for key, value in (inspect.get("Node") or {}).items() if key in ("ID", "Name", "Addr")},
        **({"Output": inspect["Output"]} if "Output" in inspect else {}),
    }


#: By value of C(return_containers).
_SHOWN: t.Mapping[str, t.Optional[t.Callable[[Options], Options]]] = {"full": dict, "brief": brief, "none": None}


def _inspect(member: MemberResult) -> Options:
    inspect = dict(member.inspect or {})
    if member.output is not None:
        inspect["Output"] = member.output
    return inspect


def _diff(result: Result, single: bool) -> Options:
    """The plan: for one container what changes in it, for several the same by their names."""
    if not single:
        return {"before": result.before, "after": result.after}
    before: Options = next(iter(result.before.values()), {})
    after: Options = next(iter(result.after.values()), {})
    differences = [
        {option: {"parameter": after.get(option), "container": before.get(option)}} for option in {**before, **after}
    ]
    return {"before": before, "after": after, "differences": differences}


def _ended_badly(members: t.Sequence[MemberResult]) -> str:
    """What a container printed before it ended badly, as ``docker_container`` gives it; several are named."""
    failed = [member for member in members if member.status]
    if len(members) == 1:
        return failed[0].output or f"{failed[0].member.name} ended with status {failed[0].status}"
    return "\n".join(f"{each.member.name} ended with status {each.status}: {each.output}" for each in failed)
