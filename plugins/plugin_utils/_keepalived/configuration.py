# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived.conf of one director: the definition in, the file's text out.

It has the virtual services where keepalived checks real servers, and instances of VRRP where these hold the VIPs.

A password stands in it as PASSWORD; the module on the host puts it in, so that it is in no result and in no log here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...module_utils._keepalived.others import Other, line
from ...module_utils._keepalived.text import HEADER
from .._values.cluster import Cluster
from .._values.director import Director
from . import data
from .global_defs import global_defs_of
from .render import rendered
from .services import services_of
from .text import own_lines
from .vrrp import vrrp_of


def configuration(
    cluster: Cluster, director: Director, interfaces: Mapping[str, str], in_use: Mapping[str, str] | None = None
) -> str:
    """The whole file. Its first lines say whose it is and who the other directors are, whatever the templates are.

    interfaces: the interface of the director's own address and the one for each VIP, by address. in_use: what the
    directors advertise already, by the instance's name.
    """
    view = data.Configuration(
        global_defs=global_defs_of(cluster, director, interfaces),
        vrrp=vrrp_of(cluster, director, interfaces, in_use or {}),
        raw=own_lines(cluster.keepalived.raw_file),
        services=services_of(cluster.services_of_keepalived, director, alpha=cluster.announces),
    )
    head = [HEADER, *(line(other) for other in _others(cluster, director))]
    return "\n".join([*head, "", rendered(view, cluster.keepalived.templates)])


def _others(cluster: Cluster, director: Director) -> Iterator[Other]:
    """By these, the run that takes one of them out of the cluster finds it: see neighbours.py."""
    for other in cluster.directors:
        if other.host != director.host:
            yield Other(cluster.name, other.host, tuple(dict.fromkeys(other.all_addresses)))
