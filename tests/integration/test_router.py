# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`swarm route` between a real Consul and a real HAProxy and nginx: what is in the store is what requests reach."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.classic.swarm.plugins.module_utils._swarm.discovery.registry import open_backend
from ansible_collections.classic.swarm.plugins.module_utils._swarm.settings import DiscoverySettings

from tests.integration.registering import until
from tests.integration.routing import HOST, Instance, Routing
from tests.integration.stores import consul_or_skip
from tests.lab.certificates import Authority
from tests.lab.consul import Consul
from tests.lab.etcd import Etcd
from tests.lab.proxies import HAProxyServer, NginxServer, ProxyServer
from tests.lab.service import ServiceUnavailable
from tests.lab.zookeeper import ZooKeeper

KINDS = {"haproxy": HAProxyServer, "nginx": NginxServer}


@pytest.fixture(scope="module")
def consul() -> Iterator[Consul]:
    with consul_or_skip() as server:
        yield server


def _proxy(kind: str) -> ProxyServer:
    try:
        return KINDS[kind]()
    except ServiceUnavailable as error:
        pytest.skip(str(error))


@pytest.fixture(params=sorted(KINDS))
def routing(request: pytest.FixtureRequest, consul: Consul, tmp_path: Path) -> Iterator[Routing]:
    """Give a store and a proxy that does not run yet: once with each program."""
    made = Routing(consul, _proxy(request.param), tmp_path)
    yield made
    made.close()
    assert "Traceback" not in made.said()


@pytest.fixture
def haproxy(consul: Consul, tmp_path: Path) -> Iterator[Routing]:
    """Give the same with HAProxy alone, for what does not depend on the program."""
    made = Routing(consul, _proxy("haproxy"), tmp_path)
    yield made
    made.close()
    assert "Traceback" not in made.said()


def test_instances_come_and_go(routing: Routing) -> None:
    routing.serve("web", "one")
    routing.begin("--interval=200ms")
    assert routing.name() == "one"
    assert routing.ask(host="other.example.com")[0] == 404
    routing.serve("web", "two")
    assert until(lambda: routing.names() == {"one", "two"}) < 5
    routing.remove("web", "one")
    until(lambda: routing.names() == {"two"})
    # A service that was not there.
    routing.serve("shop", "three", route_host="shop.example.com", route_path="/cart")
    until(lambda: routing.name("/cart/1", "shop.example.com") == "three")
    assert routing.name("/carts", "shop.example.com") == "404"
    # The file says the same: a proxy that starts anew serves the same.
    until(lambda: routing.status()["services"] == 2)
    routing.proxy.stop()
    routing.proxy.start()
    assert routing.names() == {"two"}
    assert routing.name("/cart", "shop.example.com") == "three"


def test_servers_change_without_a_reload(haproxy: Routing) -> None:
    proxy = haproxy.proxy
    assert isinstance(proxy, HAProxyServer)
    first = haproxy.serve("web", "one")
    haproxy.begin("--interval=100ms")
    for number in range(3):
        haproxy.serve("web", f"more{number}")
    until(lambda: len(proxy.servers("web")) == 4)
    # A request is under way when its server goes.
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(haproxy.name("/slow")))
    haproxy.remove("web", "more0")
    haproxy.remove("web", "more1")
    haproxy.remove("web", "more2")
    until(lambda: len(proxy.servers("web")) == 1)
    asking.start()
    assert first.reached.wait(5)
    haproxy.serve("web", "last")
    haproxy.remove("web", "one")
    until(lambda: haproxy.names() == {"last"})
    time.sleep(0.6)
    assert f"host:one:80:{first.port}" in proxy.servers("web")
    first.go_on.set()
    asking.join(10)
    assert answers == ["one"]
    until(lambda: len(proxy.servers("web")) == 1)
    assert proxy.reloads() == 0
    assert haproxy.status()["applied"]["reload"] == 0
    assert "host:one" not in proxy.configuration.read_text()


