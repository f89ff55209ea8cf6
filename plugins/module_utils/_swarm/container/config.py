# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A container as the user asked for it, before it has a place: what is created, and what is compared."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..model.ports import HostPortRequest
from ..model.request import Dependency
from ..model.resources import Reservation
from ..model.text import refuse_unusable_text
from .compare import matches, parse_comparisons
from .difference import Difference
from .links import linked_container
from .namespaces import container_in
from .networks import (
    NetworkConnection,
    NetworkDifferences,
    compare_networks,
    linked_in,
    split_connections,
    write_networking,
)
from .options import COMPARABLE, NETWORKS, OPTION_RULES
from .parse import conversions
from .ports import host_port_requests, parse_default_host_ip, write_exposed
from .resources import refuse_contradictions, reservation_of
from .rule import ApiVersion, Body, Inspect, Mode, OptionRule, Source, Target, View, never_discarded
from .streams import write_streams
from .unreadable import readable

#: What ``container_default_behavior: compatibility`` sets where the user does not.
_COMPATIBILITY_DEFAULTS: t.Mapping[str, t.Any] = {
    "auto_remove": False,
    "detach": True,
    "init": False,
    "interactive": False,
    "memory": "0",
    "privileged": False,
    "read_only": False,
    "tty": False,
}

#: Options that an engine is told as they are or in another form.
_SENT = (*(rule.name for rule in COMPARABLE), "default_host_ip")

#: Host address of published ports that name none, where neither the user nor a network says otherwise.
FALLBACK_HOST_IP = "0.0.0.0"


