# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a plan has to know of the containers that are already there, asked of their engines."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from ..engine.client import EngineClient
from ..engine.pool import EnginePool
from ..errors import AmbiguousNameError, ClusterError, DependencyError, EngineNotFoundError
from ..model.container import Container
from ..model.image import is_image_id
from ..model.labels import OWN_PREFIX, is_foreign, read_number
from ..model.node import Node
from ..model.reference import require_one
from .operations import Action, PullImage, Work, find_default_host_ip
from .snapshot import Snapshot
from .wanted import Member, Wanted

#: Engines asked side by side.
_WORKERS = 32

#: Behind the name of a container while a relocation builds its new copy.
MOVING = ".moving"
#: Names that the two containers of a recreation have while both exist.
NEW = ".new"
OLD = ".old"


@dataclass(frozen=True)
class Existing:
    """A container of the task that is there.

    :ivar inspect: the engine's inspect reply, without the labels that this product put there
    :ivar image: inspect reply of the wanted image on that node; None where it is not there or none is wanted
    :ivar comparison_image: the image whose env, labels, ports and volumes count as wished for
    :ivar own_image: inspect reply of the image that it was made from, where a comparison needs it
    """

    member: Member
    node: Node
    id: str
    inspect: t.Mapping[str, t.Any]
    image: t.Optional[t.Mapping[str, t.Any]] = None
    comparison_image: t.Optional[t.Mapping[str, t.Any]] = None
    own_image: t.Optional[t.Mapping[str, t.Any]] = None
    host_info: t.Mapping[str, t.Any] = field(default_factory=dict)
    api_version: t.Tuple[int, int] = (0, 0)
    default_host_ip: str = ""

    @property
    def state(self) -> t.Mapping[str, t.Any]:
        """The engine's account of whether it runs."""
        return self.inspect.get("State") or {}

    @property
    def running(self) -> bool:
        """Whether its processes exist, frozen or not."""
        return bool(self.state.get("Running")) and not self.state.get("Dead")

    @property
    def paused(self) -> bool:
        """Whether its processes are frozen."""
        return bool(self.state.get("Paused"))

    @property
    def auto_remove(self) -> bool:
        """Whether the engine removes it by itself once it stops."""
        return bool((self.inspect.get("HostConfig") or {}).get("AutoRemove"))


@dataclass(frozen=True)
class Survey:
    """All of it.

    :ivar existing: by name; members that are not there are missing
    :ivar unfinished: by name, for members that are not there: what an earlier run left under a name of passage when it
        was cut off (the new copy of a relocation, the old container of a recreation)
    :ivar surplus: members numbered above ``count``
    :ivar actions: images that were pulled (in check mode: would be) to compare with
    """

    existing: t.Mapping[str, Existing]
    unfinished: t.Mapping[str, Existing]
    surplus: t.Tuple[Existing, ...]
    actions: t.Tuple[Action, ...]


def locate(snapshot: Snapshot, name: str) -> t.Optional[t.Tuple[Node, Container]]:
    """The one place of ``name`` (or ID) in the cluster, None where it is nowhere.

    :raises AmbiguousNameError: it is on more than one node; every place is named
    """
    found = snapshot.find(name)
    if len(found) > 1:
        require_one(name, found)
        places = "; ".join(
            f"{container.id[:12]} on {node.name} ({node.address}), {container.status or container.state}"
            for node, container in found
        )
        raise AmbiguousNameError(
            f"'{name}' is in the cluster {len(found)} times: {places}. A name is unique in the cluster: "
            "remove or rename all but one"
        )
    return found[0] if found else None


def find_half_replaced(members: t.Iterable[Member], snapshot: Snapshot) -> str:
    """A sentence about a member whose new container has its name and never ran, while the old one is there: another
    run is just replacing it, or one was cut off there. Empty where there is none."""
    for member in members:
        for node, new in snapshot.find(member.name):
            for there, old in snapshot.find(member.name + OLD):
                if there is node and new.state == "created" and not is_foreign(new.labels):
                    return (
                        f"a run that was to replace {member.name} on {node.name} was cut off: {member.name} "
                        f"({new.id[:12]}) is the new one and never ran, {old.name} ({old.id[:12]}, "
                        f"{old.status or old.state}) is the old one. Remove {old.name} to go on with the new one, or "
                        f"remove {member.name}, and the next run gives the old one its name again"
                    )
    return ""


def check_dependencies(wanted: Wanted, snapshot: Snapshot) -> None:
    """:raises DependencyError: a container that the request depends on is nowhere, or on two nodes"""
    for dependency in wanted.config.dependencies():
        try:
            place = locate(snapshot, dependency.container)
        except AmbiguousNameError as error:
            raise DependencyError(f"{dependency.kind}: {error}") from error
        if place is None:
            raise DependencyError(
                f"{dependency.kind}: there is no container '{dependency.container}' on any of the "
                f"{len(snapshot.healthy)} healthy nodes; create it first"
            )