def test_a_container_that_drains_gets_no_more_requests(routing: Routing) -> None:
    routing.serve("web", "one")
    routing.serve("web", "two")
    routing.begin("--interval=100ms")
    until(lambda: routing.names() == {"one", "two"})
    routing.consul.put("services-drain/host/one", "{}")
    assert until(lambda: routing.names() == {"two"}) < 2
    assert routing.status()["draining"] == 1
    routing.consul.delete("services-drain")
    until(lambda: routing.names() == {"one", "two"})


def test_a_burst_is_a_handful_of_applications(haproxy: Routing) -> None:
    haproxy.serve("web", "one")
    haproxy.begin("--interval=1s")
    before = haproxy.status()["applied"]
    for number in range(50):
        haproxy.put("web", f"none{number}", 9)
    for number in range(49):
        haproxy.remove("web", f"none{number}")
    until(lambda: haproxy.status()["instances"] == 2)
    until(lambda: len(haproxy.proxy.servers("web")) == 2)  # type: ignore[attr-defined]
    after = haproxy.status()["applied"]
    assert 1 <= sum(after.values()) - sum(before.values()) <= 5
    assert after["reload"] == before["reload"]


def test_the_last_good_is_kept(routing: Routing) -> None:
    """The store emptied by hand, killed, without a service, and a template that is wrong in two ways."""
    template = routing.folder / "template.j2"
    shipped = Path(__file__).resolve().parents[2] / "distribution/classic_swarm/router/templates"
    good = next(shipped.glob(f"{routing.proxy.name}*")).read_text()
    template.write_text(good)
    routing.serve("web", "one")
    other = routing.serve("other", "two", route_host="other.example.com")
    routing.begin("--interval=100ms", f"--template={template}", "--grace=2s", "--forget=2s")

    for wrong, stage in ((good + "{{ nothing.at_all }}", "template"), (good + "\nnonsense {\n", "check")):
        template.write_text(wrong)
        until(lambda stage=stage: routing.status()["stage"] == stage)  # type: ignore[misc]
        assert routing.name() == "one"
    template.write_text(good)
    until(lambda: routing.status()["state"] == "ok")

    # One service loses all it had: kept for a while, then 503 in words, then not routed.
    routing.remove("other", "two")
    until(lambda: routing.status()["held"] == ["other"])
    assert routing.name(host="other.example.com") == "two"
    words = {"haproxy": "No server is available", "nginx": "The service other has no instance that could answer"}
    until(lambda: words[routing.proxy.name] in routing.ask(host="other.example.com")[1])
    until(lambda: routing.ask(host="other.example.com")[0] == 404)

    routing.consul.delete("services/")
    until(lambda: routing.status()["stage"] == "empty")
    assert routing.name() == "one"
    routing.put("other", "two", other.port, route_host="other.example.com")
    until(lambda: routing.name(host="other.example.com") == "two")
    assert routing.status()["held"] == ["web"]
    routing.remove("other", "two")
    routing.consul.kill()
    until(lambda: routing.status()["stage"] == "store")
    assert routing.name() == "one"
    routing.consul.start()
    until(lambda: routing.status()["stage"] != "store", 20)


def test_a_watcher_that_is_killed_is_not_missed(routing: Routing) -> None:
    routing.serve("web", "one")
    assert routing.run("--once").stdout == "applied by file\n"
    routing.proxy.start()
    process = routing.start("--interval=100ms")
    until(lambda: routing.status().get("state") == "ok")
    process.kill()
    process.wait()
    routing.serve("web", "two")
    assert routing.names() == {"one"}
    routing.start("--interval=100ms")
    until(lambda: routing.names() == {"one", "two"})
    # Another one for the same is refused.
    second = routing.run()
    assert second.returncode == 2
    assert "another swarm route is there" in second.stderr


