# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""A template and services -> the text of a configuration."""

from __future__ import annotations

import pkgutil
import typing as t

from .._swarm.errors import MissingLibraryError
from .certificates import certificate_for
from .errors import RouteError
from .template_options import Value
from .view import View

_MOST_BYTES = 64 << 20


class Template:
    """
    :param path: of the user's template; None for the shipped one
    :param kind: ``haproxy`` or ``nginx``
    """

    def __init__(self, path: t.Optional[str], kind: str) -> None:
        self._path = path
        self._kind = kind
        self._source: t.Optional[str] = None
        self._compiled: t.Any = None

    def source(self) -> str:
        """Its text as it is now.

        :raises RouteError: it cannot be read
        """
        if self._path is None:
            name = {"haproxy": "haproxy.cfg.j2", "nginx": "nginx.conf.j2"}[self._kind]
            content = pkgutil.get_data(__package__, f"templates/{name}")
            return "" if content is None else content.decode()
        try:
            with open(self._path, encoding="utf-8") as file:
                return file.read(_MOST_BYTES)
        except UnicodeDecodeError:
            raise RouteError("template", f"the template {self._path} is not text in UTF-8") from None
        except OSError as error:
            raise RouteError("template", f"the template {self._path} cannot be read: {error.strerror}") from None

    def render(self, view: View, options: t.Mapping[str, Value]) -> str:
        """The configuration.

        :raises RouteError: the template cannot be read or rendered
        :raises InputError: Jinja2 is not installed
        """
        source = self.source()
        jinja = _load_jinja()
        shown = self._path or "that is shipped"
        try:
            if source != self._source or self._compiled is None:
                # Kept by its text: compiling takes longer than rendering most.
                self._compiled, self._source = _environment(jinja).from_string(source), source
            return str(
                self._compiled.render(
                    services=view.services,
                    http=view.http,
                    sites=view.sites,
                    ports=view.ports,
                    certificates=view.certificates,
                    certificates_state=view.certificates_state,
                    options=options,
                )
            )
        except jinja.TemplateSyntaxError as error:
            raise RouteError("template", f"the template {shown} has a fault in line {error.lineno}: {error}") from None
        except Exception as error:
            # Whatever an expression in a template does: no more than its author may be wrong.
            raise RouteError(
                "template", f"the template {shown} does not render: {type(error).__name__}: {error}"
            ) from None


def _environment(jinja: t.Any) -> t.Any:
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        undefined=jinja.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["certificate_for"] = lambda certificates, host: certificate_for(host, certificates)
    return environment


def _load_jinja() -> t.Any:
    """:raises InputError: it is not there"""
    try:
        import jinja2
    except ImportError:
        raise MissingLibraryError("jinja2", "swarm route") from None
    return jinja2
