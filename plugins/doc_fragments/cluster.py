# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Which engines make the cluster, and how they are asked. The twin of ``CLUSTER_ARGUMENT_SPEC``."""

    DOCUMENTATION = r"""
options:
  discovery:
    description:
      - Where the engines of the cluster are listed.
      - V(nodes://192.0.2.11:2376,192.0.2.12:2376), or the same without C(nodes://), lists them right there.
      - V(file:///etc/swarm/cluster.conf) names a file with one entry on a line. Blank lines and what follows a C(#)
        are skipped.
      - Both take ranges, such as V(192.0.2.[11:13]:2376), and entries that begin with C(http://) or C(https://).
      - V(consul://192.0.2.5:8500/swarm) names a Consul server and a prefix. The engines are the keys below that
        prefix whose last part is C(host:port). Several servers are written
        V(consul://192.0.2.5:8500,192.0.2.6:8500/swarm), and the next one is asked when one does not answer.
      - If it is not set, the environment variable E(SWARM_DISCOVERY) is used.
    type: str
    default: file:///etc/swarm/cluster.conf
  discovery_options:
    description:
      - How the service behind O(discovery) is spoken to. A list and a file need none of this.
      - If O(discovery) begins with C(consul://), environment variables of Consul's own tools stand in for what is not
        set here.
    type: dict
    suboptions:
      token:
        description:
          - ACL token.
          - For Consul, the environment variable E(CONSUL_HTTP_TOKEN) is used if this is not set.
        type: str
      tls:
        description:
          - Whether the service is spoken to over TLS.
          - If it is not set, TLS is on as soon as one of O(discovery_options.ca_path),
            O(discovery_options.client_cert) and O(discovery_options.client_key) is set.
            For Consul, it is also on if the environment variable E(CONSUL_HTTP_SSL) is true.
        type: bool
      validate_certs:
        description:
          - Whether the certificate of the service, and the name in it, is checked.
          - For Consul, the environment variable E(CONSUL_HTTP_SSL_VERIFY) is used if this is not set.
            Without both, it is checked.
        type: bool
        aliases:
          - tls_verify
      ca_path:
        description:
          - PEM file of the certificate authorities that may have signed the certificate of the service.
          - For Consul, the environment variable E(CONSUL_CACERT) is used if this is not set.
        type: path
        aliases:
          - ca_cert
          - tls_ca_cert
          - cacert_path
      client_cert:
        description:
          - PEM file of the certificate that is shown to the service. It goes together with
            O(discovery_options.client_key).
          - For Consul, the environment variable E(CONSUL_CLIENT_CERT) is used if this is not set.
        type: path
        aliases:
          - tls_client_cert
          - cert_path
      client_key:
        description:
          - PEM file of the key of O(discovery_options.client_cert).
          - For Consul, the environment variable E(CONSUL_CLIENT_KEY) is used if this is not set.
        type: path
        aliases:
          - tls_client_key
          - key_path
      tls_hostname:
        description:
          - The name to expect in the certificate of the service, in place of the host in O(discovery).
        type: str
      namespace:
        description:
          - Namespace of Consul Enterprise.
          - For Consul, the environment variable E(CONSUL_NAMESPACE) is used if this is not set.
        type: str
      datacenter:
        description:
          - Consul datacenter, if it is not the one of the server that is asked.
        type: str
      timeout:
        description:
          - Seconds that one server of the service may take to answer. V(10) if it is not set.
        type: float
  partition:
    description:
      - Constraints that cut the cluster down for this task. An engine that does not meet all of them does not exist
        for it.
      - They are written like O(ignore:constraints), such as V(zone==external), and none may be soft.
    type: list
    elements: str
  timeout:
    description:
      - Seconds that one acting call to an engine may take, such as creating or stopping a container.
        While an image is pulled, seconds that the engine may be silent.
      - If it is not set, the environment variable E(DOCKER_TIMEOUT) is used.
    type: int
    default: 60
  snapshot_timeout:
    description:
      - Seconds that one engine may take to answer when the state of the cluster is read.
      - An engine that does not answer in time counts as unhealthy. The others go on without it.
    type: float
    default: 10.0
  api_version:
    description:
      - Version of the Docker Engine API to speak, such as V(1.41).
      - V(auto) agrees on a version with each engine by itself, so that engines of different age can stand in one
        cluster.
      - If it is not set, the environment variable E(DOCKER_API_VERSION) is used.
    type: str
    default: auto
    aliases:
      - docker_api_version
requirements:
  - Python >= 3.9
notes:
  - The task runs once, where it can reach all engines. That should be the controller, with C(hosts=localhost) on the
    play, or with C(delegate_to=localhost) and C(run_once=true) on the task.
  - The state of the cluster is read afresh from the engines themselves in each task. No other service is needed.
"""

    # Inventory plugins say in their documentation where a value comes from; modules must not.
    PLUGIN = r"""
options:
  discovery:
    env:
      - name: SWARM_DISCOVERY
  timeout:
    env:
      - name: DOCKER_TIMEOUT
  api_version:
    env:
      - name: DOCKER_API_VERSION
"""
