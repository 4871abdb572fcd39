# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a definition, as the generated files name them."""

from __future__ import annotations

from typing import Any

from ansible_collections.lvs.cluster.plugins.plugin_utils._schema import bgp, cluster, health_checks, tracks, vrrp
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.check_values import type_key
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.host import HOST_FIELDS
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.real_server import (
    REAL_SERVER_FIELDS,
    SORRY_SERVER_FIELDS,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.record import Field, record
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.service import SERVICE_FIELDS
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.vips import VIP_FIELDS

Schema = dict[str, Any]
Fields = dict[str, Field]
# What Field.schema() says beside what the value may be.
REMARKS = ("description", "default", "examples", "otherwise", "keepalived")


def _further(fields: Fields, others: Fields) -> Fields:
    """Those keys that differ from the others."""
    return {key: entry for key, entry in fields.items() if entry is not others.get(key)}


# Each page of the reference: the records that it shows, by what they are called.
PAGES: dict[str, dict[str, Fields]] = {
    "services": {
        "lvs_services[]": SERVICE_FIELDS,
        "real_servers[]": REAL_SERVER_FIELDS,
        "sorry_server": SORRY_SERVER_FIELDS,
    },
    "cluster": {
        "lvs_cluster": cluster.CLUSTER_FIELDS,
        "vips[]": VIP_FIELDS,
        "vrrp": vrrp.VRRP_FIELDS,
        "vrrp.instances[]": vrrp.INSTANCE_FIELDS,
        "vrrp.track_interfaces[]": tracks.TRACK_INTERFACE_FIELDS,
        "vrrp.track_scripts[]": tracks.TRACK_SCRIPT_FIELDS,
        "vrrp.track_files[]": tracks.TRACK_FILE_FIELDS,
        "bgp": bgp.BGP_FIELDS,
        "bgp.neighbours[]": bgp.NEIGHBOUR_FIELDS,
        "sync_daemon": cluster.SYNC_DAEMON_FIELDS,
        "email": cluster.EMAIL_FIELDS,
        "scripts": cluster.SCRIPT_FIELDS,
        "timeouts": cluster.TIMEOUT_FIELDS,
        "raw": cluster.RAW_FIELDS,
    },
    "health-checks": {
        "All types but bfd and file": health_checks.POLLING,
        "All types over the network": _further(health_checks.CONNECTION, health_checks.POLLING),
        **{
            f"Type {kind}": _further(fields, health_checks.CONNECTION)
            for kind, fields in health_checks.FIELDS_BY_TYPE.items()
        },
    },
    "hosts": {"Variables of a host": {name: entry for name, entry in HOST_FIELDS.items() if entry.doc}},
}
# All mappings, by what they are called.
RECORDS = {
    **PAGES["services"],
    **PAGES["cluster"],
    **{
        f"check_{kind}": {**type_key("a type of check", [kind]), **fields}
        for kind, fields in health_checks.FIELDS_BY_TYPE.items()
    },
}


def without_remarks(schema: Schema) -> Schema:
    """What a value may be, and nothing that is said of it."""
    return {key: part for key, part in schema.items() if key not in REMARKS}


# What a mapping is called, by what it may be.
NAMES = {str(record(fields).schema()): name for name, fields in RECORDS.items()}


def name_of(schema: Schema) -> str:
    """What the reference calls such a mapping; "" for none of its own."""
    return NAMES.get(str(without_remarks(schema)), "")


def one_of(schema: Schema) -> list[Schema]:
    """The ways in which a value can be written."""
    return [way for each in schema.get("anyOf", []) for way in one_of(each)] or [schema]
