# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as others publish it: its documentation is linted and built as a site, Galaxy's importer takes it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from .session import Failure, Session, Steps, command
from .workspace import CACHE, copy_of_collection, environment

_FOLDER = CACHE / "docs"
_ENVIRONMENT = CACHE / "venvs/docs"
_REQUIREMENTS = "requirements-docs.txt"
_CONFIGURATION = Path(__file__).with_name("site")
_CRYPTO = "ansible_collections/community/crypto"
_PAGES = (
    "swarm_container_module", "swarm_inventory", "docker_engine_role", "docsite/bare_hosts_to_cluster", "index",
)  # fmt: skip


def sessions() -> list[Session]:
    """Give one session a tool; the first one makes what all of them need."""
    return [
        Steps("tools", _make_tools),
        Steps("antsibull-docs lint", _lint),
        Steps("the site", _build_site),
        Steps("galaxy-importer", _import),
    ]


def _make_tools() -> None:
    command("tests/tools/venv.sh", str(_ENVIRONMENT), _REQUIREMENTS, sys.executable)
    shutil.rmtree(_FOLDER, ignore_errors=True)
    copy_of_collection(_FOLDER)
    # What galaxy.yml depends on, from the package `ansible`.
    crypto = _FOLDER / "ansible_collections/community/crypto"
    crypto.parent.mkdir()
    crypto.symlink_to(next(Path(path, _CRYPTO) for path in sys.path if Path(path, _CRYPTO).is_dir()))


_COLLECTION = _FOLDER / "ansible_collections/classic/swarm"


def _tool(name: str, *arguments: str, cwd: Path = _COLLECTION, **variables: str) -> str:
    values = environment(collections=_FOLDER)
    values["PATH"] = f"{_ENVIRONMENT / 'bin'}:{values['PATH']}"
    return command(str(_ENVIRONMENT / "bin" / name), *arguments, cwd=cwd, env={**values, **variables})


def _lint() -> None:
    # The pages that are made of it are looked at by Sphinx, below.
    _tool("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", "--check-extra-docs-refs", ".")


def _build_site() -> None:
    pages, site = _FOLDER / "pages", _FOLDER / "site"
    pages.mkdir(mode=0o700)
    _tool(
        "antsibull-docs", "--config-file", str(_CONFIGURATION / "antsibull-docs.cfg"), "collection", "--use-current",
        "--squash-hierarchy", "--dest-dir", str(pages), "classic.swarm",
    )  # fmt: skip
    # Pictures of guides are not among what it copies.
    shutil.copytree(_COLLECTION / "docs/docsite/rst/images", pages / "docsite/images")
    _tool("sphinx-build", "-q", "-W", "--keep-going", "-c", str(_CONFIGURATION), str(pages), str(site))
    missing = [page for page in _PAGES if not (site / f"{page}.html").exists()]
    if missing:
        raise Failure(f"the site lacks {', '.join(missing)}")
    print(site / "index.html")


def _import() -> None:
    folder = _FOLDER / "import"
    folder.mkdir()
    _tool("ansible-galaxy", "collection", "build", ".", "--output-path", str(folder))
    built = next(folder.glob("classic-swarm-*.tar.gz"))
    # Linting is a session of its own, with all collections there.
    said = _tool(
        "python", "-m", "galaxy_importer.main", str(built), cwd=folder, GALAXY_IMPORTER_RUN_ANSIBLE_LINT="false"
    )
    complaints = [line for line in said.splitlines() if line.startswith(("WARNING", "ERROR"))]
    if complaints or "Importer processing completed successfully" not in said:
        raise Failure("\n".join(complaints) or said)
