# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What changes in a cluster: which nodes did since a moment, and every step since a moment that somebody kept.

Neither grows with time. Of the changes of one node only the last is known. The steps are a chain from each moment to
the next, and nothing but the moments that somebody holds keeps the chain behind them: where nobody asks what was,
nothing is kept.
"""

from __future__ import annotations

import typing as t

from ...model.container import Container
from ...model.node import Node


class ContainerStep(t.NamedTuple):
    """A container came to the node at ``address``, or went.

    :ivar place: where it stands among the others there, so that it stands there again when this is undone
    """

    address: str
    container: Container
    came: bool
    place: int

    def reversed(self) -> ContainerStep:
        """What undoes it."""
        return self._replace(came=not self.came)


class NodeStep(t.NamedTuple):
    """What is known of a node changed. ``before`` is None for one that joined, ``after`` for one that left.

    :ivar containers: what stood on it when it joined or left; what stands there else has steps of its own
    """

    before: t.Optional[Node]
    after: t.Optional[Node]
    containers: t.Tuple[Container, ...] = ()

    def reversed(self) -> NodeStep:
        """What undoes it."""
        return NodeStep(self.after, self.before, self.containers)


Step = t.Union[ContainerStep, NodeStep]


class Moment:
    """The state between two steps. :ivar number: how many steps there had been"""

    __slots__ = ("_next", "_step", "number")

    def __init__(self, number: int) -> None:
        self.number = number
        self._step: t.Optional[Step] = None
        self._next: t.Optional[Moment] = None

    def follow(self, step: Step) -> Moment:
        """The moment after ``step``, which is taken at this one."""
        self._step = step
        self._next = Moment(self.number + 1)
        return self._next

    def until(self, later: Moment) -> t.Iterator[Step]:
        """The steps from this moment to ``later``, in order."""
        moment = self
        while moment.number < later.number and moment._step is not None and moment._next is not None:
            yield moment._step
            moment = moment._next


class Journal:
    """The changes of one cluster. :ivar now: the moment after the last step"""

    __slots__ = ("_changed", "_last", "now")

    def __init__(self) -> None:
        self.now = Moment(0)
        # The node that changed last stands last.
        self._changed: t.Dict[int, int] = {}
        self._last: t.List[int] = []

    def record(self, step: Step, position: int) -> None:
        """A step was taken on the node at ``position``."""
        self.now = self.now.follow(step)
        self._changed.pop(position, None)
        self._changed[position] = self.now.number
        self._last = [position]

    def record_new_positions(self, step: Step) -> None:
        """A step was taken after which every node may stand at another position; no position is known as changed."""
        self.now = self.now.follow(step)
        self._changed.clear()
        self._last = []

    def changed_since(self, number: int) -> t.Sequence[int]:
        """The positions of the nodes that changed since moment ``number``, the last one first."""
        since = self.now.number - number
        if since <= 1:
            return self._last if since else []
        found = []
        for position, changed in reversed(self._changed.items()):
            if changed <= number:
                break
            found.append(position)
        return found
