# Copyright (c) 2026, the classic.swarm authors
# BSD-2-Clause licence (see LICENSES/BSD-2-Clause.txt)
# SPDX-License-Identifier: BSD-2-Clause

"""How the page of the cluster looks, light or dark as the reader has it."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --text: #1c2430; --dim: #5c6675; --back: #fff; --raised: #f3f5f8; --line: #d7dce3;
  --link: #0b57b0; --good: #1a6e38; --bad: #a8201a; --wait: #7d5200; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e3e8ee; --dim: #9aa5b3; --back: #14181d; --raised: #1e242b; --line: #323a44;
    --link: #7db7ff; --good: #6fcf8e; --bad: #ff8e86; --wait: #e6b455; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem 1.5rem 3rem; max-width: 100rem; background: var(--back); color: var(--text);
  font: 0.9375rem/1.45 system-ui, sans-serif; }
a { color: var(--link); }
h1 { font-size: 1.375rem; margin: 0.5rem 0; } h1 a { color: inherit; text-decoration: none; }
h2 { font-size: 1.0625rem; margin: 2rem 0 0.5rem; }
.dim { color: var(--dim); } .healthy { color: var(--good); } .pending { color: var(--wait); }
.unhealthy, .disconnected { color: var(--bad); font-weight: 600; }
dl { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 1rem 0; }
dl div { background: var(--raised); border: 1px solid var(--line); border-radius: 0.375rem; padding: 0.375rem 0.75rem; }
dt { color: var(--dim); font-size: 0.8125rem; } dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
form { display: flex; gap: 0.5rem; margin: 1rem 0; }
input { flex: 0 1 26rem; min-width: 0; } input, button { font: inherit; color: inherit; background: var(--back);
  border: 1px solid var(--line); border-radius: 0.375rem; padding: 0.375rem 0.625rem; }
button { background: var(--raised); cursor: pointer; }
@media (max-width: 60rem) { .wide { overflow-x: auto; } }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3125rem 0.75rem 0.3125rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
td:first-child { min-width: 12rem; } td:nth-child(2) { min-width: 9rem; }
th { position: sticky; top: 0; background: var(--back); color: var(--dim); font-weight: 500; white-space: nowrap; }
td.few { white-space: nowrap; overflow-wrap: normal; font-variant-numeric: tabular-nums; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 0.375rem; padding: 0.625rem 0.75rem;
  margin: 0.25rem 0 1rem; overflow-x: auto; font-size: 0.8125rem; }
"""