def test_once_and_check(haproxy: Routing) -> None:
    haproxy.serve("web", "one")
    shown = haproxy.run("--check")
    assert shown.returncode == 3
    assert "+# Written by swarm route" in shown.stdout
    assert not haproxy.proxy.configuration.exists()
    haproxy.proxy.configuration.write_text("# somebody's own\n")
    for option in ("--once", "--check"):
        refused = haproxy.run(option)
        assert refused.returncode == 2
        assert "was not written by swarm route; give --overwrite" in refused.stderr
    assert haproxy.run("--once", "--overwrite").stdout == "applied by file\n"
    assert haproxy.run("--check").returncode == 0
    haproxy.proxy.start()
    assert haproxy.run("--once").stdout == "unchanged\n"
    haproxy.serve("web", "two")
    assert haproxy.run("--check").returncode == 3
    assert haproxy.names() == {"one"}
    assert haproxy.run("--once").stdout == "applied by runtime\n"
    until(lambda: haproxy.names() == {"one", "two"})
    assert sorted(path.name for path in haproxy.proxy.configuration.parent.glob(".*")) == []
    haproxy.consul.delete("services")
    emptied = haproxy.run("--once")
    assert emptied.returncode == 1
    assert "the store has no services at all" in emptied.stderr


def test_what_is_not_taken_is_told(routing: Routing) -> None:
    routing.serve("web", "one")
    routing.consul.put("services/b%20d/host:x:80", "127.0.0.1:9")
    routing.consul.put("services/web/host:a%22%20b:80", "127.0.0.1:9")
    routing.consul.put("services/odd/host:x:80", "no address")
    routing.put("xrival", "x", 9, route_host=HOST)
    routing.put("evil", "x", 9, route_host="x }; return 200", route_path="/a b")
    routing.begin("--interval=100ms")
    assert routing.names() == {"one"}
    left_out = "\n".join(routing.status()["left_out"])
    for words in (
        "the service 'b d' is left out",
        "the instance 'host:a",
        "'no address' is not an address:port",
        f"xrival: {HOST}/ leads to web already",
        "evil: SERVICE_ROUTE_HOST: 'x }; return 200' is not a host name",
        "evil: SERVICE_ROUTE_PATH: '/a b' is not the beginning of a path",
    ):
        assert words in left_out


