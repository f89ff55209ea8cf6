# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Everything that can go wrong, as one tree.

Whoever knows what is wrong raises; whoever leaves the product (module, inventory, daemon) translates once.

    SwarmError
      InputError              what the user wrote cannot be right; nothing was asked or changed
        ExpressionError         a constraint or an affinity; knows the position of the fault
        MissingLibraryError     a Python library that this request needs is not installed
      DiscoveryError          the discovery backend did not give the entries
        DiscoveryRefusedError   it answered, and said no (403, no leader, a bad answer)
      EngineError             one engine; knows its address
        EngineUnreachableError  no connection, or none in time
        EngineTLSError          the TLS handshake or a certificate
        EngineVersionError      its API versions and ours do not overlap
        EngineResponseError     it answered with an error status
          EngineNotFoundError     404
          EngineConflictError     409
      InspectionError         an engine describes a container in a form that cannot be read
      ClusterError            the cluster as a whole
        AmbiguousNameError      a name (container or dependency) found on more than one node
        DependencyError         a container that the request depends on is nowhere
      PlacementError          no node takes the request; holds the whole matrix (in scheduler/placement.py)
      OperationError          a step of a plan failed; says what had been done by then
"""

from __future__ import annotations

import typing as t


class SwarmError(Exception):
    """Base of all errors of this product. ``str(error)`` is one sentence for an operator."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InputError(SwarmError):
    """What the user wrote cannot be right. Raised before any engine is asked or changed."""


class ExpressionError(InputError):
    """A constraint or affinity that does not parse.

    :ivar text: the expression as written
    :ivar position: index of the offending character in ``text``, from 0
    :ivar option: the user's name for where the text stands, empty where it is not known
    """

    def __init__(self, text: str, position: int, problem: str, option: str = "") -> None:
        where = f"{option}: " if option else ""
        pointer = " " * position + "^"
        super().__init__(f"{where}bad expression at character {position + 1}: {problem}\n  {text}\n  {pointer}")
        self.text = text
        self.position = position
        self.problem = problem
        self.option = option


class MissingLibraryError(InputError):
    """A Python library is missing; the message says what needs it and how it is installed."""

    def __init__(self, library: str, needed_for: str) -> None:
        super().__init__(
            f"{needed_for} needs the Python library {library}, which is not installed for the Python that runs this; "
            f"install it there with: pip install {library}"
        )
        self.library = library


class DiscoveryError(SwarmError):
    """The discovery backend did not give the entries."""


class DiscoveryRefusedError(DiscoveryError):
    """The discovery backend answered, and its answer cannot be used: forbidden, no leader, not what was expected."""


class EngineError(SwarmError):
    """One engine. :ivar address: its ``host:port``."""

    def __init__(self, address: str, message: str) -> None:
        super().__init__(message)
        self.address = address


class EngineUnreachableError(EngineError):
    """The engine was not reached, or did not answer in time.

    :ivar arrived: whether what it was asked may have reached it, and may be done by now
    """

    def __init__(self, address: str, message: str, arrived: bool = True) -> None:
        super().__init__(address, message)
        self.arrived = arrived


class EngineTLSError(EngineError):
    """The TLS handshake failed, or a certificate is not accepted by one of the two sides."""


class EngineVersionError(EngineError):
    """The engine's range of API versions and ours do not overlap."""


class EngineResponseError(EngineError):
    """The engine answered with an error. :ivar status: the HTTP status."""

    def __init__(self, address: str, status: int, message: str) -> None:
        super().__init__(address, message)
        self.status = status


class EngineNotFoundError(EngineResponseError):
    """404: no such container, image or network on that engine."""


class EngineConflictError(EngineResponseError):
    """409: the name is taken, or the container's state forbids what was asked."""


class InspectionError(SwarmError):
    """What an engine says of a container has not the form of an inspect reply; that container alone is unknown."""


class ClusterError(SwarmError):
    """The cluster as a whole cannot answer the request."""


class AmbiguousNameError(ClusterError):
    """A name that must be unique in the cluster was found on more than one node; the message lists them."""


class DependencyError(ClusterError):
    """A container that the request depends on is on no node."""


class OperationError(SwarmError):
    """A step of a plan failed.

    :ivar actions: what had been done by then, in order, as in the result of a success
    """

    def __init__(self, message: str, actions: t.Sequence[t.Mapping[str, t.Any]] = ()) -> None:
        super().__init__(message)
        self.actions = tuple(actions)