@dataclass(frozen=True)
class ContainerConfig:
    """A container as the user asked for it.

    :ivar image: reference or ID; None where an existing container is to keep its own
    :ivar values: normalised values of the options that the user set, by name; may hold secrets (env)
    :ivar modes: how each option is compared
    :ivar default_host_ip: as the user set it, without brackets; None where the networks of the node decide
    :ivar networks_cli_compatible: whether asking for networks leaves out the default one
    :ivar image_label_mismatch: ``ignore`` or ``fail``
    :ivar image_name_mismatch: ``recreate`` or ``ignore``
    :ivar warnings: sentences for the user about values that are sent otherwise than they were written
    """

    image: t.Optional[str] = None
    values: t.Mapping[str, t.Any] = field(default_factory=dict, repr=False)
    modes: t.Mapping[str, Mode] = field(default_factory=dict)
    default_host_ip: t.Optional[str] = None
    networks_cli_compatible: bool = True
    image_label_mismatch: str = "ignore"
    image_name_mismatch: str = "recreate"
    warnings: t.Tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def from_options(
        cls,
        options: t.Mapping[str, t.Any],
        env_file_text: t.Optional[str] = None,
        host_path: t.Optional[t.Callable[[str], str]] = None,
    ) -> ContainerConfig:
        """Read the module's options.

        :param options: by name; None or absent is not set
        :param env_file_text: content of the file that ``env_file`` names
        :param host_path: makes an absolute path of a volume's that starts with ``.`` or ``~``; without it such a path
            is refused
        :raises InputError: names the option, the offending text and the right form
        """
        refuse_unusable_text({name: options[name] for name in _SENT if name in options}, "")
        if options.get("container_default_behavior") == "compatibility":
            given = {name: value for name, value in options.items() if value is not None}
            options = {**_COMPATIBILITY_DEFAULTS, **given}
        source = Source(options, env_file_text, host_path)
        read = ((rule.name, rule.value_of(source)) for rule in (NETWORKS, *OPTION_RULES))
        values = {name: value for name, value in read if value is not None}
        cli_compatible = options.get("networks_cli_compatible") is not False
        if cli_compatible and values.get("networks") and "network_mode" not in values:
            values["network_mode"] = values["networks"][0].name
        refuse_contradictions(values)
        default_host_ip = options.get("default_host_ip")
        return cls(
            image=options.get("image"),
            values=values,
            modes=parse_comparisons(options.get("comparisons"), COMPARABLE, networks_set="networks" in values),
            default_host_ip=(
                None if default_host_ip is None else parse_default_host_ip(default_host_ip, "default_host_ip")
            ),
            networks_cli_compatible=cli_compatible,
            image_label_mismatch=options.get("image_label_mismatch") or "ignore",
            image_name_mismatch=options.get("image_name_mismatch") or "recreate",
            warnings=conversions(options.get("log_options"), "log_options"),
        )

    @property
    def labels(self) -> t.Mapping[str, str]:
        """The user's labels."""
        return t.cast("t.Mapping[str, str]", self.values.get("labels") or {})

    @property
    def environment(self) -> t.Mapping[str, str]:
        """The user's variables; secrets."""
        return t.cast("t.Mapping[str, str]", self.values.get("env") or {})

    @property
    def platform(self) -> t.Optional[str]:
        """For the query of the create call and for pulls; it is no part of the create body."""
        return t.cast("t.Optional[str]", self.values.get("platform"))

    def create_body(
        self,
        *,
        image: str,
        api_version: ApiVersion,
        default_host_ip: str = FALLBACK_HOST_IP,
        extra_labels: t.Optional[t.Mapping[str, str]] = None,
        containers: t.Optional[t.Mapping[str, str]] = None,
    ) -> Body:
        """The body of POST /containers/create.

        :param default_host_ip: of the chosen node's networks; the user's own ``default_host_ip`` goes before it
        :param containers: ID of each container of the node by name, to resolve ``container:NAME``
        """
        target = self._target(api_version, default_host_ip, containers)
        body: Body = {"Image": image, "HostConfig": {}}
        for rule in OPTION_RULES:
            if rule.name in self.values:
                rule.write_into(body, self.values[rule.name], target)
        write_streams(body, detach=self.values.get("detach"), interactive=self.values.get("interactive"))
        write_exposed(body, self.values)
        labels = {**self.labels, **(extra_labels or {})}
        if labels:
            body["Labels"] = labels
        write_networking(body, self.values, self._connections(api_version)[0], api_version)
        return body

    def extra_networks(self, api_version: ApiVersion) -> t.Tuple[NetworkConnection, ...]:
        """Networks to be connected to once the container is created."""
        return self._connections(api_version)[1]

    def differences(
        self,
        inspect: Inspect,
        *,
        image: t.Optional[Inspect] = None,
        container_image: t.Optional[Inspect] = None,
        host_info: t.Optional[Inspect] = None,
        api_version: ApiVersion,
        default_host_ip: str = FALLBACK_HOST_IP,
        containers: t.Optional[t.Mapping[str, str]] = None,
    ) -> t.Tuple[Difference, ...]:
        """Options in which a container is not as asked, image and networks apart.

        :param inspect: the container
        :param image: inspected image whose env, labels, ports and volumes count as wished for: the desired one or the
            container's, as ``image_comparison`` says
        :param container_image: inspected image that the container was made from; see :meth:`needs_image`
        :param host_info: the engine's /info; see :meth:`needs_host_info`
        :raises InspectionError: the engine describes the container in a form that cannot be read
        """
        view = View(
            inspect=inspect,
            values=self.values,
            target=self._target(api_version, default_host_ip, containers),
            image=image,
            container_image=container_image,
            host_info=host_info or {},
            image_labels_wanted=self.image_label_mismatch != "fail",
        )
        found = (self._difference(rule, view) for rule in OPTION_RULES if rule.name in self.values or rule.always)
        return tuple(difference for difference in found if difference is not None)

    def _difference(self, rule: OptionRule, view: View) -> t.Optional[Difference]:
        mode = self.modes[rule.name]
        value = self.values.get(rule.name)
        if mode is Mode.IGNORE or (rule.filled_in and not value):
            return None
        with readable(view.inspect, rule.name):
            if rule.discarded(view.host_info):
                return None
            wanted, seen = rule.wanted_in(value, view), rule.seen_in(view)
            if matches(wanted, seen, mode, rule.shape):
                return None
            difference = Difference(rule.name, wanted, seen, rule.update(value, view) if rule.update else None)
            # Whoever is shown the difference must not be the first to find that it cannot be read.
            difference.masked()
            return difference

    @staticmethod
    def update_body(differences: t.Iterable[Difference]) -> Body:
        """The body of POST /containers/{id}/update that sets right what can be set right in place."""
        body: Body = {}
        for difference in differences:
            body.update(difference.update or {})
        return body

    def network_differences(self, inspect: Inspect) -> NetworkDifferences:
        """(to_connect, to_reconnect, to_disconnect); the last only where networks are compared strictly."""
        mode = self.modes["networks"]
        networks = self.values.get("networks")
        if networks is None or mode is Mode.IGNORE:
            return NetworkDifferences()
        with readable(inspect, "networks"):
            return compare_networks(networks, inspect, purge=mode is Mode.STRICT)

    def image_differences(self, inspect: Inspect, image_inspect: t.Optional[Inspect]) -> t.Tuple[Difference, ...]:
        """``image`` where the IDs differ, ``image_name`` where the names do and ``image_name_mismatch`` minds.

        :param image_inspect: the desired image; None where there is none yet
        """
        if self.image is None or self.modes["image"] is not Mode.STRICT:
            return ()
        with readable(inspect, "image"):
            return self._image_differences(inspect, image_inspect)

    def _image_differences(self, inspect: Inspect, image_inspect: t.Optional[Inspect]) -> t.Tuple[Difference, ...]:
        found = []
        wanted_id = (image_inspect or {}).get("Id")
        if wanted_id and wanted_id != inspect.get("Image"):
            found.append(Difference("image", wanted_id, inspect.get("Image")))
        name = (inspect.get("Config") or {}).get("Image")
        if self.image_name_mismatch == "recreate" and name != self.image:
            found.append(Difference("image_name", self.image, name))
        return tuple(found)

    def image_differs(self, inspect: Inspect, image_inspect: t.Optional[Inspect]) -> bool:
        """Whether the image alone calls for a new container."""
        return bool(self.image_differences(inspect, image_inspect))

    def mismatching_image_labels(self, image: t.Optional[Inspect]) -> t.Tuple[str, ...]:
        """Labels of the image that the user did not set, where that is an error.

        That is ``image_label_mismatch: fail`` with labels compared strictly: they are to go, and no container made from
        this image can be without them.
        """
        strict = self.image_label_mismatch == "fail" and self.modes["labels"] is Mode.STRICT
        if not strict or "labels" not in self.values:
            return ()
        with readable(image, "labels of the image"):
            labels = ((image or {}).get("Config") or {}).get("Labels") or {}
            return tuple(sorted(label for label in labels if label not in self.labels))

    def needs_image(self) -> bool:
        """Whether :meth:`differences` needs the image that the container was made from."""
        return "platform" in self.values

    def needs_host_info(self) -> bool:
        """Whether :meth:`differences` needs the engine's /info: for the platform, and for what a kernel cannot do."""
        return "platform" in self.values or any(
            rule.discarded is not never_discarded for rule in OPTION_RULES if rule.name in self.values
        )

    def min_api(self) -> t.Tuple[t.Tuple[str, ApiVersion], ...]:
        """(option, API version) for what older engines do not know."""
        return tuple(
            need
            for rule in (NETWORKS, *OPTION_RULES)
            if rule.name in self.values
            for need in rule.needs_api(self.values[rule.name])
        )

    def unsupported(self, api_version: ApiVersion) -> t.Tuple[str, ...]:
        """For each option that an engine of this API version does not know, a sentence that says which one it needs."""
        return tuple(
            f"{option} needs API version {needed[0]}.{needed[1]}"
            for option, needed in self.min_api()
            if api_version < needed
        )

    def host_ports(self, default_host_ip: str = FALLBACK_HOST_IP) -> t.Tuple[HostPortRequest, ...]:
        """The host ports that the container will hold, as far as the user chose them."""
        address = self.default_host_ip if self.default_host_ip is not None else default_host_ip
        return host_port_requests(self.values, address, host_network=self.values.get("network_mode") == "host")

    def reservation(self) -> Reservation:
        """What the container takes of its node."""
        return reservation_of(self.values)

    def dependencies(self) -> t.Tuple[Dependency, ...]:
        """The containers that must be on the same node."""
        wishes = [("volumes_from", entry.partition(":")[0]) for entry in self.values.get("volumes_from") or ()]
        wishes += [("links", linked_container(link)) for link in self.values.get("links") or ()]
        wishes += [("links", container) for container in linked_in(self.values.get("networks") or ())]
        for option in ("network_mode", "ipc_mode", "pid_mode"):
            container = container_in(self.values.get(option))
            if container:
                wishes.append((option, container))
        return tuple(Dependency(container, kind) for kind, container in dict.fromkeys(wishes))

    def _target(
        self, api_version: ApiVersion, default_host_ip: str, containers: t.Optional[t.Mapping[str, str]]
    ) -> Target:
        address = self.default_host_ip if self.default_host_ip is not None else default_host_ip
        return Target(api_version, address, containers or {})

    def _connections(
        self, api_version: ApiVersion
    ) -> t.Tuple[t.Tuple[NetworkConnection, ...], t.Tuple[NetworkConnection, ...]]:
        networks = self.values.get("networks") or ()
        return split_connections(networks, api_version, cli_compatible=self.networks_cli_compatible)