def find_surplus(wanted: Wanted, snapshot: Snapshot) -> t.Tuple[t.Tuple[Member, Node, Container], ...]:
    """Members that this product numbered above ``count``, the highest number first."""
    if wanted.count is None:
        return ()
    surplus = []
    for node in snapshot.healthy:
        for container in node.containers:
            counted = read_number(container.labels)
            if counted is not None and counted[0] == wanted.name and counted[1] > wanted.count:
                surplus.append((Member(container.name, counted[1]), node, container))
    return tuple(sorted(surplus, key=lambda found: -(found[0].number or 0)))


class Surveyor:
    """Asks the engines, side by side, for what a plan needs."""

    def __init__(self, wanted: Wanted, pool: EnginePool, check_mode: bool) -> None:
        self._wanted = wanted
        self._pool = pool
        self._check_mode = check_mode
        self._pulled: t.Set[t.Tuple[str, str]] = set()

    def survey(self, snapshot: Snapshot, members: t.Sequence[Member]) -> Survey:
        """:raises AmbiguousNameError: a member is on more than one node; raised before anything is changed"""
        places = [(member, self._locate(snapshot, member)) for member in members]
        missing = [member for member, place in places if place is None]
        passing = [
            (Member(member.name + suffix, member.number), place)
            for member in missing
            for suffix in (OLD, MOVING)
            for place in (locate(snapshot, member.name + suffix),)
            if place is not None
        ]
        surplus = find_surplus(self._wanted, snapshot)
        actions = self._bring_images({place[0].address: place[0] for _member, place in places if place is not None})
        with ThreadPoolExecutor(max_workers=_WORKERS) as executor:
            existing = list(executor.map(self._look, places))
            unfinished = list(executor.map(self._look, passing))
            removed = list(executor.map(lambda found: self._look_at(*found), surplus))
        return Survey(
            existing={found.member.name: found for found in existing if found is not None},
            unfinished={found.member.name.rpartition(".")[0]: found for found in unfinished if found is not None},
            surplus=tuple(found for found in removed if found is not None),
            actions=tuple(actions),
        )

    def _locate(self, snapshot: Snapshot, member: Member) -> t.Optional[t.Tuple[Node, Container]]:
        named = locate(snapshot, self._wanted.identity) if self._wanted.identity else None
        return named or locate(snapshot, member.name)

    def _look(self, found: t.Tuple[Member, t.Optional[t.Tuple[Node, Container]]]) -> t.Optional[Existing]:
        member, place = found
        return None if place is None else self._look_at(member, *place)

    def _look_at(self, member: Member, node: Node, container: Container) -> t.Optional[Existing]:
        client = self._pool.get(node.address)
        try:
            inspect = client.inspect_container(container.id)
        except EngineNotFoundError:
            # removed between the snapshot and now
            return None
        if (inspect.get("State") or {}).get("Status") == "removing":
            return None
        existing = Existing(member, node, container.id, without_own_labels(inspect))
        return existing if self._wanted.absent else self._compare_with(existing, client)

    def _compare_with(self, existing: Existing, client: EngineClient) -> Existing:
        """Ask for what a comparison needs besides the container itself."""
        wanted, config = self._wanted, self._wanted.config
        image = client.inspect_image(config.image) if config.image else None
        own_image = None
        if config.needs_image() or wanted.current_image or image is None:
            own_image = client.inspect_image(str(existing.inspect.get("Image")))
        return replace(
            existing,
            image=image,
            own_image=own_image,
            comparison_image=own_image if wanted.current_image or image is None else image,
            host_info=client.info() if config.needs_host_info() else {},
            api_version=client.api_version,
            default_host_ip=find_default_host_ip(client, config),
        )

    def _bring_images(self, nodes: t.Mapping[str, Node]) -> t.List[Action]:
        """Make the wanted image present on the nodes of existing containers, as ``pull`` says, to compare with."""
        if self._wanted.absent or not self._wanted.config.image or is_image_id(self._wanted.config.image):
            return []
        with ThreadPoolExecutor(max_workers=_WORKERS) as executor:
            lists = list(executor.map(self._bring_image, nodes.values()))
        return [action for actions in lists for action in actions]

    def _bring_image(self, node: Node) -> t.List[Action]:
        wanted, image = self._wanted, self._wanted.config.image or ""
        if (node.address, image) in self._pulled:
            return []
        present = self._pool.get(node.address).inspect_image(image) is not None
        if wanted.pull == "never" and not present:
            raise ClusterError(f"the image {image} is not on {node.name}, and pull is never")
        if wanted.pull != "always" and present:
            return []
        pull = PullImage(node, wanted.name, image=image, platform=wanted.config.platform, auth=wanted.auth)
        self._pulled.add((node.address, image))
        if self._check_mode:
            return [{**pull.describe(), "changed": True}] if not present or wanted.pull_check_mode_always else []
        work = Work(lambda at: self._pool.get(at.address))
        pull.execute(work)
        return work.actions


def without_own_labels(inspect: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    """A copy of an inspect reply without the labels of ours: a task that compares labels strictly never set them."""
    config = dict(inspect.get("Config") or {})
    config["Labels"] = {
        key: value for key, value in (config.get("Labels") or {}).items() if not key.startswith(OWN_PREFIX)
    }
    return {**inspect, "Config": config}
