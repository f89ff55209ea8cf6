# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""TLS to engines: one context for all connections, and what went wrong in words."""

from __future__ import annotations

import contextlib
import copy
import socket
import ssl
import typing as t
from dataclasses import replace

from ..errors import EngineTLSError, InputError
from ..model.address import split_address
from ..settings import TLSSettings
from .own_certificate import find_problem

#: Seconds for a second handshake that reads the names in a certificate: the failed one does not give it out.
_SECOND_LOOK = 2.0

#: OpenSSL's X509_V_ERR_* numbers.
_NOT_YET_VALID = 9
_EXPIRED = 10
_UNKNOWN_ISSUER = (18, 19, 20, 21)
_WRONG_NAME = (62, 64)

#: Bytes of an answer that hold its status.
_FIRST_WORDS = 16

#: OpenSSL's words, over its versions, for an answer that is no TLS at all.
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST", "UNKNOWN_PROTOCOL")


class EngineTLS:
    """The TLS side of connections to engines, made once and shared by all threads.

    Certificates are checked as the docker CLI checks them: the name must be among the alternative names (the common
    name does not count), and an authority without the extensions that Python 3.13 asks for is good enough.

    :raises InputError: a file is missing, not readable or not what it should be; raised here, before anything is asked
    """

    def __init__(self, settings: TLSSettings) -> None:
        self.settings = settings
        self.context = _make_context(settings)

    def named(self, name: t.Optional[str]) -> EngineTLS:
        """The same for an engine whose certificate must be for ``name``; None for what the settings say."""
        if name is None:
            return self
        named = copy.copy(self)
        named.settings = replace(self.settings, hostname=name)
        return named

    def server_name(self, host: str) -> str:
        """The name that the certificate of ``host`` must be for."""
        return self.settings.hostname or host

    def explain(self, error: ssl.SSLError, address: str) -> EngineTLSError:
        """``error`` as a sentence. A wrong name is told with the right ones, which a second connection looks for."""
        if isinstance(error, ssl.SSLCertVerificationError):
            return EngineTLSError(address, self._explain_certificate(error, address))
        reason = (getattr(error, "reason", None) or "").upper().replace(" ", "_")
        if "ALERT_" in reason:
            return EngineTLSError(address, self._explain_alert(reason.rpartition("ALERT_")[2], address))
        if any(word in reason for word in _NO_TLS) or (isinstance(error, ssl.SSLEOFError) and _is_plain(address)):
            return EngineTLSError(
                address, f"{address} does not speak TLS on that port; leave tls out, or give the port of its TLS socket"
            )
        if "UNSUPPORTED_PROTOCOL" in reason:
            return EngineTLSError(address, f"{address} speaks no TLS of version 1.2 or newer")
        if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            return EngineTLSError(address, f"{address} closed the connection in the TLS handshake{self._hint()}")
        return EngineTLSError(address, f"TLS with {address} failed: {reason.replace('_', ' ').lower() or error}")

    @contextlib.contextmanager
    def _second_look(self, address: str, context: ssl.SSLContext) -> t.Iterator[ssl.SSLSocket]:
        host, port = split_address(address)
        with (
            socket.create_connection((host, port), timeout=_SECOND_LOOK) as plain,
            context.wrap_socket(plain, server_hostname=self.server_name(host)) as secured,
        ):
            yield secured

    def _hint(self) -> str:
        if self.settings.client_cert:
            return f"; it may not accept the client certificate {self.settings.client_cert}"
        return "; it may want a client certificate (client_cert and client_key)"

    def _explain_certificate(self, error: ssl.SSLCertVerificationError, address: str) -> str:
        code = error.verify_code
        if code in _WRONG_NAME:
            wanted = self.server_name(split_address(address)[0])
            return f"the certificate of {address} is not for {wanted}; {self._names(address)}"
        if code == _EXPIRED:
            return f"the certificate of {address} has expired, unless the clock of this machine is wrong"
        if code == _NOT_YET_VALID:
            return f"the certificate of {address} is not valid yet, unless the clock of this machine is wrong"
        if code in _UNKNOWN_ISSUER:
            trusted = f"in ca_path ({self.settings.ca_path})" if self.settings.ca_path else "that this machine trusts"
            return f"the certificate of {address} is not signed by an authority {trusted}"
        return f"the certificate of {address} is not accepted: {error.verify_message}"

    def _explain_alert(self, alert: str, address: str) -> str:
        if alert == "PROTOCOL_VERSION":
            return f"{address} speaks no TLS of version 1.2 or newer"
        if "CERTIFICATE" not in alert and alert != "UNKNOWN_CA":
            return f"{address} ended the TLS handshake: {alert.replace('_', ' ').lower()}{self._hint()}"
        if not self.settings.client_cert:
            return f"the engine at {address} wants a client certificate; set client_cert and client_key"
        refused = f"{address} does not accept the client certificate {self.settings.client_cert}"
        problem = find_problem(self.settings.client_cert, self.settings.client_key or "")
        if problem is not None:
            return f"{refused}: {problem}"
        if alert == "CERTIFICATE_EXPIRED":
            return f"{refused}: it has expired"
        return f"{refused} ({alert.replace('_', ' ').lower()}); it must be signed by an authority that the engine knows"

    def _names(self, address: str) -> str:
        try:
            with self._second_look(address, _make_context(self.settings, check_name=False)) as secured:
                certificate = secured.getpeercert() or {}
        except OSError:
            return "which names it is for could not be read"
        names = [str(value) for _kind, value in t.cast(t.Any, certificate.get("subjectAltName", ()))]
        if not names:
            return "it names no host at all"
        return f"it is for {', '.join(names)}; connect to one of these, or set tls_hostname to one"


