# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""What the endpoint answers instead of what was asked, as one tree. Each error knows its HTTP status.

ManagerError (500)
  BadRequestError (400)
  ForbiddenError (403)        the caller's role or a policy forbids it
  NotFoundError (404)
  NotAcceptableError (406)    what an engine outside swarm mode refuses
  ConflictError (409)
  TooLargeError (413)
  TooManyError (429)          a limit of this client is reached
  UnhealthyError (500)        the node of what was asked for does not answer
  NotImplementedHereError (501)
  UnavailableError (503)      for now: no primary, no node; may be tried again
"""

from __future__ import annotations

from .._swarm.errors import SwarmError


class ManagerError(SwarmError):
    """Base of these errors. :cvar status: the HTTP status; the message is the answer's ``message``."""

    status = 500


class BadRequestError(ManagerError):
    """What was asked cannot be right."""

    status = 400


class ForbiddenError(ManagerError):
    """The caller may not do that."""

    status = 403


class NotFoundError(ManagerError):
    """No such container, image, network, volume, exec, or page."""

    status = 404


class NotAcceptableError(ManagerError):
    """What belongs to the engines' own swarm mode, which is not in use."""

    status = 406


class ConflictError(ManagerError):
    """A name is taken."""

    status = 409


class TooLargeError(ManagerError):
    """A body is larger than is read into memory."""

    status = 413


class TooManyError(ManagerError):
    """The client has as many streams or requests under way as it may have."""

    status = 429


class UnhealthyError(ManagerError):
    """The node that holds it does not answer."""


class NotImplementedHereError(ManagerError):
    """What makes no sense for many engines."""

    status = 501


class UnavailableError(ManagerError):
    """Not now."""

    status = 503
