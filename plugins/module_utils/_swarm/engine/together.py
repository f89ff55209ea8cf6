# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Many engines read side by side, in one thread."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor

from ..errors import EngineError
from ..wire.drivers import Result, Steps, run_together
from ..wire.limits import WORKERS
from ..wire.response import NoHTTPError
from .client import EngineClient
from .reader import Reading
from .replies import RawEngine


class Question(t.NamedTuple):
    """What one engine is asked, and the seconds that it gets for connecting, handshake and all answers together."""

    client: EngineClient
    reading: Reading
    seconds: float


class _Unexplained(t.NamedTuple):
    error: Exception


def read_engines(
    questions: t.Sequence[Question], make: t.Callable[[EngineClient, RawEngine], Result]
) -> t.List[t.Union[Result, EngineError]]:
    """What ``make`` makes of each engine's answers, or why there is none; in the order of the questions.

    :param make: may raise EngineError. It is called while others are still waited for
    """
    outcomes = run_together([(_attempt(question, make), question.seconds) for question in questions])
    unexplained = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, _Unexplained)]
    if not unexplained:
        return t.cast("t.List[t.Union[Result, EngineError]]", outcomes)

    def explain(number: int) -> EngineError:
        client, _reading, seconds = questions[number]
        return client.explain(t.cast(_Unexplained, outcomes[number]).error, seconds)

    # Which names a certificate is for may take a second connection to an engine, and two seconds.
    with ThreadPoolExecutor(max_workers=min(WORKERS, len(unexplained))) as executor:
        explained = dict(zip(unexplained, executor.map(explain, unexplained)))
    return [explained.get(number, t.cast(t.Any, outcome)) for number, outcome in enumerate(outcomes)]


def _attempt(
    question: Question, make: t.Callable[[EngineClient, RawEngine], Result]
) -> Steps[t.Union[Result, EngineError, _Unexplained]]:
    try:
        raw = yield from question.client.read(question.reading)
        return make(question.client, raw)
    except EngineError as error:
        return error
    except (OSError, NoHTTPError) as error:
        return _Unexplained(error)
