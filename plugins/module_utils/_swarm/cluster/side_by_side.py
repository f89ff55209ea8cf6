# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""One piece of work on many nodes or containers at once, of which each has its own result or its own error."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..errors import InputError, SwarmError
from ..wire.limits import WORKERS

#: Failures that are told in one message.
_TOLD = 5

Subject = t.TypeVar("Subject")
Value = t.TypeVar("Value")


@dataclass(frozen=True)
class Outcome(t.Generic[Subject, Value]):
    """What came of one piece of work: a value, or an error.

    :ivar subject: the node, or whatever it was done to
    """

    subject: Subject
    value: t.Optional[Value] = None
    error: t.Optional[SwarmError] = None

    @property
    def done(self) -> bool:
        """Whether there is a value, None included."""
        return self.error is None


def on_each(
    subjects: t.Sequence[Subject], act: t.Callable[[Subject], Value], workers: int = WORKERS
) -> t.List[Outcome[Subject, Value]]:
    """Do ``act`` to each of ``subjects`` side by side; one that fails keeps none of the others from being done.

    :param workers: how many at once
    :returns: in the order of ``subjects``
    :raises InputError: what the user wrote cannot be right, which is so for all of them
    """

    def attempt(subject: Subject) -> Outcome[Subject, Value]:
        try:
            return Outcome(subject, act(subject))
        except InputError:
            raise
        except SwarmError as error:
            return Outcome(subject, error=error)

    if len(subjects) < 2:
        return [attempt(subject) for subject in subjects]
    with ThreadPoolExecutor(max_workers=min(workers, len(subjects))) as executor:
        return list(executor.map(attempt, subjects))


def tell_failures(outcomes: t.Sequence[Outcome[Subject, Value]], call: t.Callable[[Subject], str], what: str) -> str:
    """A sentence about those that failed, empty where none did.

    :param call: gives the name of a subject
    :param what: what the subjects are, such as ``nodes``
    """
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if not failed:
        return ""
    told = [f"{call(each.subject)}: {each.error}" for each in failed[:_TOLD]]
    more = f"; and {len(failed) - _TOLD} more" if len(failed) > _TOLD else ""
    return f"{len(failed)} of {len(outcomes)} {what} failed: {'; '.join(told)}{more}"