def test_hosts_paths_ports_headers_and_tls(routing: Routing, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    certificates = tmp_path / "certificates"
    certificates.mkdir()
    for name, file in (("*.example.com", "_.example.com"), ("tls.example.org", "tls.example.org")):
        made = authority.issue(tmp_path / file, name, names=[name], usage=["serverAuth"])
        (certificates / f"{file}.pem").write_bytes(made.cert.read_bytes() + made.key.read_bytes())
    for name, attributes in {
        "shop": {"route_host": "shop.example.com,tls.example.org"},
        "cart": {"route_host": "shop.example.com", "route_path": "/cart"},
        "wild": {"route_host": "*.example.com"},
        "any": {"route_path": "/any"},
        "raw": {"route_port": str(routing.proxy.tcp_port)},
    }.items():
        routing.serve(name, name, **attributes)
    routing.begin("--interval=100ms", f"--set=certificates={certificates}")
    asked = {
        ("shop.example.com", "/"): "shop",
        ("SHOP.example.com:80", "/x"): "shop",
        ("shop.example.com", "/cart"): "cart",
        ("shop.example.com", "/cart/1?x=/y"): "cart",
        ("shop.example.com", "/carts"): "shop",
        ("shop.example.com", "/any"): "shop",
        ("a.b.example.com", "/any"): "wild",
        ("example.com", "/any/1"): "any",
        ("example.com", "/"): "404",
    }
    assert {place: routing.name(place[1], place[0]) for place in asked} == asked
    assert routing.ask(port=routing.proxy.tcp_port, host="whatever")[1]["name"] == "raw"
    assert routing.ask("/health", port=routing.proxy.health_port) == (200, "ok\n")

    told = routing.ask(host="shop.example.com", headers={"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https"})
    assert {name: value for name, value in told[1]["headers"].items() if name.startswith("x-")} == {
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-host": "shop.example.com",
        "x-forwarded-port": str(routing.proxy.port),
        "x-forwarded-proto": "http",
    }
    for host, wanted in (("shop.example.com", "shop"), ("tls.example.org", "shop"), ("other.example.com", "wild")):
        body = routing.ask_tls(host, authority.certificate)
        assert (body["name"], body["headers"]["x-forwarded-proto"]) == (wanted, "https")
    # Another certificate is a change, and so is one that cannot be read as one: then the last good is kept.
    (certificates / "new.example.org.pem").write_text("no certificate")
    routing.put("shop", "shop", 9, route_host="new.example.org")
    until(lambda: routing.status()["stage"] == "check")
    assert routing.ask_tls("tls.example.org", authority.certificate)["name"] == "shop"
    made = authority.issue(tmp_path / "new", "new", names=["new.example.org"], usage=["serverAuth"])
    (certificates / "new.example.org.pem").write_bytes(made.cert.read_bytes() + made.key.read_bytes())
    routing.serve("shop", "shop", route_host="new.example.org")
    until(lambda: routing.status()["state"] == "ok")
    assert routing.ask_tls("new.example.org", authority.certificate)["name"] == "shop"


def test_status_and_metrics_of_a_process(haproxy: Routing) -> None:
    haproxy.serve("web", "one")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    haproxy.begin(f"--metrics=tcp://127.0.0.1:{port}")
    shown = haproxy.run("--status")
    assert shown.returncode == 0
    assert json.loads(shown.stdout)["state"] == "ok"
    assert "swarm_route_ok 1" in haproxy.ask("/metrics", port=port)[1]
    haproxy.consul.delete("services/")
    until(lambda: haproxy.status()["state"] == "trouble")
    assert haproxy.run("--status").returncode == 1
    assert 'swarm_route_failed_total{stage="empty"} 1' in haproxy.ask("/metrics", port=port)[1]
    assert haproxy.ask("/health", port=port) == (503, "trouble\n")


@pytest.mark.parametrize("kind", ["etcd", "zk"])
def test_other_stores_are_watched_too(kind: str, tmp_path: Path) -> None:
    """Keys that a session holds come, change and go; the store dies and comes back."""
    try:
        server = {"etcd": Etcd, "zk": ZooKeeper}[kind]()
        proxy = HAProxyServer()
    except ServiceUnavailable as error:
        pytest.skip(str(error))
    with server:
        source = f"{kind}://{server.host}/swarm"
        routing = Routing(None, proxy, tmp_path, source)
        keys = open_backend(DiscoverySettings(source)).owned_keys("test", 20, ["services"], lambda _path, _value: True)
        one, two = routing.instance("one"), routing.instance("two")

        def keep(*instances: Instance) -> None:
            wanted = {}
            for each in instances:
                wanted[f"services/web/host:{each.name}:80"] = f"127.0.0.1:{each.port}"
                wanted[f"services-facts/web/host:{each.name}:80"] = json.dumps({"attributes": {"route_host": HOST}})
            keys.keep(wanted)

        try:
            keep(one)
            routing.begin("--interval=100ms", "--timeout=2s")
            keep(one, two)
            until(lambda: routing.names() == {"one", "two"})
            keep(two)
            until(lambda: routing.names() == {"two"})
            if kind == "zk":
                # Its session is lost with it, and watches with that.
                server.kill()
                until(lambda: routing.status()["stage"] == "store", 20)
                assert routing.names() == {"two"}
                server.start()
                until(lambda: routing.status()["stage"] != "store", 30)
        finally:
            keys.release()
            routing.close()
        assert "Traceback" not in routing.said()
