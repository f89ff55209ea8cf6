# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""wrong_certificates.py PKI FOLDER: sets that no engine of the authority in PKI may accept from an operator."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.lab.certificates import Authority


def main() -> None:
    """Write FOLDER/{foreign,expired,server}/{ca,cert,key}.pem; foreign trusts the right authority all the same."""
    pki, folder = Path(sys.argv[1]), Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    right = Authority(pki)
    right.issue(folder / "expired", "expired", days=-1)
    right.issue(folder / "server", "server", usage=("serverAuth",))
    foreign = Authority(folder / "authority", name="another CA").issue(folder / "foreign", "foreign")
    shutil.copyfile(pki / "ca.pem", foreign.ca)


main()
