# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What a plan has to know of the containers that are already there, asked of their engines."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from ..container.config import FALLBACK_HOST_IP
from ..engine.api import containers, images, networks, system
from ..engine.client import EngineClient
from ..errors import AmbiguousNameError, ClusterError, DependencyError, EngineNotFoundError
from ..model.container import Container
from ..model.image import is_image_id
from ..model.labels import GROUP, OWN_PREFIX, is_foreign, read_number
from ..model.node import Node
from ..model.reference import require_one
from ..wire.limits import WORKERS
from .batch import ORPHAN, Batch
from .operations.base import Action, Place, Tools, Work
from .operations.image import PullImage
from .snapshot import Snapshot
from .wanted import Member, Wanted

#: The option of a bridge network that says on which address of the host ports are published.
_HOST_BINDING = "com.docker.network.bridge.host_binding_ipv4"

#: Networks, and modes in their place, that every engine has.
_BUILT_IN = ("", "bridge", "default", "host", "none", "nat")

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
        was interrupted (the new copy of a relocation, the old container of a recreation)
    :ivar surplus: members numbered above ``count``
    :ivar actions: images that were pulled (in check mode: would be) to compare with
    :ivar orphans: containers of the task's group that it does not list, where they are to stay
    """

    existing: t.Mapping[str, Existing]
    unfinished: t.Mapping[str, Existing]
    surplus: t.Tuple[Existing, ...]
    actions: t.Tuple[Action, ...]
    orphans: t.Tuple[t.Tuple[Node, Container], ...] = ()


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
    run is just replacing it, or one was interrupted there. Empty where there is none."""
    for member in members:
        for node, new in snapshot.find(member.name):
            for there, old in snapshot.find(member.name + OLD):
                if there is node and new.state == "created" and not is_foreign(new.labels):
                    return (
                        f"a previous run was interrupted while replacing {member.name} on {node.name}: {member.name} "
                        f"({new.id[:12]}) is the new container and was never started, {old.name} ({old.id[:12]}, "
                        f"{old.status or old.state}) is the old one. Remove {old.name} to continue with the new one, "
                        f"or remove {member.name}, and the next run renames the old one back"
                    )
    return ""


def is_being_replaced(members: t.Iterable[Member], snapshot: Snapshot) -> bool:
    """Whether another run is about to replace a member: its successor is there and was never started, or a list was
    taken while names were exchanged, so that two containers of one engine seem to have the same."""
    for member in members:
        places = snapshot.find(member.name)
        if len({(node.address, container.id) for node, container in places}) > len(
            {place[0].address for place in places}
        ):
            return True
        for _node, new in snapshot.find(member.name + NEW):
            if new.state == "created" and not is_foreign(new.labels):
                return True
    return False


def check_dependencies(wanted: Wanted, snapshot: Snapshot, coming: t.Container[str] = frozenset()) -> None:
    """:param coming: names of containers that the same task creates
    :raises DependencyError: a container that the request depends on is nowhere, or on two nodes"""
    for dependency in wanted.config.dependencies():
        if dependency.container in coming:
            continue
        try:
            place = locate(snapshot, dependency.container)
        except AmbiguousNameError as error:
            raise DependencyError(f"{dependency.kind}: {error}") from error
        if place is None:
            raise DependencyError(
                f"{dependency.kind}: there is no container '{dependency.container}' on any of the "
                f"{len(snapshot.healthy)} healthy nodes; create it first"
            )


def find_surplus(wanted: Wanted, snapshot: Snapshot, entry: int = 0) -> t.Tuple[t.Tuple[Member, Node, Container], ...]:
    """Members that this product numbered above ``count``, the highest number first. :param entry: of ``wanted``"""
    if wanted.count is None:
        return ()
    surplus = [
        (Member(container.name, number, entry), node, container)
        for number, node, container in snapshot.numbered(wanted.name)
        if number > wanted.count
    ]
    return tuple(sorted(surplus, key=lambda found: -(found[0].number or 0)))


