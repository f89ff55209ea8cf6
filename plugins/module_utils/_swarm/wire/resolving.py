# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Addresses of host names, as work that waits (see ``waiting``).

``getaddrinfo`` has no time-out, and a silent name server holds it for half a minute. So a name is looked up in a thread
that may be left behind.
"""

from __future__ import annotations

import socket
import threading
import typing as t

from .drivers import A_MOMENT, Steps

#: As ``getaddrinfo`` gives it: family, kind, protocol, canonical name, address.
Target = t.Tuple[t.Any, t.Any, int, str, t.Any]

#: Names that are looked up at once.
_AT_ONCE = threading.BoundedSemaphore(64)


def resolve(host: str, port: int) -> Steps[t.List[Target]]:
    """The addresses of ``host``, which may be one itself.

    :raises socket.gaierror: nobody knows the name; also in the place of the deadline, as the name server is to blame
    """
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        pass  # a name
    answers: t.List[t.Union[t.List[Target], Exception]] = []

    def ask() -> None:
        try:
            answers.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.append(error)
        finally:
            _AT_ONCE.release()

    try:
        while not _AT_ONCE.acquire(blocking=False):
            yield A_MOMENT
        threading.Thread(target=ask, daemon=True).start()
        while not answers:
            yield A_MOMENT
    except socket.timeout as error:
        raise socket.gaierror(socket.EAI_NONAME, "not resolved in time") from error
    if isinstance(answers[0], list):
        return answers[0]
    raise socket.gaierror(socket.EAI_NONAME, "not resolved") from answers[0]
