# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How connections to engines are secured. The twin of ``TLS_ARGUMENT_SPEC``."""

    DOCUMENTATION = r"""
options:
  tls:
    description:
      - Whether engines are spoken to over TLS.
      - V(true) turns TLS on and V(false) turns it off.
        An engine whose entry in the discovery source is written with C(https://) is spoken to over TLS in any case.
      - If it is not set, TLS is on as soon as one of O(ca_path), O(client_cert) and O(client_key) is set,
        or the environment variable E(DOCKER_TLS_VERIFY) is set to something, or E(DOCKER_TLS) is true.
        The certificates of E(DOCKER_CERT_PATH) alone do not turn it on.
    type: bool
  validate_certs:
    description:
      - Whether the certificate of an engine, and the name in it, is checked when TLS is on.
      - Set it to V(false) only for tests. Who stands between you and an engine then controls that engine.
      - It does not turn TLS on. In contrast to other tools, O(tls=true) alone checks certificates as well.
    type: bool
    default: true
    aliases:
      - tls_verify
  ca_path:
    description:
      - PEM file of the certificate authorities that may have signed the certificates of the engines.
      - If it is not set and the environment variable E(DOCKER_CERT_PATH) names a folder with a C(ca.pem), that file
        is used. Without both, the authorities of the system are trusted.
    type: path
    aliases:
      - ca_cert
      - tls_ca_cert
      - cacert_path
  client_cert:
    description:
      - PEM file of the certificate that is shown to the engines. It goes together with O(client_key).
      - If it is not set and the environment variable E(DOCKER_CERT_PATH) names a folder with a C(cert.pem), that file
        is used.
    type: path
    aliases:
      - tls_client_cert
      - cert_path
  client_key:
    description:
      - PEM file of the key of O(client_cert).
      - If it is not set and the environment variable E(DOCKER_CERT_PATH) names a folder with a C(key.pem), that file
        is used.
    type: path
    aliases:
      - tls_client_key
      - key_path
  tls_hostname:
    description:
      - The name to expect in the certificates of the engines, in place of the host in their address.
      - If it is not set, the environment variable E(DOCKER_TLS_HOSTNAME) is used.
    type: str
"""

    # Inventory plugins say in their documentation where a value comes from; modules must not.
    PLUGIN = r"""
options:
  tls_hostname:
    env:
      - name: DOCKER_TLS_HOSTNAME
"""

    # For connection plugins, whose options come from the variables of a host.
    CONNECTION = r"""
options:
  tls:
    vars:
      - name: ansible_swarm_tls
  validate_certs:
    vars:
      - name: ansible_swarm_validate_certs
  ca_path:
    vars:
      - name: ansible_swarm_ca_path
  client_cert:
    vars:
      - name: ansible_swarm_client_cert
  client_key:
    vars:
      - name: ansible_swarm_client_key
  tls_hostname:
    vars:
      - name: ansible_swarm_tls_hostname
"""
