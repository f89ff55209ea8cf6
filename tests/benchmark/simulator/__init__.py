# Copyright (c) 2026, the classic.swarm authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cluster of simulated engines in one process: many more than this machine could run for real.

Each engine listens on its own loopback address and speaks as much of the Engine API as the collection asks for. What
is created is there afterwards, what is started holds its ports. No process runs in any container.
"""