def find_orphans(
    batch: Batch, members: t.Sequence[Member], snapshot: Snapshot
) -> t.Tuple[t.Tuple[Member, Node, Container], ...]:
    """Containers of the batch's group that are not listed in it any more, by name."""
    if batch.group is None:
        return ()
    listed = {member.name + suffix for member in members for suffix in ("", MOVING, NEW, OLD)}
    listed |= {entry.wanted.name for entry in batch.entries}
    counted = {entry.wanted.name for entry in batch.entries if entry.wanted.count is not None}
    orphans = []
    for node in snapshot.healthy:
        for container in node.containers:
            number = read_number(container.labels)
            if (
                container.labels.get(GROUP) == batch.group
                and container.name not in listed
                and not (number is not None and number[0] in counted)
            ):
                orphans.append((Member(container.name, entry=ORPHAN), node, container))
    return tuple(sorted(orphans, key=lambda found: found[0].name))


def find_default_host_ip(client: EngineClient, wanted: Wanted) -> str:
    """The address that ports without one are published on: what the container's first bridge network says.

    Docker's own rule: the option ``com.docker.network.bridge.host_binding_ipv4`` of the network, else every address.
    """
    for name in asked_networks(wanted):
        network = client.send(networks.inspect(name)) or {}
        options = network.get("Options") or {}
        if network.get("Driver") == "bridge" and options.get(_HOST_BINDING):
            return str(options[_HOST_BINDING])
    return FALLBACK_HOST_IP


def asked_networks(wanted: Wanted) -> t.Tuple[str, ...]:
    """The networks that decide on which address a container's ports are published; empty where none is asked."""
    config = wanted.config
    if config.default_host_ip is not None or not config.values.get("published_ports"):
        return ()
    return tuple(network.name for network in config.values.get("networks") or ()) or ("bridge",)


def named_networks(wanted: Wanted) -> t.Tuple[str, ...]:
    """The networks that a container needs on its node and that are not there by themselves."""
    names = [network.name for network in wanted.config.values.get("networks") or ()]
    mode = str(wanted.config.values.get("network_mode") or "")
    if mode not in _BUILT_IN and not mode.startswith("container:"):
        names.append(mode)
    return tuple(dict.fromkeys(name for name in names if name not in _BUILT_IN))


