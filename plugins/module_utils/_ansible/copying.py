# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(swarm_container_copy_into) from its options to its result."""

from __future__ import annotations

import base64
import binascii
import io
import os
import posixpath
import stat
import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.archives import ContainerFiles
from ansible_collections.classic.swarm.plugins.module_utils._swarm.engine.copy_into import (
    Seen,
    WantedFile,
    look,
    refuse_folder,
    write,
)
from ansible_collections.classic.swarm.plugins.module_utils._swarm.errors import InputError

from .leaving import succeed
from .on_nodes import node_session
from .results import Result, translated_errors

Options = t.Mapping[str, t.Any]

#: Bytes of a content that a diff shows at most: what Ansible has as MAX_FILE_SIZE_FOR_DIFF unless it is configured.
_SHOWN = 104448
_HIGHEST_MODE = 0o7777

_KINDS = (
    ("isdir", "(directory)"),
    ("ischr", "(character device)"),
    ("isblk", "(block device)"),
    ("isfifo", "(fifo)"),
)


def copy_into(module: AnsibleModule) -> t.NoReturn:
    """Copy what the options say and end the module."""
    options = module.params
    with translated_errors(module):
        path, make = read_path(options["container_path"]), read_source(options)
    _show_content(module)
    with node_session(module) as session:
        node, container = session.find(options["container"])
        files = ContainerFiles(session.client(node), container.id, session.settings.engine.timeout)
        owner, group = options["owner_id"], options["group_id"]
        if owner is None:
            owner, group = files.own_user()
        wanted = make(owner, group)
        if options["follow"]:
            path = files.resolve(path)
        seen = look(files, path, wanted, _SHOWN if module._diff else 0)
        changed = options["force"] is True or (not seen.same and (options["force"] is None or seen.member is None))
        if changed:
            refuse_folder(path, seen.member, node.address)
            if not module.check_mode:
                write(files, path, wanted)
    diff = {"diff": _diff(path, wanted, seen, changed)} if module._diff else {}
    succeed(module, changed=changed, container_path=path, node=node.name, address=node.address, **diff)


def read_path(text: str) -> str:
    """The path in the container as an absolute one without detours.

    :raises InputError: it is no path of a file
    """
    path = posixpath.normpath(posixpath.join("/", text))
    # two slashes at the beginning are kept, as they mean something else in POSIX
    path = f"/{path.lstrip('/')}"
    if path == "/":
        raise InputError("container_path: this is the root folder; write the path of a file")
    return path


def read_source(options: Options) -> t.Callable[[int, int], WantedFile]:
    """What makes the wanted file of its owner and group.

    :raises InputError: an option cannot be right, or the file cannot be read
    """
    mode = read_mode(options["mode"], options["mode_parse"])
    if options["content"] is None and options["path"] is None:
        raise InputError("content: it is null, and so is path; write one of them")
    if options["content"] is None:
        return _of_file(options["path"], options["local_follow"], mode)
    if mode is None:
        raise InputError("mode: it is required with content, which has no mode of its own")
    content = _content(options)
    return lambda owner, group: WantedFile(len(content), mode, owner, group, lambda: io.BytesIO(content))


def read_mode(value: t.Any, parse: str) -> t.Optional[int]:
    """A mode as community.docker's module reads it.

    :param parse: the option ``mode_parse``
    :raises InputError: it is no mode
    """
    if value is None:
        return None
    number = None
    if isinstance(value, str):
        digits = value.strip()
        base = 10 if parse == "legacy" else 8
        if digits.isascii() and digits.isdigit() and not set(digits) - set("01234567" if base == 8 else "0123456789"):
            number = int(digits, base)
    elif isinstance(value, int) and not isinstance(value, bool) and parse != "octal_string_only":
        number = value
    if number is None or not 0 <= number <= _HIGHEST_MODE:
        wanted = "a number" if parse == "legacy" else "a string of octal digits"
        raise InputError(
            f"mode: {value!r} is not a file mode; with mode_parse={parse} write {wanted}, such as {_example(parse)}"
        )
    return number


def _example(parse: str) -> str:
    return "0o644" if parse == "legacy" else '"0644"'


def _content(options: Options) -> bytes:
    if not options["content_is_b64"]:
        return t.cast(str, options["content"]).encode()
    try:
        return base64.b64decode("".join(options["content"].split()), validate=True)
    except (binascii.Error, ValueError):
        raise InputError("content: it is not Base64, which content_is_b64 says that it is") from None


def _of_file(path: str, follow: bool, mode: t.Optional[int]) -> t.Callable[[int, int], WantedFile]:
    try:
        status = os.stat(path) if follow else os.lstat(path)
        target = os.readlink(path) if stat.S_ISLNK(status.st_mode) else None
        if target is None and not stat.S_ISREG(status.st_mode):
            raise InputError(f"path: {path} is not a file; only files and links are copied")
        if target is None:
            with open(path, "rb"):
                pass
    except OSError as error:
        raise InputError(f"path: {path} cannot be read where this task runs: {error.strerror}") from None
    chosen = stat.S_IMODE(status.st_mode) if mode is None else mode
    size = 0 if target is not None else status.st_size
    return lambda owner, group: WantedFile(
        size, chosen, owner, group, lambda: open(path, "rb"), target, f"path: {path}"
    )


def _show_content(module: AnsibleModule) -> None:
    """Let a diff show the content, as that of M(ansible.builtin.copy) does, and nothing else of the result."""
    content = module.params["content"]
    if content is not None:
        module.no_log_values.discard(content)
        module.params = {**module.params, "content": "(not shown)"}


def _diff(path: str, wanted: WantedFile, seen: Seen, changed: bool) -> Result:
    before = _before(path, seen)
    if not changed:
        return {
            **before,
            **{
                f"after{key[6:]}" if key.startswith("before") else f"src{key[3:]}": value
                for key, value in before.items()
            },
        }
    after: Result = {"after_header": wanted.told if wanted.told != "content" else "dynamically generated"}
    if wanted.target is not None:
        return {**before, **after, "after": wanted.target}
    if wanted.size > _SHOWN:
        return {**before, "src_larger": _SHOWN}
    with wanted.read() as source:
        content = source.read()
    if b"\0" in content:
        return {**before, "src_binary": 1}
    return {**before, **after, "after": content.decode("utf-8", "replace")}


def _before(path: str, seen: Seen) -> Result:
    member = seen.member
    if member is None:
        return {"before_header": path, "before": ""}
    if member.issym():
        return {"before_header": path, "before": member.linkname}
    for test, words in _KINDS:
        if getattr(member, test)():
            return {"before_header": path, "before": words}
    if seen.content is None:
        return {"dst_larger": _SHOWN}
    if b"\0" in seen.content:
        return {"dst_binary": 1}
    return {"before_header": path, "before": seen.content.decode("utf-8", "replace")}