def _is_plain(address: str) -> bool:
    """Whether what listens there answers plain HTTP, as an engine without TLS does."""
    try:
        with socket.create_connection(split_address(address), timeout=_SECOND_LOOK) as plain:
            plain.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
            answer = plain.recv(_FIRST_WORDS)
    except OSError:
        return False
    # Servers of TLS answer plain HTTP with a 400.
    return answer.startswith(b"HTTP/1.") and b" 400" not in answer


def _make_context(settings: TLSSettings, check_name: bool = True) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.check_hostname = check_name
        if settings.ca_path is None:
            context.load_default_certs()
        else:
            _load_authorities(context, settings.ca_path)
    if settings.client_cert is not None and settings.client_key is not None:
        _load_client_certificate(context, settings.client_cert, settings.client_key)
    return context


def _load_authorities(context: ssl.SSLContext, path: str) -> None:
    text = _read_pem("ca_path", path, "-----BEGIN", "a PEM file with the certificates of authorities")
    try:
        context.load_verify_locations(cadata=text)
    except (ssl.SSLError, ValueError) as error:
        raise InputError(f"ca_path: {path} holds no certificate that can be read: {_words(error)}") from error


def _load_client_certificate(context: ssl.SSLContext, certificate: str, key: str) -> None:
    _read_pem("client_cert", certificate, "-----BEGIN CERTIFICATE-----", "a PEM file with a certificate")
    _read_pem("client_key", key, "PRIVATE KEY-----", "a PEM file with a private key")

    def refuse() -> str:
        # Without this OpenSSL would ask for the passphrase at the terminal, and wait.
        raise InputError(f"client_key: {key} is protected by a passphrase; give a key without one")

    try:
        context.load_cert_chain(certificate, key, password=refuse)
    except ssl.SSLError as error:
        if "MISMATCH" in (error.reason or ""):
            raise InputError(
                f"client_key: {key} does not belong to the certificate in client_cert ({certificate})"
            ) from error
        raise InputError(f"client_cert {certificate} with client_key {key} cannot be used: {_words(error)}") from error


def _read_pem(option: str, path: str, marker: str, what: str) -> str:
    try:
        with open(path, "rb") as file:
            text = file.read().decode("ascii", "replace")
    except FileNotFoundError:
        raise InputError(f"{option}: {path} does not exist; give the path of {what}") from None
    except OSError as error:
        raise InputError(f"{option}: {path} cannot be read ({error.strerror}); give the path of {what}") from error
    if marker not in text:
        raise InputError(f"{option}: {path} is not {what}")
    return text


def _words(error: Exception) -> str:
    reason = error.reason if isinstance(error, ssl.SSLError) else None
    return reason.replace("_", " ").lower() if reason else str(error)
