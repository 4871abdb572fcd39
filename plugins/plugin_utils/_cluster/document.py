# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A definition as its owner has written it, templates filled in: kept on directors by its digest, and read back.

It has no secrets: in place of a password it has a word for it.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...module_utils._keepalived.text import PASSWORD
from .members import CONNECTION_VARIABLES, directors_group_of, groups_named_by, member_hosts
from .secrets import with_secrets

FORMAT = 1

Document = dict[str, Any]


class Said(NamedTuple):
    """What an inventory says of one cluster, as definition.read() takes it.

    cluster, services: the variables lvs_cluster and lvs_services, None where they are not defined. groups: all groups
    of the inventory. hosts: the variables of the cluster's hosts, at least.
    """

    cluster: Any
    services: Any
    groups: Mapping[str, Sequence[str]]
    hosts: Mapping[str, Mapping[str, Any]]


def document(name: str, digest: str, said: Said) -> Document:
    """What is kept of a cluster's definition, in values that JSON has. digest: of what the definition comes to."""
    members = member_hosts(said.cluster, said.services, said.groups)
    named = {directors_group_of(said.cluster), *groups_named_by(said.services)}
    found = {
        "format": FORMAT,
        "digest": digest,
        "name": name,
        "lvs_cluster": with_secrets(said.cluster, lambda _place, _secret: PASSWORD),
        "lvs_services": said.services,
        "groups": {group: sorted(said.groups[group]) for group in sorted(named) if group in said.groups},
        "hosts": {host: own_variables(said.hosts[host]) for host in sorted(members) if host in said.hosts},
    }
    return plain(found)


def plain(kept: Mapping[str, Any]) -> Document:
    """The same of values that JSON has, and of nothing that Ansible makes of them."""
    found: Document = json.loads(json.dumps(kept, default=str))
    return found


def own_variables(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a host's variables that have a value."""
    return {name: variables[name] for name in sorted(variables) if variables[name] is not None}


def is_set(name: str) -> bool:
    """Whether a variable of a host is for this collection: how Ansible reaches a host is not."""
    return name not in CONNECTION_VARIABLES


def pack(kept: Document) -> str:
    """As text that is short, for the option origin.definition of the modules that set up a host."""
    return base64.b64encode(zlib.compress(json.dumps(kept, indent=1).encode(), 9)).decode()


def unpack(packed: str) -> Document:
    found: Document = json.loads(zlib.decompress(base64.b64decode(packed)))
    return found
