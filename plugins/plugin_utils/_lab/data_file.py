# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab as its data file describes it.

The data file is TOML:

    release = "trixie"                              # the hosts' Debian, see RELEASES; bookworm, or LAB_RELEASE's
    segments = ["lan", "servers"]                   # Ethernet segments, each a switch of its own

    [hosts.lvs1]
    groups = ["lvs_directors"]                      # the host's groups in the inventory
    addresses.lan = ["192.0.2.2/24"]                # eth1; a segment may have no address: []
    addresses.servers = ["198.51.100.2/24"]         # eth2, and so on in the order of the file, at most three
    gateways = ["192.0.2.254"]                      # default routes, at most one for IPv4 and one for IPv6
    release = "bookworm"                            # this host's own
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .description import Description, Host, errors_of
from .lab import Lab
from .releases import RELEASES
from .report import LabError


def load(labs: Path, source: Path, name: str) -> Lab:
    """The lab called `name` that the file `source` describes; `labs` is the directory in which labs are."""
    try:
        text = in_environment(source.read_text())
    except OSError as error:
        raise LabError(f"cannot read the lab's description: {error}") from error
    return Lab(labs, name, source, text, parse(text, str(source)))


def default_release() -> str:
    """The release of hosts for which their lab's description names none."""
    return os.environ.get("LAB_EVERY_RELEASE") or os.environ.get("LAB_RELEASE") or RELEASES[0]


def in_environment(text: str) -> str:
    """A lab's description with the releases that the environment names."""
    every = os.environ.get("LAB_EVERY_RELEASE")
    return with_every_release(text, every) if every else with_release(text, default_release())


def with_release(text: str, release: str) -> str:
    """The data file's `text` with a release for all hosts, unless it names one itself."""
    try:
        named = "release" in tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return text  # as which `parse` refuses it
    return text if named else f'release = "{release}"\n{text}'


def with_every_release(text: str, release: str) -> str:
    """The same with this release for all hosts, whatever the data file names."""
    return with_release(re.sub(r"(?m)^release\s*=.*\n", "", text), release)


def parse(text: str, source: str) -> Description:
    """Parse the data file's `text`; `source` names it. Raises LabError with all that is wrong, each with its place."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LabError(f"{source}: is not TOML: {error}") from error
    errors = [*_unknown_keys("", data, {"release", "segments", "hosts"})]
    release = _release("release", data.get("release", RELEASES[0]), errors)
    segments = _texts("segments", data.get("segments"), errors)
    tables = _table("hosts", data.get("hosts"), errors)
    hosts = tuple(_host(name, number, entry, release, errors) for number, (name, entry) in enumerate(tables.items(), 1))
    description = Description(segments, hosts)
    errors = errors or [*errors_of(description)]
    if errors:
        raise LabError("\n".join(f"{source}: {error}" for error in errors))
    return description


def _host(name: str, number: int, entry: object, release: str, errors: list[str]) -> Host:
    path = f"hosts.{name}"
    table = _table(path, entry, errors)
    errors += _unknown_keys(f"{path}.", table, {"groups", "addresses", "gateways", "release"})
    addresses = _table(f"{path}.addresses", table.get("addresses"), errors)
    return Host(
        name,
        number,
        _texts(f"{path}.groups", table.get("groups", []), errors),
        tuple((segment, _texts(f"{path}.addresses.{segment}", value, errors)) for segment, value in addresses.items()),
        _texts(f"{path}.gateways", table.get("gateways", []), errors),
        _release(f"{path}.release", table.get("release", release), errors),
    )


def _release(path: str, value: object, errors: list[str]) -> str:
    if value not in RELEASES:
        errors.append(f"{path}: must be {' or '.join(RELEASES)}, not {value!r}")
    return str(value)


def _table(path: str, value: object, errors: list[str]) -> dict[str, Any]:
    if isinstance(value, dict) and value:
        return value
    errors.append(f"{path}: must be a table with at least one entry, not {value!r}")
    return {}


def _texts(path: str, value: object, errors: list[str]) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    errors.append(f"{path}: must be a list of strings, not {value!r}")
    return ()


def _unknown_keys(path: str, table: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    for key in sorted(table.keys() - known):
        yield f"{path}{key}: unknown; known here: {', '.join(sorted(known))}"
