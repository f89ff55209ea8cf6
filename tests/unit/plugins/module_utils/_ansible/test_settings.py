# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.classic.swarm.plugins.module_utils._ansible.argspec import (
    CLUSTER_ARGUMENT_SPEC,
    PLACEMENT_ARGUMENT_SPEC,
    TLS_ARGUMENT_SPEC,
)
from ansible_collections.classic.swarm.plugins.module_utils._ansible.contents import looks_like_content
from ansible_collections.classic.swarm.plugins.module_utils._ansible.settings import (
    cluster_settings,
    discovery_settings,
    placement_wishes,
    scheduling_settings,
    tls_settings,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import ExpressionError, InputError
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import (
    ClusterSettings,
    DiscoverySettings,
    SchedulingSettings,
    TLSSettings,
)

CONSUL = "consul://192.0.2.5/swarm"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SWARM_DISCOVERY", "DOCKER_TIMEOUT", "DOCKER_API_VERSION", "DOCKER_TLS_HOSTNAME"):
        monkeypatch.delenv(name, raising=False)


def checked(**given: t.Any) -> t.Mapping[str, t.Any]:
    """Option values as a module has them."""
    spec = {**CLUSTER_ARGUMENT_SPEC, **TLS_ARGUMENT_SPEC, **PLACEMENT_ARGUMENT_SPEC}
    result = ArgumentSpecValidator(spec).validate(given)
    assert not result.error_messages
    return result.validated_parameters


def test_defaults_are_those_of_the_settings() -> None:
    assert cluster_settings(checked(), {}) == ClusterSettings()
    assert scheduling_settings(checked()) == SchedulingSettings()


def test_a_random_strategy_without_a_seed_draws_one() -> None:
    seeds = {scheduling_settings(checked(strategy="random")).seed for _number in range(5)}
    assert None not in seeds
    assert len(seeds) > 1
    assert scheduling_settings(checked(strategy="random", seed=7)).seed == 7


def test_fallbacks_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWARM_DISCOVERY", "nodes://192.0.2.1:2375")
    monkeypatch.setenv("DOCKER_TIMEOUT", "7")
    monkeypatch.setenv("DOCKER_API_VERSION", "1.41")
    monkeypatch.setenv("DOCKER_TLS_HOSTNAME", "engine")
    settings = cluster_settings(checked(), {})
    assert settings.discovery.source == "nodes://192.0.2.1:2375"
    assert (settings.engine.timeout, settings.engine.api_version, settings.engine.tls.hostname) == (
        7.0,
        "1.41",
        "engine",
    )


@pytest.mark.parametrize(
    ("options", "environment", "enabled"),
    [
        ({}, {}, False),
        ({"tls": True}, {}, True),
        ({"ca_path": "/c/ca.pem"}, {}, True),
        ({"client_cert": "/c/cert.pem", "client_key": "/c/key.pem"}, {}, True),
        ({"tls": False, "ca_path": "/c/ca.pem"}, {"DOCKER_TLS_VERIFY": "1"}, False),
        ({}, {"DOCKER_TLS_VERIFY": "1"}, True),
        # As the docker CLI has it: anything but nothing.
        ({}, {"DOCKER_TLS_VERIFY": "0"}, True),
        ({}, {"DOCKER_TLS_VERIFY": ""}, False),
        ({}, {"DOCKER_TLS": "1"}, True),
        ({}, {"DOCKER_TLS": "no"}, False),
        ({}, {"DOCKER_TLS": ""}, False),
        ({}, {"DOCKER_CERT_PATH": "/c"}, False),
        ({"validate_certs": True}, {}, False),
    ],
)
def test_when_tls_is_on(options: t.Dict[str, t.Any], environment: t.Dict[str, str], enabled: bool) -> None:
    assert tls_settings(checked(**options), environment, is_file=lambda path: True).enabled is enabled


@pytest.mark.parametrize(
    ("options", "environment", "verify"),
    [
        ({}, {}, True),
        ({"tls": True}, {}, True),
        ({"validate_certs": False}, {"DOCKER_TLS_VERIFY": "1"}, False),
        ({"tls_verify": False}, {}, False),
    ],
)
def test_when_certificates_are_checked(
    options: t.Dict[str, t.Any], environment: t.Dict[str, str], verify: bool
) -> None:
    assert tls_settings(checked(**options), environment).verify is verify


def test_files_of_the_certificate_folder_stand_in_for_options_that_are_not_set() -> None:
    environment = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/c"}
    settings = tls_settings(checked(ca_path="/mine/ca.pem"), environment, is_file=lambda path: True)
    assert settings == TLSSettings(
        enabled=True, ca_path="/mine/ca.pem", client_cert="/c/cert.pem", client_key="/c/key.pem"
    )


def test_files_that_do_not_exist_are_not_named() -> None:
    environment = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/c"}
    settings = tls_settings(checked(), environment, is_file=lambda path: path == "/c/ca.pem")
    assert settings == TLSSettings(enabled=True, ca_path="/c/ca.pem")


def test_the_certificate_folder_is_read_from_the_file_system_by_default(tmp_path: t.Any) -> None:
    (tmp_path / "ca.pem").write_text("")
    assert tls_settings(checked(), {"DOCKER_CERT_PATH": str(tmp_path)}).ca_path == str(tmp_path / "ca.pem")


def test_a_certificate_folder_that_holds_none() -> None:
    environment = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/c"}
    with pytest.raises(InputError, match=r"DOCKER_CERT_PATH is /c, and none of ca.pem, cert.pem, key.pem is there"):
        tls_settings(checked(), environment, is_file=lambda path: False)
    assert tls_settings(checked(ca_path="/mine/ca.pem"), environment, is_file=lambda path: False).enabled
    assert not tls_settings(checked(tls=False), environment, is_file=lambda path: False).enabled


def test_certificate_without_key() -> None:
    with pytest.raises(InputError, match="client_cert is set and client_key is not"):
        tls_settings(checked(client_cert="/c/cert.pem"), {})


def test_switch_that_is_neither_true_nor_false() -> None:
    with pytest.raises(InputError, match="DOCKER_TLS is 'maybe'; it must be true or false"):
        tls_settings(checked(), {"DOCKER_TLS": "maybe"})


CONSUL_ENVIRONMENT = {
    "CONSUL_HTTP_TOKEN": "s3cret",
    "CONSUL_CACERT": "/k/ca.pem",
    "CONSUL_CLIENT_CERT": "/k/cert.pem",
    "CONSUL_CLIENT_KEY": "/k/key.pem",
    "CONSUL_NAMESPACE": "team",
    "CONSUL_HTTP_SSL": "true",
    "CONSUL_HTTP_SSL_VERIFY": "false",
}


def test_variables_of_consul() -> None:
    settings = discovery_settings(checked(discovery=CONSUL), CONSUL_ENVIRONMENT)
    assert settings == DiscoverySettings(
        source=CONSUL,
        tls=TLSSettings(
            enabled=True, verify=False, ca_path="/k/ca.pem", client_cert="/k/cert.pem", client_key="/k/key.pem"
        ),
        options={"token": "s3cret", "namespace": "team"},
    )


def test_variables_of_consul_mean_nothing_to_other_sources() -> None:
    settings = discovery_settings(checked(discovery="nodes://192.0.2.1:2375"), CONSUL_ENVIRONMENT)
    assert settings == DiscoverySettings(source="nodes://192.0.2.1:2375")


def test_options_come_before_variables_of_consul() -> None:
    given = {"token": "mine", "tls": False, "validate_certs": True, "datacenter": "dc2", "timeout": 3}
    settings = discovery_settings(checked(discovery=CONSUL, discovery_options=given), CONSUL_ENVIRONMENT)
    assert (settings.options["token"], settings.tls.enabled, settings.tls.verify) == ("mine", False, True)
    assert (settings.options["datacenter"], settings.timeout) == ("dc2", 3.0)


@pytest.mark.parametrize(
    ("given", "environment", "enabled"),
    [
        ({}, {"CONSUL_CACERT": "/k/ca.pem"}, False),
        ({"ca_path": "/k/ca.pem"}, {}, True),
        ({"ca_path": "/k/ca.pem"}, {"CONSUL_CACERT": "/other.pem"}, True),
        ({}, {"CONSUL_HTTP_SSL": "0"}, False),
    ],
)
def test_when_tls_is_on_for_consul(given: t.Dict[str, t.Any], environment: t.Dict[str, str], enabled: bool) -> None:
    settings = discovery_settings(checked(discovery=CONSUL, discovery_options=given), environment)
    assert settings.tls.enabled is enabled


def test_errors_of_discovery_options_say_so() -> None:
    with pytest.raises(InputError, match="discovery_options: client_key is set and client_cert is not"):
        discovery_settings(checked(discovery_options={"client_key": "/k/key.pem"}), {})


def test_engine_certificates_are_not_those_of_the_discovery_backend() -> None:
    settings = cluster_settings(checked(discovery=CONSUL, ca_path="/c/ca.pem"), {})
    assert (settings.engine.tls.enabled, settings.discovery.tls.enabled) == (True, False)


@pytest.mark.parametrize("name", ["timeout", "snapshot_timeout"])
def test_times_are_positive(name: str) -> None:
    with pytest.raises(InputError, match=f"^{name} is 0; it must be more than 0 seconds"):
        cluster_settings(checked(**{name: 0}), {})


def test_partition() -> None:
    settings = cluster_settings(checked(partition=["zone==external"]), {})
    assert [str(expression) for expression in settings.partition] == ["zone==external"]


def test_scheduling() -> None:
    given = {
        "strategy": "expression",
        "rank": "memory",
        "seed": 3,
        "filters": ["health", "port"],
        "overcommit": 0.05,
        "headroom_memory": "1g",
        "headroom_cpus": 0.5,
        "spread_counts": "all",
    }
    assert scheduling_settings(checked(**given)) == SchedulingSettings(
        "expression", ("health", "port"), "memory", 3, 0.05, 1024**3, 0.5, "all"
    )


def test_size_that_is_none() -> None:
    with pytest.raises(InputError, match="headroom_memory: '12x' is not a size"):
        scheduling_settings(checked(headroom_memory="12x"))


def test_wishes() -> None:
    wishes = placement_wishes(checked(constraints=["zone=external"], affinities=["container==~web"], whitelist=["n1"]))
    assert [str(expression) for expression in wishes.constraints + wishes.affinities] == [
        "zone==external",
        "container==~web",
    ]
    assert wishes.whitelist == ("n1",)
    assert len(wishes.warnings) == 1
    assert "zone=external" in wishes.warnings[0]


def test_wish_that_does_not_parse() -> None:
    with pytest.raises(ExpressionError):
        placement_wishes(checked(affinities=["container"]))


def test_secrets_stay_out_of_representations() -> None:
    assert "s3cret" not in repr(cluster_settings(checked(discovery=CONSUL), CONSUL_ENVIRONMENT))


PEM = "-----BEGIN EC PRIVATE KEY-----\nAAAAs3cret\n-----END EC PRIVATE KEY-----\n"


@pytest.mark.parametrize("name", ["ca_path", "client_cert", "client_key"])
@pytest.mark.parametrize(
    "content", [PEM, PEM.replace("\n", " "), "s3cret" * 50, f"MII{'As3cret' * 20}=", "A\ns3cret"], ids=range(5)
)
def test_the_content_of_a_file_in_place_of_its_path(name: str, content: str) -> None:
    for options, option in (
        ({name: content}, name),
        ({"discovery_options": {name: content}}, f"discovery_options.{name}"),
    ):
        with pytest.raises(InputError) as caught:
            cluster_settings(checked(**options), {})
        assert caught.value.message.startswith(
            f"{option}: the value is the content of a file rather than its path, and"
        )
        assert "s3cret" not in caught.value.message


@pytest.mark.parametrize(
    "path", ["/c/key.pem", "key.pem", "~/.docker/key.pem", "../k", f"/{'a' * 200}/{'b' * 200}", "/data/----/BEGIN KEY"]
)
def test_paths_are_no_content(path: str) -> None:
    assert not looks_like_content(path)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"snapshot_timeout": float("nan")}, "snapshot_timeout is nan; it must be more than 0 seconds"),
        ({"snapshot_timeout": 1e7}, "snapshot_timeout is 1e+07; it must be 1000000 seconds or less"),
        ({"timeout": 10**7}, "timeout is 10000000; it must be 1000000 seconds or less"),
        ({"overcommit": float("inf")}, "overcommit is inf; it must be a number from 0 to 1000"),
        ({"overcommit": -1}, "overcommit is -1; it must be 0 or more, such as 0.05 for five per cent"),
        ({"headroom_cpus": float("nan")}, "headroom_cpus is nan; it must be a number from 0 to 1048576"),
        (
            {"seed": 10**400},
            f"seed is 1{'0' * 39}... (401 characters); it must be a number from {-(2**63)} to {2**63 - 1}",
        ),
        (
            {"headroom_memory": "9" * 400},
            f"headroom_memory: '{'9' * 40}...' is more than any machine has; write a size below 8192P",
        ),
    ],
)
def test_numbers_out_of_range(given: t.Dict[str, t.Any], message: str) -> None:
    def read_both() -> None:
        cluster_settings(checked(**given), {})
        scheduling_settings(checked(**given))

    with pytest.raises(InputError) as caught:
        read_both()
    assert caught.value.message == message
