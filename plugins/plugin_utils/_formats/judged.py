# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rules of definitions say of an imported one. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from .._cluster.definition import Reading, read
from .._rules.finding import Finding, of_value
from .._rules.run import findings
from .._schema.words import DIRECTORS_GROUP
from .imported import Imported, Values

_STAND_IN = "secret"  # for the password, which the definition has as a variable


def as_defined(imported: Imported) -> Reading:
    """The definition as it has been imported, read as a roll-out reads it."""
    groups = {DIRECTORS_GROUP: [*imported.directors], "all": [*imported.directors, *imported.real_servers]}
    hosts = {**imported.real_servers, **_with_addresses(imported.directors)}
    return read(_without_password(imported), imported.services, groups, hosts)


def judged(imported: Imported) -> list[Finding]:
    """All that is wrong or doubtful with the definition as it has been imported."""
    return found_in(as_defined(imported))


def found_in(reading: Reading) -> list[Finding]:
    """All that is wrong or doubtful with a definition that has been read."""
    refused = [of_value(problem.path, problem.text, problem.missing) for problem in reading.problems]
    return [*refused, *findings(reading.cluster)]


def _without_password(imported: Imported) -> Values:
    if not imported.secrets:
        return imported.cluster
    return {**imported.cluster, "vrrp": {**imported.cluster["vrrp"], "password": _STAND_IN}}


def _with_addresses(directors: Mapping[str, Values]) -> dict[str, Values]:
    """The directors, with addresses for each of which no file says one: what is missing is noted already."""
    return {
        host: variables
        if "ansible_host" in variables
        else {"ansible_host": f"198.51.100.{number}", "lvs_ipv6_address": f"2001:db8::{number}", **variables}
        for number, (host, variables) in enumerate(directors.items(), 1)
    }
