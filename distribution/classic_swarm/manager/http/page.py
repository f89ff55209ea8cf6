# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""The page of the cluster: its nodes, what runs where, and why the last creates were refused.

Plain HTML without a script. Everything in it is text that engines and clients made up, so nothing gets in unescaped.
"""

from __future__ import annotations

import time
import typing as t
from html import escape
from urllib.parse import urlencode

from ..._swarm.model.visible import visible
from ...version import VERSION
from ..answers.info import size_of
from ..manager import Manager
from ..state.cluster import Container, Node
from .page_style import STYLE
from .refusals import Refusal

#: Containers that are shown at once; of more, those that are searched for, or those of one node.
MOST_CONTAINERS = 500

_NODE_HEAD = ("Node", "Status", "Containers", "CPUs reserved", "Memory reserved", "Labels", "Engine")
_CONTAINER_HEAD = ("Container", "Image", "Node", "Status")


def render(manager: Manager, refusals: t.Sequence[Refusal], query: t.Mapping[str, str], now: float) -> str:
    """The whole page.

    :param refusals: the newest first
    :param query: ``q`` searches names, addresses, labels and images; ``node`` shows one node, by its address
    :param now: seconds since the epoch
    """
    words, key = query.get("q", "").strip(), query.get("node", "")
    every = manager.cluster.nodes
    nodes = [node for node in every if node.key == key] if key else every
    containers = [container for node in nodes for container in node.containers.values()]
    if words:
        containers = [container for container in containers if _is_meant(container, words.lower())]
        holders = {container.node.key for container in containers}
        nodes = [node for node in nodes if node.key in holders or _is_meant_node(node, words.lower())]
    parts = [
        _head(manager, every, now),
        _search(words, key),
        _nodes(nodes, 1 + manager.settings.scheduling.overcommit),
        _containers(containers, now),
        "" if key or words else _refusals(refusals),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Cluster</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body>\n{''.join(parts)}</body></html>\n"
    )


def _is_meant(container: Container, words: str) -> bool:
    return words in container.listed.image.lower() or any(words in name.lower() for name in container.names)


def _is_meant_node(node: Node, words: str) -> bool:
    labels = (f"{key}={value}" for key, value in node.labels.items())
    return any(words in text.lower() for text in (node.name, node.key, *labels))


def _head(manager: Manager, nodes: t.Sequence[Node], now: float) -> str:
    counts = [node.counts() for node in nodes]
    running, paused, stopped = (sum(each[position] for each in counts) for position in range(3))
    leadership = manager.leadership
    role = "primary" if leadership.is_primary else f"replica of {leadership.primary or 'nobody'}"
    facts = {
        "Healthy nodes": f"{sum(node.healthy for node in nodes)} of {len(nodes)}",
        "Running": str(running),
        "Paused": str(paused),
        "Stopped": str(stopped),
        "Strategy": manager.cluster.placing.scheduler.strategy_name,
        "This manager": f"{role}, {VERSION}",
        "As of": time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now)),
    }
    boxes = (f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in facts.items())
    return f'<h1><a href="?">Cluster</a></h1>\n<dl>{"".join(boxes)}</dl>\n'


def _search(words: str, key: str) -> str:
    back = ' <a href="?">everything</a>' if words or key else ""
    return (
        f'<form><input type="search" name="q" aria-label="Search" value="{_text(words)}" '
        f'placeholder="Container, image, node or label"><button>Search</button>{back}</form>\n'
    )


def _nodes(nodes: t.Sequence[Node], more: float) -> str:
    # What needs to be looked at comes first.
    rows = [_node_row(node, more) for node in sorted(nodes, key=lambda node: (node.healthy, node.place))]
    return _table(f"Nodes ({len(nodes)})", _NODE_HEAD, rows)


def _node_row(node: Node, more: float) -> str:
    running, paused, stopped = node.counts()
    link = f'<a href="?{_text(urlencode({"node": node.key}))}">{_text(node.name or "(unknown)")}</a>'
    reason = f'<br><span class="dim">{_text(node.reason)}</span>' if node.reason else ""
    others = "".join(f", {number} {word}" for number, word in ((paused, "paused"), (stopped, "stopped")) if number)
    held_memory, held_cpus = node.reserved()
    cpus = f"{round(held_cpus, 3):g} / {int(node.facts.cpus * more)}"
    memory = f"{size_of(held_memory)} / {size_of(int(node.facts.memory * more))}"
    labels = " ".join(f"{_text(key)}={_text(value)}" for key, value in sorted(node.labels.items()))
    return (
        f'<tr><td>{link}<br><span class="dim">{_text(node.key)}</span></td>'
        f'<td><span class="{_text(node.health)}">{_text(node.health)}</span>{reason}</td>'
        f'<td class="few">{running} running{others}</td><td class="few">{cpus}</td><td class="few">{memory}</td>'
        f'<td>{labels}</td><td class="few">{_text(node.facts.version)}</td></tr>\n'
    )


def _containers(containers: t.Sequence[Container], now: float) -> str:
    title = f"Containers ({len(containers)})"
    if len(containers) > MOST_CONTAINERS:
        return (
            f"<h2>{title}</h2>\n<p>More than {MOST_CONTAINERS}: search for some of them, or choose a node above.</p>\n"
        )
    shown = sorted(containers, key=lambda container: (container.name, container.id))
    return _table(title, _CONTAINER_HEAD, [_container_row(container, now) for container in shown])


def _container_row(container: Container, now: float) -> str:
    status = container.status.at(now)[0] if container.node.healthy else f"{container.node.health} node"
    return (
        f'<tr><td>{_text(container.name)}<br><span class="dim">{_text(container.id[:12])}</span></td>'
        f"<td>{_text(container.listed.image)}</td><td>{_text(container.node.name or container.node.key)}</td>"
        f"<td>{_text(status)}</td></tr>\n"
    )


def _refusals(refusals: t.Sequence[Refusal]) -> str:
    if not refusals:
        return '<h2>Refused</h2>\n<p class="dim">Nothing was refused since this manager was started.</p>\n'
    items = (
        f"<p>{_text(time.strftime('%Y-%m-%d %H:%M:%S UTC', time.gmtime(each.at)))}: "
        f"{_text(each.name or 'a container without a name')}, asked for by {_text(each.subject)}</p>\n"
        f"<pre>{_text(each.message)}</pre>\n"
        for each in refusals
    )
    return f"<h2>Refused (the last {len(refusals)})</h2>\n{''.join(items)}"


def _table(title: str, head: t.Sequence[str], rows: t.Sequence[str]) -> str:
    if not rows:
        return f'<h2>{_text(title)}</h2>\n<p class="dim">There are none.</p>\n'
    names = "".join(f'<th scope="col">{_text(name)}</th>' for name in head)
    return (
        f'<h2>{_text(title)}</h2>\n<div class="wide"><table><thead><tr>{names}</tr></thead>\n'
        f"<tbody>{''.join(rows)}</tbody></table></div>\n"
    )


def _text(value: str) -> str:
    return escape(visible(value, lines=True))