class Surveyor:
    """Asks the engines, side by side, for what a plan needs."""

    def __init__(self, batch: Batch, tools: Tools, check_mode: bool) -> None:
        self._batch = batch
        self._tools = tools
        self._check_mode = check_mode
        self._pulled: t.Set[t.Tuple[str, str]] = set()

    def survey(self, snapshot: Snapshot, members: t.Sequence[Member]) -> Survey:
        """:raises AmbiguousNameError: a member is on more than one node; raised before anything is changed"""
        places = [(member, self._locate(snapshot, member)) for member in members]
        missing = [member for member, place in places if place is None]
        passing = [
            (replace(member, name=member.name + suffix), place)
            for member in missing
            for suffix in (OLD, MOVING)
            for place in (locate(snapshot, member.name + suffix),)
            if place is not None
        ]
        surplus = [
            found
            for number, entry in enumerate(self._batch.entries)
            for found in find_surplus(entry.wanted, snapshot, number)
        ]
        orphans = find_orphans(self._batch, members, snapshot)
        if self._batch.remove_orphans:
            surplus += orphans
        actions = self._bring_images(places)
        with ThreadPoolExecutor(max_workers=WORKERS) as executor:
            existing = list(executor.map(self._look, places))
            unfinished = list(executor.map(self._look, passing))
            removed = list(executor.map(lambda found: self._look_at(*found), surplus))
        return Survey(
            existing={found.member.name: found for found in existing if found is not None},
            unfinished={found.member.name.rpartition(".")[0]: found for found in unfinished if found is not None},
            surplus=tuple(found for found in removed if found is not None),
            actions=tuple(actions),
            orphans=() if self._batch.remove_orphans else tuple((node, each) for _member, node, each in orphans),
        )

    def _locate(self, snapshot: Snapshot, member: Member) -> t.Optional[t.Tuple[Node, Container]]:
        identity = self._batch.wanted(member).identity
        named = locate(snapshot, identity) if identity else None
        return named or locate(snapshot, member.name)

    def _look(self, found: t.Tuple[Member, t.Optional[t.Tuple[Node, Container]]]) -> t.Optional[Existing]:
        member, place = found
        return None if place is None else self._look_at(member, *place)

    def _look_at(self, member: Member, node: Node, container: Container) -> t.Optional[Existing]:
        client = self._tools.clients.get(node.address)
        try:
            inspect = client.send(containers.inspect(container.id))
        except EngineNotFoundError:
            # removed between the snapshot and now
            return None
        if (inspect.get("State") or {}).get("Status") == "removing":
            return None
        existing = Existing(member, node, container.id, without_own_labels(inspect))
        return existing if self._batch.wanted(member).absent else self._compare_with(existing, client)

    def _compare_with(self, existing: Existing, client: EngineClient) -> Existing:
        """Ask for what a comparison needs besides the container itself."""
        wanted = self._batch.wanted(existing.member)
        config = wanted.config
        image = client.send(images.inspect(config.image)) if config.image else None
        own_image = None
        if config.needs_image() or wanted.current_image or image is None:
            own_image = client.send(images.inspect(str(existing.inspect.get("Image"))))
        return replace(
            existing,
            image=image,
            own_image=own_image,
            comparison_image=own_image if wanted.current_image or image is None else image,
            host_info=client.send(system.info()) if config.needs_host_info() else {},
            api_version=client.api_version,
            default_host_ip=find_default_host_ip(client, wanted),
        )

    def _bring_images(
        self, places: t.Sequence[t.Tuple[Member, t.Optional[t.Tuple[Node, Container]]]]
    ) -> t.List[Action]:
        """Make the wanted images present on the nodes of existing containers, as ``pull`` says, to compare with."""
        wishes: t.Dict[t.Tuple[str, str], t.Tuple[Node, Wanted]] = {}
        for member, place in places:
            wanted = self._batch.wanted(member)
            image = wanted.config.image
            if place is not None and image and not wanted.absent and not is_image_id(image):
                wishes.setdefault((place[0].address, image), (place[0], wanted))
        with ThreadPoolExecutor(max_workers=WORKERS) as executor:
            lists = list(executor.map(lambda wish: self._bring_image(*wish), wishes.values()))
        return [action for actions in lists for action in actions]

    def _bring_image(self, node: Node, wanted: Wanted) -> t.List[Action]:
        image = wanted.config.image or ""
        if (node.address, image) in self._pulled:
            return []
        present = self._tools.clients.get(node.address).send(images.inspect(image)) is not None
        if wanted.pull == "never" and not present:
            raise ClusterError(f"the image {image} is not on {node.name}, and pull is never")
        if wanted.pull != "always" and present:
            return []
        auth = None if wanted.auth is None else self._tools.secrets.keep(f"{wanted.name}/auth", wanted.auth)
        pull = PullImage(Place.of(node), wanted.name, image=image, platform=wanted.config.platform, auth=auth)
        self._pulled.add((node.address, image))
        if self._check_mode:
            return [{**pull.describe(), "changed": True}] if not present or wanted.pull_check_mode_always else []
        work = Work(self._tools)
        pull.execute(work)
        return work.actions


def without_own_labels(inspect: t.Mapping[str, t.Any]) -> t.Dict[str, t.Any]:
    """A copy of an inspect reply without the labels of ours: a task that compares labels strictly never set them."""
    config = dict(inspect.get("Config") or {})
    config["Labels"] = {
        key: value for key, value in (config.get("Labels") or {}).items() if not key.startswith(OWN_PREFIX)
    }
    return {**inspect, "Config": config}
