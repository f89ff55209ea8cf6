# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What a container is and what is done with it. The twin of ``CONTAINER_ARGUMENT_SPEC``."""

    DOCUMENTATION = r"""
options:
  annotations:
    description:
      - Annotations that the engine hands to the OCI runtime, by name. Put booleans and fractions in quotes.
      - Needs Docker API 1.43.
    type: dict
  auto_remove:
    description:
      - Whether the engine removes the container as soon as its process ends.
      - With O(container_default_behavior=compatibility) the default is V(false).
    type: bool
  blkio_weight:
    description:
      - Relative weight of the container's block I/O, from 10 to 1000, or 0 for none.
      - Kernels from 5.0 on have no such weight under cgroup v1. There the engine drops it with a warning, and it is
        not compared.
    type: int
  cap_drop:
    description:
      - Linux capabilities to take from the container.
      - V(NET_RAW), V(net_raw) and V(CAP_NET_RAW) are the same one.
    type: list
    elements: str
  capabilities:
    description:
      - Linux capabilities to give to the container.
    type: list
    elements: str
  cgroup_parent:
    description:
      - The cgroup that the container's own is made below.
    type: str
  cgroupns_mode:
    description:
      - Whether the container has a cgroup namespace of its own.
    type: str
    choices:
      - host
      - private
  cleanup:
    description:
      - Whether the container is removed once it has run. Only with O(detach=false).
    type: bool
    default: false
  command:
    description:
      - What the container runs, a string or a list of words.
      - A string is split into words as a shell does it. An empty list means the command of the image.
      - See O(command_handling).
    type: raw
  command_handling:
    description:
      - V(correct) keeps lists in O(command) and O(entrypoint) word by word, and takes empty ones for what they say.
      - V(compatibility) joins lists with blanks, splits the result as a shell does it, and takes empty ones for not
        set.
    type: str
    default: correct
    choices:
      - compatibility
      - correct
  comparisons:
    description:
      - How options of an existing container are compared with the task, by the name of the option.
      - V(strict) wants both equal. V(ignore) never sees a difference.
        V(allow_more_present), for lists, sets and dictionaries, lets the container have more than the task asks for.
      - The key V(*) sets all options that have no key of their own, to V(strict) or V(ignore).
      - Without this option, single values and lists whose order matters are compared as V(strict), all other lists and
        dictionaries as V(allow_more_present), and O(stop_timeout) as V(ignore).
      - Options that say what to do rather than what the container is cannot be compared. O(image) and O(networks)
        can.
      - Containers are left alone in networks that the task does not list, unless O(networks) is compared as
        V(strict).
    type: dict
  container_default_behavior:
    description:
      - With V(compatibility), options that are not set get the defaults of very old releases of docker_container.
        O(auto_remove), O(init), O(interactive), O(paused), O(privileged), O(read_only) and O(tty) are V(false) then,
        O(detach) is V(true), and O(memory) is V(0).
      - With V(no_defaults), options that are not set are left to the engine and are not compared.
    type: str
    default: no_defaults
    choices:
      - compatibility
      - no_defaults
  cpu_period:
    description:
      - Length of the period that O(cpu_quota) is a part of, in microseconds.
      - Excludes O(cpus), which is easier to use.
    type: int
  cpu_quota:
    description:
      - Processor time that the container may use in each O(cpu_period), in microseconds.
      - Excludes O(cpus). Where that is not set, quota and period say how many cpus are reserved on the node.
    type: int
  cpu_shares:
    description:
      - Relative weight of the container when processors are short.
    type: int
  cpus:
    description:
      - Number of processors that the container may use, V(0.01) or more. V(1.5) is one and a half, V(0) sets no limit.
      - The same number is reserved on the node.
    type: float
  cpuset_cpus:
    description:
      - Processors that the container may run on, such as V(0-2) or V(1,3).
    type: str
  cpuset_mems:
    description:
      - Memory nodes that the container may use, such as V(0-1).
    type: str
  debug:
    description:
      - Taken so that tasks of M(community.docker.docker_container) run unchanged. It has no effect, because the actions
        and the diff that it adds to the result there are always part of it here.
    type: bool
    default: false
  default_host_ip:
    description:
      - Host address of O(published_ports) that name none. An IPv4 or IPv6 address, or the empty string for every
        address.
      - If it is not set, bridge networks in O(networks) are asked on the chosen node for their
        C(com.docker.network.bridge.host_binding_ipv4), and the first answer is taken. Without one, it is V(0.0.0.0).
    type: str
  detach:
    description:
      - With V(false), the task waits until the container has ended, returns its output, and fails if its exit code is
        not 0.
      - With O(container_default_behavior=compatibility) the default is V(true).
    type: bool
  device_cgroup_rules:
    description:
      - Rules for the devices cgroup, such as V(c 42:* rmw).
    type: list
    elements: str
  device_read_bps:
    description:
      - How many bytes a second the container may read from devices.
    type: list
    elements: dict
    suboptions:
      path:
        description:
          - Path of the device.
        type: str
        required: true
      rate:
        description:
          - Bytes a second, such as V(10M).
        type: str
        required: true
  device_read_iops:
    description:
      - How many read operations a second the container may make on devices.
    type: list
    elements: dict
    suboptions:
      path:
        description:
          - Path of the device.
        type: str
        required: true
      rate:
        description:
          - Operations a second, more than 0.
        type: int
        required: true
  device_requests:
    description:
      - Devices that a driver of the engine provides, such as GPUs.
    type: list
    elements: dict
    suboptions:
      capabilities:
        description:
          - Lists of capabilities. A device must have all capabilities of one of the lists.
        type: list
        elements: list
      count:
        description:
          - Number of devices. V(-1) means all of them. Excludes O(device_requests[].device_ids).
        type: int
      device_ids:
        description:
          - IDs of the devices.
        type: list
        elements: str
      driver:
        description:
          - Name of the driver.
        type: str
      options:
        description:
          - Options of the driver, by name.
        type: dict
  device_write_bps:
    description:
      - How many bytes a second the container may write to devices.
    type: list
    elements: dict
    suboptions:
      path:
        description:
          - Path of the device.
        type: str
        required: true
      rate:
        description:
          - Bytes a second, such as V(10M).
        type: str
        required: true
  device_write_iops:
    description:
      - How many write operations a second the container may make on devices.
    type: list
    elements: dict
    suboptions:
      path:
        description:
          - Path of the device.
        type: str
        required: true
      rate:
        description:
          - Operations a second, more than 0.
        type: int
        required: true
  devices:
    description:
      - Devices of the node, written C(/dev/on-host[:/dev/in-container][:rwm]). The last part says what is allowed,
        reading, writing and making device nodes.
    type: list
    elements: str
  dns_opts:
    description:
      - Options for the resolver, such as V(timeout:3).
    type: list
    elements: str
  dns_search_domains:
    description:
      - Domains in which the resolver looks for short names, in this order.
    type: list
    elements: str
  dns_servers:
    description:
      - Addresses of name servers, in this order.
    type: list
    elements: str
  domainname:
    description:
      - Domain name of the container.
    type: str
  entrypoint:
    description:
      - Words that go before O(command), in place of the image's entry point. An empty list takes that away.
      - See O(command_handling).
    type: list
    elements: str
  env:
    description:
      - Environment variables. Values must be strings, so put numbers and booleans in quotes.
      - Values never appear in the differences that are returned, only names.
    type: dict
  env_file:
    description:
      - File with C(NAME=value) lines, on the machine where the module runs, read as the Docker CLI reads it.
      - Blank lines and lines that start with C(#) are skipped. Quotes, and blanks behind a value, belong to the value.
        A blank in a name, as in C(export NAME=value), is an error, and so is a name without a value.
      - O(env) goes before what the file says.
    type: path
  etc_hosts:
    description:
      - Addresses by host name, for C(/etc/hosts) in the container. V(host-gateway) stands for the address of the
        node.
    type: dict
  exposed_ports:
    description:
      - Container ports that are said to be in use, such as V(8080), V(53/udp) or V(8000-8010/tcp). Published ports
        are exposed in any case.
      - With O(network_mode=host) these are the host ports that the container is taken to hold.
    type: list
    elements: str
    aliases:
      - exposed
      - expose
  force_kill:
    description:
      - Whether a container is killed rather than stopped. See O(kill_signal).
    type: bool
    default: false
    aliases:
      - forcekill
  groups:
    description:
      - Further groups of the container's process, by name or number.
    type: list
    elements: str
  healthcheck:
    description:
      - How the engine finds out whether the container is healthy. See O(state=healthy).
      - Durations are numbers with units, such as V(1m30s) or V(500ms). The units are V(us), V(ms), V(s), V(m) and
        V(h).
    type: dict
    suboptions:
      test:
        description:
          - The check. A string is run by a shell. A list must start with V(NONE), V(CMD) or V(CMD-SHELL).
          - Without it there is no health check, unless O(healthcheck.test_cli_compatible=true).
        type: raw
      test_cli_compatible:
        description:
          - With V(true), a missing O(healthcheck.test) means the image's, and the other values are put over the
            image's.
        type: bool
        default: false
      interval:
        description:
          - Time between two checks.
        type: str
      timeout:
        description:
          - Time that one check may take.
        type: str
      start_period:
        description:
          - Time after the start in which a failed check does not count.
        type: str
      start_interval:
        description:
          - Time between two checks in O(healthcheck.start_period).
          - Needs Docker API 1.44.
        type: str
      retries:
        description:
          - Number of failed checks in a row that make the container unhealthy.
        type: int
  healthy_wait_timeout:
    description:
      - Seconds that O(state=healthy) waits. With 0 or less it waits for as long as it takes.
    type: float
    default: 300
  hostname:
    description:
      - Host name of the container.
    type: str
  image:
    description:
      - The image, as V(repository:tag), V(repository@digest) or an image ID. A missing tag is V(latest).
      - An image that the chosen node lacks is pulled there, see O(pull). An ID cannot be pulled.
      - Needed to make a container. An existing one keeps its image if this is not set.
    type: str
  image_comparison:
    description:
      - The image whose environment, labels, ports and volumes are taken into account when a container is compared
        with the task. V(desired-image) is the one in O(image), V(current-image) the one that the container was made
        from.
    type: str
    default: desired-image
    choices:
      - desired-image
      - current-image
  image_label_mismatch:
    description:
      - What is done about labels of the image that O(labels) does not list, when O(labels) is compared as V(strict).
      - With V(ignore) they may be there. With V(fail) the task fails, since a container cannot be without them.
    type: str
    default: ignore
    choices:
      - ignore
      - fail
  image_name_mismatch:
    description:
      - What is done about a container that was made from the right image under another name.
      - Without effect if O(image) is compared as V(ignore).
    type: str
    default: recreate
    choices:
      - recreate
      - ignore
  init:
    description:
      - Whether a small init process passes signals on and reaps processes in the container.
      - With O(container_default_behavior=compatibility) the default is V(false).
    type: bool
  interactive:
    description:
      - Whether the container's standard input is kept open.
      - With O(container_default_behavior=compatibility) the default is V(false).
    type: bool
  ipc_mode:
    description:
      - IPC namespace of the container, such as V(private), V(shareable), V(host), or C(container:NAME) to share that
        of another container.
      - With C(container:NAME) the container is placed on the node of that container.
    type: str
  keep_volumes:
    description:
      - Whether anonymous volumes of a container that is removed are kept.
    type: bool
    default: true
  kill_signal:
    description:
      - The signal that O(force_kill) sends, in place of V(KILL).
    type: str
  labels:
    description:
      - Labels by name. Values that are no strings may have more than one spelling and belong in quotes.
      - Names that start with C(classic.swarm.) are kept for the collection.
    type: dict
  links:
    description:
      - Containers that are to be reachable under another name, written C(NAME:ALIAS) or C(NAME).
      - The container is placed on the node of those containers.
    type: list
    elements: str
  log_driver:
    description:
      - What becomes of the container's output, such as V(json-file), V(journald) or V(none).
    type: str
  log_options:
    description:
      - Options of the O(log_driver), by name. Numbers are turned into strings, with a warning. Booleans must be in
        quotes.
    type: dict
    aliases:
      - log_opt
  mac_address:
    description:
      - MAC address of the container, such as V(92:d0:c6:0a:29:33).
      - From Docker API 1.44 on, MAC addresses belong to networks. There this is the one in the network of
        O(network_mode). O(networks[].mac_address) goes before it.
    type: str
  memory:
    description:
      - Most memory that the container may use, such as V(512M). The units V(B), V(K), V(M), V(G), V(T) and V(P) are
        powers of 1024, and a bare number is bytes.
      - Unless O(memory_reservation) is set, this is also reserved on the node.
      - V(0) takes the limit away, which needs a new container.
      - With O(container_default_behavior=compatibility) the default is V(0).
    type: str
  memory_reservation:
    description:
      - Memory that the container is held to when memory gets short, written as in O(memory). It must not be above
        O(memory).
      - This is what is reserved on the node.
    type: str
  memory_swap:
    description:
      - Memory and swap space together, written as in O(memory). V(unlimited) and V(-1) set no limit. V(0) leaves it
        to the engine.
      - If it is not set, engines allow twice the O(memory), and a change of O(memory) changes it too.
      - Taking the limit of a running container away needs a new container.
    type: str
  memory_swappiness:
    description:
      - How readily the container's memory is swapped out, from 0 to 100.
      - Engines on cgroup v2 drop it with a warning, and it is not compared there.
    type: int
  mounts:
    description:
      - What is mounted in the container, in the long form. O(volumes) is the short one.
    type: list
    elements: dict
    suboptions:
      target:
        description:
          - Path in the container.
        type: str
        required: true
      source:
        description:
          - What is mounted, such as the name of a volume or an absolute path on the node.
          - Without it, O(mounts[].type=volume) makes an anonymous volume.
        type: str
      type:
        description:
          - Kind of the mount.
          - V(npipe) is for engines on Windows. V(cluster) needs Docker API 1.42, V(image) needs 1.47.
        type: str
        default: volume
        choices:
          - bind
          - volume
          - tmpfs
          - npipe
          - cluster
          - image
      read_only:
        description:
          - Whether the container can only read it.
        type: bool
      consistency:
        description:
          - How closely both sides of the mount follow each other. Linux engines ignore it.
        type: str
        choices:
          - default
          - consistent
          - cached
          - delegated
      propagation:
        description:
          - Whether mounts below it show on the other side. For O(mounts[].type=bind).
        type: str
        choices:
          - private
          - rprivate
          - shared
          - rshared
          - slave
          - rslave
      no_copy:
        description:
          - Whether a new volume stays empty rather than getting what the image has at that path. For
            O(mounts[].type=volume).
        type: bool
      labels:
        description:
          - Labels of a new volume. For O(mounts[].type=volume).
        type: dict
      volume_driver:
        description:
          - Driver of a new volume. For O(mounts[].type=volume).
        type: str
      volume_options:
        description:
          - Options of that driver, or of the engine's own if O(mounts[].volume_driver) is not set, by name. For
            O(mounts[].type=volume).
          - Values never appear in the differences that are returned.
        type: dict
      tmpfs_size:
        description:
          - Size of the file system, written as in O(memory). For O(mounts[].type=tmpfs).
        type: str
      tmpfs_mode:
        description:
          - Access mode of the file system in octal digits, such as V('1777'). For O(mounts[].type=tmpfs).
          - Put it in quotes. YAML reads a bare C(0777) as the number 511, so a value that is no string is refused.
        type: raw
      tmpfs_options:
        description:
          - Options of the file system. Each is a dictionary with one key, whose value is a string or null. For
            O(mounts[].type=tmpfs).
          - Needs Docker API 1.46.
        type: list
        elements: dict
      non_recursive:
        description:
          - Whether mounts below the source stay out. For O(mounts[].type=bind).
        type: bool
      create_mountpoint:
        description:
          - Whether a missing source is made. For O(mounts[].type=bind).
          - Needs Docker API 1.42.
        type: bool
      read_only_non_recursive:
        description:
          - Whether a read-only mount leaves the mounts below it writable. For O(mounts[].type=bind).
          - Needs Docker API 1.44.
        type: bool
      read_only_force_recursive:
        description:
          - Whether it is an error if the mounts below cannot be made read-only too. For O(mounts[].type=bind).
          - Needs Docker API 1.44.
        type: bool
      subpath:
        description:
          - A path inside the volume or image, in place of all of it. For O(mounts[].type=volume) and
            O(mounts[].type=image).
          - Needs Docker API 1.45.
        type: str
  network_mode:
    description:
      - V(bridge), V(host), V(none), V(default), the name of a network, or C(container:NAME) to share the network of
        another container.
      - With C(container:NAME) the container is placed on the node of that container.
      - If O(networks) is set and O(networks_cli_compatible=true), the default is the first of the O(networks).
    type: str
  networks:
    description:
      - Networks of the container. They must exist on the node.
      - The container leaves networks that are not listed only if O(comparisons) has V(networks) as V(strict).
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the network.
        type: str
        required: true
      ipv4_address:
        description:
          - IPv4 address of the container in the network.
        type: str
      ipv6_address:
        description:
          - IPv6 address of the container in the network.
        type: str
      aliases:
        description:
          - Further names of the container in the network.
        type: list
        elements: str
      links:
        description:
          - Containers that are reachable under another name in the network, written as in O(links).
          - The container is placed on the node of those containers.
        type: list
        elements: str
      mac_address:
        description:
          - MAC address of the container in the network.
          - Needs Docker API 1.44.
        type: str
  networks_cli_compatible:
    description:
      - With V(true), O(networks) replaces the default network, as with C(docker run --network).
      - With V(false), the container is made in the default network and joins the O(networks) after that.
    type: bool
    default: true
  oom_killer:
    description:
      - With V(true), the kernel does B(not) kill the container's processes when memory runs out. The name is the one
        that docker_container gave it.
      - Engines on cgroup v2 drop it with a warning, and it is not compared there.
    type: bool
  oom_score_adj:
    description:
      - How likely the kernel picks the container when memory runs out, from -1000 to 1000.
    type: int
  output_logs:
    description:
      - With O(detach=false), whether the output of the container is also written to the log of the machine where the
        module runs.
      - The log driver must be V(json-file), V(journald) or V(local).
    type: bool
    default: false
  paused:
    description:
      - Whether the processes of the container are paused. Only for a container that runs.
      - With O(container_default_behavior=compatibility) the default is V(false).
    type: bool
  pid_mode:
    description:
      - PID namespace of the container. V(host), or C(container:NAME) to share that of another container.
      - With C(container:NAME) the container is placed on the node of that container.
    type: str
  pids_limit:
    description:
      - Most processes that the container may have. V(-1) sets no limit.
    type: int
  platform:
    description:
      - Platform of the image, written C(os[/arch[/variant]]), such as V(linux/arm64/v8).
    type: str
  privileged:
    description:
      - Whether the container has all capabilities and devices of the node.
      - With O(container_default_behavior=compatibility) the default is V(false).
    type: bool
  publish_all_ports:
    description:
      - Whether each exposed port gets a free host port. O(published_ports) keep their own.
    type: bool
  published_ports:
    description:
      - Container ports that are reachable on the node, as the Docker CLI writes them.
      - V(8080:80) is a fixed host port. Nodes where it is taken, by a running container or a stopped one, are left
        out.
      - V(80) gets any free host port. V(8000-8100:80) gets a free one of the range.
      - V(8000-8002:80-82) maps one after the other. The shorter of two ranges counts.
      - V(127.0.0.1:53:53/udp) names the host address and the protocol, V(tcp), V(udp) or V(sctp).
        An IPv6 address stands in brackets. Host names are not allowed.
      - V(all) publishes every exposed port, as O(publish_all_ports) does.
    type: list
    elements: str
    aliases:
      - ports
  pull:
    description:
      - V(missing) or V(false) pulls the image on the chosen node if it is not there.
      - V(always) or V(true) asks the registry for a newer one each time. V(never) fails if the image is not there.
      - Without effect if O(image) is an ID.
    type: raw
    default: missing
    choices:
      - never
      - missing
      - always
      - true
      - false
  pull_check_mode_behavior:
    description:
      - What check mode says about O(pull=always), as nobody knows the answer before the pull.
      - With V(image_not_present) there is a change only if the image is missing. With V(always) there is one each
        time.
    type: str
    default: image_not_present
    choices:
      - image_not_present
      - always
  read_only:
    description:
      - Whether the root file system of the container can only be read.
      - With O(container_default_behavior=compatibility) the default is V(false).
    type: bool
  recreate:
    description:
      - Whether an existing container is replaced by a new one in any case.
    type: bool
    default: false
  removal_wait_timeout:
    description:
      - Seconds that the removal of a container may take before a new one of that name is made.
        Without this, the task waits for as long as it takes.
    type: float
  restart:
    description:
      - Whether a container that is as it should be, and runs, is restarted.
    type: bool
    default: false
  restart_policy:
    description:
      - What the engine does when the container ends. Put V(no) in quotes.
    type: str
    choices:
      - 'no'
      - on-failure
      - always
      - unless-stopped
  restart_retries:
    description:
      - How often O(restart_policy=on-failure) tries.
    type: int
  runtime:
    description:
      - Name of the OCI runtime.
    type: str
  security_opts:
    description:
      - Security options, such as V(no-new-privileges) or V(label=user:USER).
    type: list
    elements: str
  shm_size:
    description:
      - Size of C(/dev/shm), written as in O(memory). V(0) leaves it to the engine.
    type: str
  state:
    description:
      - V(present) makes the container if there is none, and brings an existing one in line with the task.
      - O(blkio_weight), O(cpu_period), O(cpu_quota), O(cpu_shares), O(cpus), O(cpuset_cpus), O(cpuset_mems), O(memory),
        O(memory_reservation), O(memory_swap), O(pids_limit), O(restart_policy) and O(restart_retries) are changed in
        place, if nothing else differs and the engine can. For the rest, the container is removed and made anew, on the
        same node.
      - V(started) does that and starts it.
      - V(healthy) does that and waits until the O(healthcheck), or that of the image, calls it healthy.
        A container without one counts as healthy.
      - V(stopped) does what V(present) does and stops it.
      - V(absent) stops and removes it.
      - See O(comparisons) for what counts as a difference.
    type: str
    default: started
    choices:
      - absent
      - present
      - healthy
      - started
      - stopped
  stop_signal:
    description:
      - The signal that stops the container.
    type: str
  stop_timeout:
    description:
      - Seconds that the container has to stop before it is killed.
    type: int
  storage_opts:
    description:
      - Options of the storage driver, by name. Put booleans and fractions in quotes.
    type: dict
  sysctls:
    description:
      - Kernel parameters in the container, by name. Write V(0) and V(1) rather than booleans.
      - Unless O(runtime) is set, only those are taken that a container can have for itself, which are C(net.*),
        C(fs.mqueue.*), C(kernel.msg*), C(kernel.sem), C(kernel.shm*) and C(kernel.domainname).
    type: dict
  tmpfs:
    description:
      - Paths in the container that are file systems in memory, written C(/path) or C(/path:OPTIONS).
    type: list
    elements: str
  tty:
    description:
      - Whether the container has a terminal.
      - With O(container_default_behavior=compatibility) the default is V(false).
    type: bool
  ulimits:
    description:
      - Limits of processes, written C(NAME:SOFT:HARD) or C(NAME:BOTH), such as V(nofile:1024:2048). V(-1) means
        unlimited.
    type: list
    elements: str
  user:
    description:
      - User of the container's process, by name or number, with a group behind a colon if need be.
    type: str
  userns_mode:
    description:
      - V(host) leaves the container out of the engine's user namespace.
    type: str
  uts:
    description:
      - V(host) shares the host name of the node. It excludes O(hostname).
    type: str
  volume_driver:
    description:
      - Driver of volumes that the container makes.
    type: str
  volumes:
    description:
      - What is mounted in the container, as the Docker CLI writes it, C(/on-node:/in-container[:MODES]) or
        C(VOLUME:/in-container[:MODES]). A bare C(/in-container) is an anonymous volume. Paths in the container are
        absolute.
      - Modes are separated by commas. They are V(ro), V(rw), V(z), V(Z), V(nocopy), V(consistent), V(cached),
        V(delegated), V(private), V(rprivate), V(shared), V(rshared), V(slave) and V(rslave).
      - Paths that start with C(.) or C(~) are made absolute where the module runs. On the node the same path is
        meant.
    type: list
    elements: str
  volumes_from:
    description:
      - Containers whose volumes are mounted too, written C(NAME) or C(NAME:ro).
      - The container is placed on the node of those containers.
    type: list
    elements: str
  working_dir:
    description:
      - Directory in which the command starts, an absolute path.
    type: str
notes:
  - Three options of M(community.docker.docker_container) are left out on purpose.
    C(docker_host) names one engine, and here the engines are found and one of them is chosen.
    C(use_ssh_client) is for engines that are reached by SSH, and here they are reached by TCP.
    C(kernel_memory) was removed from Docker with API 1.42.
"""
