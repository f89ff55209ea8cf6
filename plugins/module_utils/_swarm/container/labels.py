# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""Labels of a container: the user's, the image's, and the product's own, which nobody else sees."""

from __future__ import annotations

import typing as t

from ..errors import InputError
from ..model.labels import OWN_PREFIX
from .parse import parse_string_map
from .rule import Source, View


def read_labels(source: Source) -> t.Optional[t.Dict[str, str]]:
    """``labels`` with every value as text."""
    labels = source.options.get("labels")
    if labels is None:
        return None
    for key in labels:
        if not isinstance(key, str):
            raise InputError(f"labels: the key {key!r} is not a string; put it in quotes")
        if key.startswith(OWN_PREFIX):
            raise InputError(f"labels: '{key}' starts with {OWN_PREFIX}, which is kept for the collection itself")
    return parse_string_map(labels, "labels")


def wanted_labels(labels: t.Mapping[str, str], view: View) -> t.Dict[str, str]:
    """The user's labels, over the image's unless ``image_label_mismatch`` is ``fail``."""
    inherited = (view.image_config.get("Labels") or {}) if view.image_labels_wanted else {}
    return {**inherited, **labels}


def seen_labels(view: View) -> t.Dict[str, str]:
    """The container's labels without the product's own."""
    labels = (view.inspect.get("Config") or {}).get("Labels") or {}
    return {key: value for key, value in labels.items() if not key.startswith(OWN_PREFIX)}
