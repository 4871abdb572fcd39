# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The colours of a report, light and dark, and how a picture uses them. Each text has a contrast of 4.5 or more."""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "ground": "#f6f7f9",
    "surface": "#ffffff",
    "text": "#1c2530",
    "muted": "#566170",
    "line": "#d4dae2",
    "good": "#16723f",
    "doubtful": "#8a5500",
    "bad": "#b3261e",
    "plain": "#566170",
    "requests": "#1f5fbf",
    "answers": "#7a3bb8",
}
DARK: Mapping[str, str] = {
    "ground": "#11161d",
    "surface": "#1a212b",
    "text": "#e7ecf3",
    "muted": "#a3afbe",
    "line": "#36414f",
    "good": "#57c78e",
    "doubtful": "#e3ad4c",
    "bad": "#ff8a80",
    "plain": "#a3afbe",
    "requests": "#7db3ff",
    "answers": "#c9a6ff",
}


def _variables(colours: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())


COLOURS = f"""
:root {{ color-scheme: light dark; {_variables(LIGHT)} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}
"""
# Of the picture, wherever it stands.
PICTURE = """
.picture { font: 13px/1.3 system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
.picture text { fill: var(--text); }
.picture .ground { fill: var(--ground); }
.picture .name { font-weight: 600; }
.picture .small { font-size: 12px; fill: var(--muted); }
.picture .frame { fill: none; stroke: var(--line); stroke-dasharray: 3 4; }
.picture .card { fill: var(--surface); stroke: var(--line); }
.picture .good .card { stroke: var(--good); }
.picture .doubtful .card { stroke: var(--doubtful); stroke-width: 1.5; }
.picture .bad .card { stroke: var(--bad); stroke-width: 2; }
.picture .good .state { fill: var(--good); }
.picture .doubtful .state { fill: var(--doubtful); }
.picture .bad .state { fill: var(--bad); font-weight: 600; }
.picture .plain .state { fill: var(--muted); }
.picture .good .shape { fill: var(--good); }
.picture .doubtful .shape { fill: var(--doubtful); }
.picture .bad .shape { fill: var(--bad); }
.picture .plain .shape { fill: none; stroke: var(--muted); stroke-width: 1.5; }
.picture .sign { fill: none; stroke: var(--surface); stroke-width: 1.5; }
.picture .way { fill: none; stroke-width: 1.5; }
.picture .way.requests { stroke: var(--requests); }
.picture .way.answers { stroke: var(--answers); stroke-dasharray: 7 4; }
.picture .way.answers.nat { stroke-dasharray: 2 4; }
.picture .way.answers.tun { stroke-dasharray: 10 3 2 3; }
.picture .way.idle { stroke: var(--muted); stroke-dasharray: 1 5; stroke-linecap: round; }
.picture .way.peers { stroke: var(--muted); stroke-dasharray: 4 3; }
.picture .arrow.requests path { fill: var(--requests); }
.picture .arrow.answers path { fill: var(--answers); }
"""
STYLE = COLOURS + PICTURE
