# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rooms of plugins/ and what each of them may use: data moves one way, and only few rooms touch the world.

ROOMS is the plan of the house. Who needs another door changes it here, where a reader sees it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
OWN = "ansible_collections.lvs.cluster.plugins."

# Modules that compute and touch nothing: what a room of values may use of the standard library.
VALUES = tuple(
    "__future__ abc binascii bisect collections contextlib copy dataclasses difflib enum errno functools hashlib heapq "
    "ipaddress itertools json math operator re shlex string struct textwrap types typing".split()
)
# The values that all resources share.
SHARED = (*VALUES, "module_utils._change", "module_utils._netlink.address", "module_utils._ports")
# Of _netlink, what makes messages and reads them.
WIRE_FORMATS = (
    "attributes",
    "errors",
    "fou",
    "generic",
    "ipvs",
    "known",
    "layout",
    "route",
    "socket.NLM_F_CREATE",
    "socket.NLM_F_EXCL",
    "socket.NLM_F_REPLACE",
    "socket.Request",
)
# Nothing here opens a connection, though the module that has these names could.
ADDRESS_NAMES = ("socket.AF_INET", "socket.AF_INET6", "socket.inet_ntop", "socket.inet_pton")
# What the controller takes of the host's half: vocabulary, limits and identities, and the names of files there.
VOCABULARY = (
    *("module_utils._ipvs.for_checks", "module_utils._ipvs.model", "module_utils._ipvs_settings.model"),
    *("module_utils._filter.model", "module_utils._network.model"),
    *("module_utils._netlink.address", "module_utils._ports", "module_utils._predecessors.model"),
)
FILE_NAMES = (
    "module_utils._places",
    "module_utils._drain.files",
    "module_utils._floor.model",
    *(f"module_utils._keepalived.{name}" for name in ("managed", "others", "text")),
)
# The words and the values of a definition, and what identifies a service.
CLUSTER_VALUES = ("plugin_utils._schema.words", "plugin_utils._values")
# The whole standard library, files and processes included, without sockets: these are for _netlink/socket.py alone.
WORLD = ("open", *sorted(sys.stdlib_module_names - {"socket"}))


@dataclass(frozen=True)
class Room:
    """Files and what they may use."""

    # A pattern below plugins/. A file belongs to the first room that it fits.
    files: str
    # Dotted names, with all below them. Own names start at plugins/, or with a dot beside the file.
    may_use: tuple[str, ...]


ROOMS = (
    # The managed host, from values to the kernel.
    Room("module_utils/_change.py", VALUES),
    Room("module_utils/_ports.py", VALUES),
    Room("module_utils/_places.py", ("__future__",)),
    Room("module_utils/_files.py", (*WORLD, "module_utils._places.FOLDER")),
    Room(
        "module_utils/_marks.py",
        (
            *WORLD,
            "module_utils._drain.files",
            "module_utils._drain.folder",
            "module_utils._files",
            "module_utils._places",
        ),
    ),
    Room("module_utils/_lock.py", WORLD),
    # What runs there by itself, such as the exporter of metrics.
    Room("module_utils/_installed.py", (*VALUES, "os", "sys", "hashlib", "module_utils._files")),
    Room("module_utils/_programs.py", WORLD),
    Room("module_utils/_units.py", ("__future__", "module_utils._programs")),
    # What has been changed on the host: each resource ends there, and so does each module that has none.
    Room("module_utils/_history/model.py", (*VALUES, "datetime")),
    Room("module_utils/_history/files.py", (*WORLD, "module_utils._lock.take", "module_utils._places")),
    Room(
        "module_utils/_history/definitions.py",
        (*VALUES, "base64", "fcntl", "os", "zlib", ".files", ".text"),
    ),
    Room("module_utils/_history/login.py", (*WORLD, "module_utils._files.read_text")),
    Room(
        "module_utils/_history/read.py",
        ("__future__", "datetime", "typing", ".definitions", ".files", ".model", ".text"),
    ),
    Room(
        "module_utils/_history/call.py",
        (
            *("__future__", "datetime", "typing", "ansible.module_utils.common.parameters.remove_values"),
            *("module_utils._places", ".definitions", ".files", ".login", ".model", ".text"),
        ),
    ),
    Room("module_utils/_intent.py", (*VALUES, "module_utils._files")),
    Room("module_utils/_modules.py", (*VALUES, "os", "subprocess", "module_utils._files.read_text")),
    Room("module_utils/_systems.py", VALUES),
    Room("module_utils/_running.py", (*VALUES, "os", "module_utils._files.read_text", "module_utils._systems")),
    Room("module_utils/_namespace.py", (*VALUES, "module_utils._files.read_text")),
    # What operators have done to weights: it uses the table of virtual services, which knows nothing of it.
    Room("module_utils/_drain/model.py", (*SHARED, "module_utils._ipvs.model")),
    Room(
        "module_utils/_drain/files.py",
        (*SHARED, "module_utils._places", "module_utils._ipvs.model", "module_utils._ipvs.text"),
    ),
    Room("module_utils/_drain/folder.py", ("__future__", "typing", "os", "module_utils._files.read_text", ".files")),
    Room("module_utils/_drain/offsets.py", (*SHARED, "module_utils._ipvs.model", ".files", ".model")),
    Room("module_utils/_drain/slow_start.py", (*SHARED, "module_utils._ipvs.model", ".files", ".offsets")),
    Room(
        "module_utils/_drain/known.py",
        (*SHARED, "module_utils._ipvs.model", "module_utils._keepalived.managed", ".files"),
    ),
    Room(
        "module_utils/_drain/losses.py",
        (*SHARED, "module_utils._ipvs.model", "module_utils._keepalived.managed", ".model"),
    ),
    Room(
        "module_utils/_drain/keepalived.py",
        (*SHARED, "time", "module_utils._files.Texts", "module_utils._ipvs.model", "module_utils._keepalived.managed"),
    ),
    Room(
        "module_utils/_drain/resource.py",
        (
            *(*SHARED, "module_utils._files.Texts", "module_utils._netlink.errors"),
            *(f"module_utils._ipvs.{name}" for name in ("kernel", "model", "resource", "text")),
            *(".files", ".keepalived", ".known", ".losses", ".model", ".offsets", ".slow_start"),
        ),
    ),
    Room(
        "module_utils/_drain/waiting.py", (*SHARED, "time", "module_utils._ipvs.model", "module_utils._ipvs.statistics")
    ),
    Room(
        "module_utils/_drain/options.py",
        (*SHARED, "module_utils._places", "module_utils._ipvs.model", ".files", ".model", ".waiting"),
    ),
    Room(
        "module_utils/_drain/result.py",
        (*SHARED, "module_utils._ipvs.model", "module_utils._ipvs.statistics", ".waiting"),
    ),
    Room(
        "module_utils/_drain/call.py",
        (
            *(*SHARED, "time", "module_utils._files", "module_utils._namespace", "module_utils._resource"),
            *("module_utils._netlink", "module_utils._keepalived.managed", "module_utils._keepalived.service"),
            *(f"module_utils._ipvs.{name}" for name in ("counted", "family", "for_checks", "kernel", "model")),
            "module_utils._floor.settle",
            *(".folder", ".keepalived", ".model", ".options", ".resource", ".result", ".waiting"),
        ),
    ),
    # Both have a limit from ipvsadm.
    Room("module_utils/_ipvs_settings/model.py", (*SHARED, "module_utils._ipvs.model")),
    # What is measured: counted and set in both, which know nothing of it.
    Room(
        "module_utils/_metrics/model.py",
        (
            *(*SHARED, "module_utils._ipvs.model", "module_utils._ipvs.statistics"),
            "module_utils._ipvs_settings.model",
        ),
    ),
    Room(
        "module_utils/_metrics/samples.py",
        (
            *(*SHARED, "module_utils._ipvs.model", "module_utils._ipvs.statistics"),
            *("module_utils._ipvs_settings.model", ".model"),
        ),
    ),
    Room("module_utils/_metrics/text.py", (*SHARED, ".model", ".samples")),
    Room(
        "module_utils/_metrics/read.py",
        (
            *(*SHARED, "os", "time", "module_utils._files.read_text", "module_utils._places", "module_utils._netlink"),
            *("module_utils._ipvs", "module_utils._ipvs_settings", "module_utils._keepalived"),
            *("module_utils._drain.folder", "module_utils._drain.offsets", "module_utils._network.kernel", ".model"),
            "module_utils._floor.model",
        ),
    ),
    Room(
        "module_utils/_metrics/exporter.py",
        (
            *("__future__", "sys", "module_utils._files", "module_utils._netlink.errors"),
            *(".read", ".samples", ".text"),
        ),
    ),
    # What checks may take out of services with a floor: it reads what the others keep.
    Room("module_utils/_floor/model.py", VALUES),
    Room(
        "module_utils/_floor/settle.py",
        (
            *(*VALUES, "glob", "syslog", "module_utils._files", "module_utils._lock.alone", "module_utils._places"),
            *("module_utils._drain.folder", "module_utils._drain.offsets", "module_utils._ipvs.model"),
            *("module_utils._keepalived.managed", ".model"),
        ),
    ),
    Room(
        "module_utils/_floor/program.py",
        (
            *("__future__", "sys", "syslog", "module_utils._netlink", ".settle"),
            *(f"module_utils._ipvs.{name}" for name in ("family", "kernel", "model")),
        ),
    ),
    Room(
        "module_utils/_floor/installed.py",
        (
            *VALUES,
            "compileall",
            "glob",
            "shutil",
            *(f"module_utils.{name}" for name in ("_installed", "_files", "_places")),
        ),
    ),
    Room("module_utils/_metrics/units.py", VALUES),
    Room(
        "module_utils/_metrics/installed.py",
        (*VALUES, "os", "shutil", "module_utils._installed", "module_utils._files", "module_utils._places", ".units"),
    ),
    # What announces VIPs: it looks at what the rooms above set up, and has interfaces of its own.
    Room("module_utils/_announcer/model.py", (*SHARED, "module_utils._ipvs.model")),
    Room("module_utils/_announcer/decision.py", (*SHARED, "module_utils._ipvs.model", ".model")),
    Room("module_utils/_announcer/text.py", (*SHARED, "json", "module_utils._ipvs.model", ".model")),
    Room("module_utils/_announcer/options.py", (*SHARED, "module_utils._ipvs.model")),
    Room(
        "module_utils/_announcer/kernel.py",
        (
            *(*SHARED, "os", "module_utils._ipvs", "module_utils._keepalived.service", "module_utils._netlink"),
            *("module_utils._network.kernel", "module_utils._network.model", "module_utils._network.plan"),
            *("module_utils._places", ".model"),
        ),
    ),
    Room(
        "module_utils/_announcer/daemon.py",
        (
            *("__future__", "os", "sys", "time", "typing", "module_utils._files", "module_utils._netlink"),
            *(".kernel", ".decision", ".model", ".text"),
        ),
    ),
    Room("module_utils/_announcer/units.py", (*VALUES, ".model")),
    Room(
        "module_utils/_announcer/installed.py",
        (
            *VALUES,
            "os",
            "shutil",
            *(f"module_utils.{name}" for name in ("_installed", "_files", "_places", "_units")),
            ".text",
            ".units",
        ),
    ),
    # What a director announces by BGP.
    Room("module_utils/_bgp/model.py", (*SHARED, "module_utils._announcer.model")),
    Room("module_utils/_bgp/frr_conf.py", (*SHARED, ".model")),
    Room("module_utils/_bgp/bird_conf.py", (*SHARED, "fnmatch", ".model")),
    Room("module_utils/_bgp/sessions.py", SHARED),
    Room("module_utils/_bgp/files.py", ("__future__", "open", "module_utils._change", "module_utils._files.read_text")),
    Room(
        "module_utils/_bgp/*_daemon.py",
        (
            *(*WORLD, "module_utils._files", "module_utils._places", "module_utils._programs"),
            *("module_utils._keepalived.text", ".frr_conf", ".bird_conf", "module_utils._units"),
        ),
    ),
    Room(
        "module_utils/_bgp/read.py",
        (
            *(*VALUES, "time", "module_utils._files.read_text", "module_utils._places", "module_utils._programs"),
            *(".bird_conf", ".frr_daemon", ".model", ".sessions"),
        ),
    ),
    Room(
        "module_utils/_bgp/resource.py",
        (
            *SHARED,
            "module_utils._files.read_text",
            "module_utils._places",
            "module_utils._resource",
            ".bird",
            ".frr",
            ".model",
        ),
    ),
    *(
        Room(
            f"module_utils/_bgp/{program}.py",
            (
                *(*SHARED, "module_utils._files", "module_utils._places", "module_utils._resource"),
                *(
                    "module_utils._keepalived.text",
                    f".{program}_conf",
                    f".{program}_daemon",
                    ".files",
                    ".model",
                    "module_utils._units",
                ),
            ),
        )
        for program in ("frr", "bird")
    ),
    Room("module_utils/_*/model.py", SHARED),
    Room("module_utils/_*/options.py", (*SHARED, ".model")),
    Room("module_utils/_*/checks.py", (*SHARED, ".model")),
    # What keepalived's checks may have made of a definition.
    Room(
        "module_utils/_ipvs/checked.py",
        (
            *SHARED,
            "module_utils._keepalived.managed",
            "module_utils._keepalived.text",
            "module_utils._places",
            ".model",
        ),
    ),
    Room("module_utils/_ipvs/owners.py", (*WORLD, "module_utils._files.read_text", "module_utils._places")),
    # What a call lists; the same on this host's interfaces; and what is to come of both.
    Room("module_utils/_*/wanted.py", (*SHARED, ".model")),
    Room("module_utils/_*/place.py", (*SHARED, ".model", ".wanted")),
    Room("module_utils/_*/desired.py", (*SHARED, ".model")),
    Room("module_utils/_filter/plan.py", (*SHARED, ".model", ".firewalld")),
    Room("module_utils/_*/plan.py", (*SHARED, ".model", ".checks", ".wanted")),
    # Several tools keep packet-filter rules, each with a text of its own.
    Room("module_utils/_filter/text.py", (*SHARED, ".model")),
    Room("module_utils/_filter/nft_words.py", (*SHARED, ".model")),
    Room("module_utils/_filter/nft_listing.py", (*SHARED, ".model", ".text", ".nft_words")),
    Room("module_utils/_filter/nftables.py", (*SHARED, ".model", ".text", ".nft_words", ".nft_listing")),
    Room("module_utils/_filter/*tables.py", (*SHARED, ".model", ".text")),
    Room("module_utils/_filter/closed.py", (*SHARED, ".model", ".nft_listing.Block")),
    Room("module_utils/_filter/firewalld.py", (*SHARED, "xml.sax.saxutils.quoteattr", ".model", ".text")),
    Room("module_utils/_filter/ufw.py", (*SHARED, ".model", ".text", ".iptables")),
    Room(
        "module_utils/_filter/firewalld_daemon.py",
        (*VALUES, "module_utils._files", "module_utils._programs", ".model", ".firewalld"),
    ),
    Room("module_utils/_filter/units.py", (*SHARED, ".model", ".iptables", ".arptables")),
    Room(
        "module_utils/_filter/kernel.py",
        (
            *(*WORLD, *SHARED, "module_utils._modules.may_be_loaded", "module_utils._files"),
            *("module_utils._running", "module_utils._systems.package_of"),
            *(".model", ".plan", ".nft_words", ".nft_listing", ".nftables", ".iptables", ".arptables", ".closed"),
            *("module_utils._programs", ".firewalld", ".ufw", ".firewalld_daemon"),
        ),
    ),
    Room(
        "module_utils/_filter/boot_files.py",
        (
            *(*SHARED, "module_utils._files.read_text", "module_utils._programs.find"),
            *(".model", ".nft_listing", ".nftables", ".iptables", ".arptables"),
        ),
    ),
    Room(
        "module_utils/_filter/resource.py",
        (
            *(*SHARED, "module_utils._files", "module_utils._resource", ".model", ".plan", ".kernel"),
            *(".nft_words", ".nftables", ".iptables", ".arptables", ".boot_files", ".closed", ".units"),
            "module_utils._programs.find",
        ),
    ),
    # What had the virtual services before the cluster.
    Room(
        "module_utils/_predecessors/host.py",
        (*WORLD, "module_utils._files", "module_utils._ipvs.owners", "module_utils._places", ".model"),
    ),
    Room("module_utils/_keepalived/text.py", VALUES),
    Room("module_utils/_keepalived/others.py", (*SHARED, "urllib.parse", ".text")),
    Room("module_utils/_ipvs/for_checks.py", (*VALUES, ".model")),
    Room("module_utils/_keepalived/managed.py", (*SHARED, "module_utils._ipvs.for_checks", "module_utils._ipvs.model")),
    Room("module_utils/_keepalived/journal.py", SHARED),
    Room(
        "module_utils/_keepalived/texts.py",
        (*SHARED, "module_utils._files.read_text", ".check", ".service", ".text"),
    ),
    Room("module_utils/_ipvs/connections.py", SHARED),
    # What shows whether a host works, and how it differs from what it must be.
    Room(
        "module_utils/_health.py",
        (
            *(*WORLD, "module_utils._files.read_text", "module_utils._ipvs.connections"),
            *("module_utils._keepalived.letting_go.PARTS", "module_utils._keepalived.service"),
        ),
    ),
    Room("module_utils/_keepalived/check.py", (*WORLD, ".text")),
    Room("module_utils/_keepalived/service.py", (*WORLD, "module_utils._files.read_text", "module_utils._places")),
    Room("module_utils/_keepalived/letting_go.py", (*WORLD, "module_utils._files.read_text", ".managed", ".service")),
    Room("module_utils/_keepalived/folder.py", (*WORLD, ".text")),
    Room("module_utils/_keepalived/hearing.py", (*VALUES, ".managed")),
    Room("module_utils/_keepalived/configuration.py", (*WORLD, "module_utils._files", ".text", ".check")),
    Room(
        "module_utils/_keepalived/done.py",
        (*VALUES, "os", "module_utils._files", ".configuration.is_private", ".text.masked"),
    ),
    Room("module_utils/_*/text.py", (*SHARED, ".model", ".plan")),
    Room("module_utils/_*/read_text.py", (*SHARED, ".model", ".text")),
    Room("module_utils/_*/frames.py", SHARED),
    Room(
        "module_utils/_*/wire_*.py",
        (*SHARED, *(f"module_utils._netlink.{name}" for name in WIRE_FORMATS), ".model"),
    ),
    Room(
        "module_utils/_*/wire.py",
        (
            *SHARED,
            *(f"module_utils._netlink.{name}" for name in WIRE_FORMATS),
            ".model",
            ".plan",
            ".wire_routes",
            ".wire_tunnels",
        ),
    ),
    # What is counted: the same messages, read for the info module alone.
    Room(
        "module_utils/_*/statistics.py",
        (*SHARED, *(f"module_utils._netlink.{name}" for name in WIRE_FORMATS), ".model"),
    ),
    Room(
        "module_utils/_*/counted.py",
        (*SHARED, "module_utils._netlink.ipvs", ".model", ".wire", ".statistics", ".family", ".for_checks"),
    ),
    # What networkd is set to do: decided here, read by support.py.
    Room("module_utils/_network/networkd.py", (*SHARED, ".model")),
    Room("module_utils/_network/again.py", VALUES),
    Room("module_utils/_network/network_manager.py", (*VALUES, ".again")),
    Room("module_utils/_network/ifupdown.py", (*VALUES, ".again")),
    Room(
        "module_utils/_network/managers.py",
        (*VALUES, ".model", ".networkd", ".network_manager", ".ifupdown"),
    ),
    Room("module_utils/_network/sysctl_files.py", (*SHARED, ".model")),
    Room(
        "module_utils/_network/support.py",
        (
            *(*WORLD, *SHARED, "module_utils._files.read_text", "module_utils._modules.modprobe"),
            *("module_utils._namespace", "module_utils._netlink.errors", ".model", ".networkd", ".managers"),
        ),
    ),
    Room(
        "module_utils/_*/support.py",
        (*WORLD, *SHARED, "module_utils._modules.modprobe", "module_utils._systems.SYSTEMS", ".model"),
    ),
    Room("module_utils/_*/family.py", (*SHARED, "module_utils._netlink", ".support")),
    # IPVS's settings come through the same family as its table.
    Room(
        "module_utils/_ipvs_settings/kernel.py",
        (*WORLD, *SHARED, "module_utils._netlink", "module_utils._ipvs.family", ".model", ".plan", ".wire"),
    ),
    Room("module_utils/_network/ways.py", (*SHARED, "module_utils._netlink", ".model")),
    Room(
        "module_utils/_network/kernel.py",
        (
            *(*SHARED, "module_utils._netlink", "module_utils._running.systemd_runs", ".model", ".plan", ".support"),
            *(".frames", ".wire", ".wire_routes", ".wire_tunnels", ".networkd", ".managers"),
        ),
    ),
    Room(
        "module_utils/_*/kernel.py",
        (*WORLD, *SHARED, "module_utils._netlink", ".model", ".plan", ".wire", ".text", ".family", ".support"),
    ),
    Room(
        "module_utils/_*/resource.py",
        (
            *(*SHARED, "module_utils._files.Texts", "module_utils._resource", ".model", ".checks", ".plan", ".text"),
            *(
                ".managers",
                "module_utils._ipvs.support.NOT_LOADED",
                ".kernel",
                ".checked",
                ".wanted",
                ".place",
                ".desired",
                ".read_text",
                ".networkd",
                ".sysctl_files",
            ),
        ),
    ),
    # Both together, for those who only read.
    Room(
        "module_utils/_ipvs_info.py",
        (*SHARED, "module_utils._netlink.socket", "module_utils._ipvs", "module_utils._ipvs_settings"),
    ),
    Room("module_utils/_netlink/address.py", (*VALUES, *ADDRESS_NAMES)),
    Room("module_utils/_netlink/errors.py", (*VALUES, "os")),  # os.strerror
    Room("module_utils/_netlink/attributes.py", (*VALUES, "socket.htons", "socket.ntohs", ".errors")),
    Room("module_utils/_netlink/socket.py", (*WORLD, "socket", ".errors", ".address", ".attributes")),
    Room("module_utils/_netlink/*.py", (*VALUES, ".errors", ".address", ".attributes", ".socket")),
    # What others send on this host's networks: the packets, a socket that takes them, the questions that they answer.
    Room("module_utils/_wire/vrrp.py", SHARED),
    Room("module_utils/_wire/listening.py", (*VALUES, "ctypes", "select", "socket", "time")),
    Room("module_utils/_wire/virtual_routers.py", (*SHARED, "module_utils._keepalived.managed", ".vrrp", ".listening")),
    Room("module_utils/_compare.py", (*SHARED, "module_utils")),
    Room("module_utils/_probe.py", (*VALUES, "asyncio", "time")),
    Room("module_utils/_bulk.py", (*VALUES, "gc", "sys", "ansible.module_utils")),
    Room(
        "module_utils/_resource.py",
        (
            *(*SHARED, "module_utils._files", "module_utils._intent", "module_utils._lock", "module_utils._namespace"),
            *("module_utils._history.call.write_down", "module_utils._netlink.errors", "ansible.module_utils"),
            "module_utils._bulk.echoed",
        ),
    ),
    Room(
        "modules/host_info.py",
        ("__future__", "gc", "glob", "os", "time", "typing", "module_utils", "ansible.module_utils"),
    ),
    Room("modules/keepalived.py", ("__future__", "os", "typing", "module_utils", "ansible.module_utils")),
    Room("modules/*.py", ("__future__", "gc", "typing", "module_utils", "ansible.module_utils")),
    Room("doc_fragments/*.py", ("__future__",)),
    # The controller: asks no kernel. From the words of a definition to its values, to what each host must be.
    # Ranges and networks alone need a library that the controller may lack.
    Room("plugin_utils/_schema/blocks.py", (*VALUES, *VOCABULARY, "plugin_utils._schema", "netaddr")),
    Room(
        "plugin_utils/_schema/parameters.py",
        (*VALUES, "module_utils._places.TEXTFILES", "plugin_utils._lab.releases", "plugin_utils._schema"),
    ),
    Room("plugin_utils/_schema/*.py", (*VALUES, *VOCABULARY, "module_utils._keepalived.text", "plugin_utils._schema")),
    Room("plugin_utils/_values/unknown.py", VALUES),
    Room("plugin_utils/_values/*.py", (*VALUES, *VOCABULARY, "plugin_utils._schema.words", "plugin_utils._values")),
    # What one task hands to the next of the same run.
    Room(
        "plugin_utils/_cluster/kept.py",
        (
            *(*VALUES, "open", "fcntl", "os", "pickle", "tempfile", "ansible.constants"),
            *("plugin_utils._schema", "plugin_utils._values", "plugin_utils._cluster"),
        ),
    ),
    Room(
        "plugin_utils/_cluster/document.py",
        (*VALUES, "base64", "zlib", "module_utils._keepalived.text.PASSWORD", ".members", ".secrets"),
    ),
    Room(
        "plugin_utils/_cluster/inventory.py",
        (
            *(*VALUES, "ansible.errors", "plugin_utils._schema", "plugin_utils._values"),
            *("plugin_utils._cluster", "plugin_utils._rules"),
        ),
    ),
    Room(
        "plugin_utils/_cluster/*.py",
        (*VALUES, *VOCABULARY, "plugin_utils._schema", "plugin_utils._values", "plugin_utils._cluster"),
    ),
    Room("plugin_utils/_rules/finding.py", VALUES),
    Room("plugin_utils/_rules/rule.py", (*VALUES, "inspect.cleandoc", ".finding")),
    # Rules on what hosts report, which have their codes in the same table.
    Room(
        "plugin_utils/_rules/table.py",
        (
            *CLUSTER_VALUES,
            *VALUES,
            "plugin_utils._rules",
            "plugin_utils._schema.sentences",
            "plugin_utils._host_rules.themes",
        ),
    ),
    Room(
        "plugin_utils/_host_rules/*.py",
        (
            *(*VALUES, *VOCABULARY, *CLUSTER_VALUES, "plugin_utils._host_rules"),
            *("plugin_utils._rules.finding", "plugin_utils._rules.rule", "plugin_utils._rules.run"),
            *(
                "module_utils._places",
                "module_utils._systems",
                "plugin_utils._doctor",
                "plugin_utils._schema.sentences",
                "plugin_utils._rules.table",
                "plugin_utils._keepalived.advertising",
                "plugin_utils._keepalived.global_defs.sync_daemon_interface",
                "plugin_utils._keepalived.neighbours",
                "plugin_utils._keepalived.words",
            ),
        ),
    ),
    # Rules on clusters that run, likewise.
    Room(
        "plugin_utils/_doctor/*.py",
        (
            *(*VALUES, *VOCABULARY, *FILE_NAMES, *CLUSTER_VALUES, "plugin_utils._doctor", "plugin_utils._rules.rule"),
            *("plugin_utils._operate.director_state", "plugin_utils._operate.planned", "posixpath", "statistics"),
            *("module_utils._announcer.model.ANNOUNCED", "module_utils._bgp.sessions.ESTABLISHED"),
        ),
    ),
    # Where reading and rules meet.
    Room(
        "plugin_utils/_rules/parse.py",
        (*VALUES, "plugin_utils._rules", "plugin_utils._values", "plugin_utils._cluster"),
    ),
    Room(
        "plugin_utils/_rules/*.py",
        (
            *(*VALUES, *VOCABULARY, *CLUSTER_VALUES, "plugin_utils._rules", "plugin_utils._schema.sentences"),
            *("plugin_utils._cluster.gateways", "plugin_utils._cluster.vips.own_addresses"),
        ),
    ),
    # The two axes, each with a provider per file: who checks, and who holds the VIPs.
    Room(
        "plugin_utils/_checks/*.py",
        (*VALUES, *VOCABULARY, *CLUSTER_VALUES, "plugin_utils._checks", "plugin_utils._view.entries"),
    ),
    Room(
        "plugin_utils/_vips/*.py",
        (
            *(*VALUES, *VOCABULARY, "module_utils._wire.vrrp", "module_utils._announcer.model.ANNOUNCED"),
            *(*CLUSTER_VALUES, "plugin_utils._vips"),
            *("plugin_utils._keepalived.advertising", "plugin_utils._view.entries", "plugin_utils._view.groups"),
        ),
    ),
    # keepalived.conf: its syntax, what there is to write, the templates that write it, and the way from a definition to
    # that. The names of files that both sides use are one's.
    # The host's half again, as files for a program of its own.
    Room("plugin_utils/_copies.py", (*VALUES, "ast", "pathlib")),
    Room("plugin_utils/_keepalived/text.py", VALUES),
    Room("plugin_utils/_keepalived/data.py", VALUES),
    Room("plugin_utils/_keepalived/render.py", (*VALUES, "jinja2", "pathlib", ".data", ".text")),
    Room(
        "plugin_utils/_keepalived/checks.py",
        (*VALUES, *CLUSTER_VALUES, "plugin_utils._schema.health_checks.CONNECTION", "plugin_utils._keepalived"),
    ),
    Room(
        "plugin_utils/_keepalived/*.py",
        (*VALUES, *VOCABULARY, *FILE_NAMES, *CLUSTER_VALUES, "plugin_utils._keepalived"),
    ),
    Room(
        "plugin_utils/_view/*.py",
        (
            *(*VALUES, *VOCABULARY, *CLUSTER_VALUES),
            *("plugin_utils._keepalived.configuration", "plugin_utils._keepalived.neighbours"),
            *("plugin_utils._checks", "plugin_utils._vips", "plugin_utils._view"),
        ),
    ),
    # Other people's files, and what a definition makes of them.
    Room("plugin_utils/_formats/disk.py", ("__future__", "collections", "glob", "open", "os", ".imported")),
    Room("plugin_utils/_formats/keepalived_lines.py", (*VALUES, "os.path", ".files")),
    Room(
        "plugin_utils/_formats/judged.py",
        (
            *(*VALUES, "plugin_utils._cluster.definition", "plugin_utils._rules", "plugin_utils._schema.words"),
            ".imported",
        ),
    ),
    Room(
        "plugin_utils/_formats/compared.py",
        (
            *(*VALUES, "module_utils._change", "plugin_utils._cluster.definition", "plugin_utils._values.cluster"),
            *(f"module_utils._ipvs.{name}" for name in ("model", "plan", "text")),
            *("plugin_utils._view.director", "plugin_utils._view.known", ".imported"),
        ),
    ),
    Room(
        "plugin_utils/_formats/page.py",
        (*VALUES, "module_utils._keepalived.text", "plugin_utils._rules.finding", ".account", ".imported"),
    ),
    Room(
        "plugin_utils/_formats/written.py",
        (
            *VALUES,
            *(f"plugin_utils.{name}" for name in ("_rules.finding", "_schema.words", "_yaml")),
            ".imported",
            ".page",
        ),
    ),
    Room(
        "plugin_utils/_formats/*.py",
        (*VALUES, *VOCABULARY, *FILE_NAMES, "plugin_utils._schema", "plugin_utils._formats"),
    ),
    # From what hosts report to what a run does.
    Room(
        "plugin_utils/_operate/doctor.py",
        (
            *(*VALUES, *CLUSTER_VALUES, "plugin_utils._doctor.examined", "plugin_utils._host_rules"),
            *("plugin_utils._rules.finding", "plugin_utils._rules.table", "plugin_utils._operate"),
        ),
    ),
    # The codes that operators name, what they have muted, and what is mended.
    Room("plugin_utils/_operate/codes.py", (*VALUES, "plugin_utils._rules.table", "plugin_utils._schema.sentences")),
    Room(
        "plugin_utils/_operate/muting.py",
        (
            *(*VALUES, "time.gmtime", "time.strftime"),
            *("plugin_utils._rules.finding", "plugin_utils._rules.table", "plugin_utils._operate"),
        ),
    ),
    Room(
        "plugin_utils/_operate/fix*.py",
        (
            *(*VALUES, *CLUSTER_VALUES, "plugin_utils._doctor.examined", "plugin_utils._operate"),
            *("plugin_utils._rules.finding", "plugin_utils._rules.rule", "plugin_utils._rules.table"),
        ),
    ),
    # What a roll-out would do, from how hosts differ; its file on the controller.
    Room("plugin_utils/_plan/file.py", ("__future__", "open", "plugin_utils._whole_file", ".saved")),
    Room("plugin_utils/_plan/sentences.py", VALUES),
    Room(
        "plugin_utils/_plan/*.py",
        (
            *(*VALUES, *VOCABULARY, *FILE_NAMES, *CLUSTER_VALUES, "plugin_utils._doctor.examined"),
            *("plugin_utils._host_rules", "plugin_utils._rules.finding", "plugin_utils._operate", "plugin_utils._plan"),
        ),
    ),
    Room(
        "plugin_utils/_operate/drift.py",
        (*VALUES, *VOCABULARY, *CLUSTER_VALUES, "plugin_utils._doctor.examined", "plugin_utils._operate"),
    ),
    Room(
        "plugin_utils/_operate/set_up.py",
        (*VALUES, *FILE_NAMES, "module_utils._netlink.address", "plugin_utils._copies"),
    ),
    Room(
        "plugin_utils/_operate/*.py",
        (
            *(*VALUES, *VOCABULARY, *FILE_NAMES, *CLUSTER_VALUES, "plugin_utils._operate", "plugin_utils._host_rules"),
            "module_utils._systems.package_of",
            *("plugin_utils._rules.finding", "plugin_utils._keepalived.neighbours.Former"),
            *("plugin_utils._schema.parameters", "plugin_utils._schema.place", "plugin_utils._schema.sentences"),
        ),
    ),
    # How the controller's files are written.
    Room("plugin_utils/_whole_file.py", ("__future__", "contextlib", "open", "os", "tempfile")),
    Room("plugin_utils/_yaml.py", ("__future__", "collections", "typing", "yaml")),
    Room("plugin_utils/_version.py", ("__future__", "contextlib", "json", "pathlib", "yaml")),
    # The way back to an earlier definition.
    Room("plugin_utils/_undo/choice.py", (*VALUES, "plugin_utils._operate.history")),
    Room(
        "plugin_utils/_undo/variables.py",
        (
            *VALUES,
            *(f"plugin_utils._cluster.{name}" for name in ("document", "members", "secrets")),
            "plugin_utils._yaml",
        ),
    ),
    Room(
        "plugin_utils/_undo/answer.py",
        (
            *(*VALUES, *FILE_NAMES, "plugin_utils._operate.answer", "plugin_utils._operate.history"),
            *("plugin_utils._plan", ".choice"),
        ),
    ),
    # Who asks for a change: the actions of all modules that make one.
    Room(
        "plugin_utils/_origin.py",
        (
            *(*VALUES, "getpass", "os", "pathlib", "platform", "ansible"),
            *("plugin_utils._cluster.kept", "plugin_utils._copies", "plugin_utils._operate.interpreter"),
        ),
    ),
    # Throwaway machines: processes on the controller, and the programs that run in the machines.
    Room("plugin_utils/_lab/description.py", (*VALUES, "pathlib", "plugin_utils._lab")),
    Room("plugin_utils/_lab/guest/usr/lib/python3/dist-packages/*.py", WORLD),
    Room("plugin_utils/_lab/guest/usr/local/bin/*.py", (*WORLD, "socket")),
    Room("plugin_utils/_lab/programs/*.py", (*WORLD, "socket", "who_has")),
    Room("plugin_utils/_lab/*.py", (*WORLD, "socket", "mitogen", "plugin_utils._lab")),
    # A rehearsal of an inventory in such machines: values, until it is performed.
    Room("plugin_utils/_rehearsal/ansible_run.py", WORLD),
    Room("plugin_utils/_rehearsal/client.py", (*WORLD, "plugin_utils._lab.machine", "plugin_utils._rehearsal")),
    Room(
        "plugin_utils/_rehearsal/performed.py",
        (*WORLD, *CLUSTER_VALUES, "plugin_utils._lab", "plugin_utils._operate.answer", "plugin_utils._rehearsal"),
    ),
    Room(
        "plugin_utils/_rehearsal/asked_for.py",
        (
            *(*VALUES, *CLUSTER_VALUES, "pathlib", "plugin_utils._cluster.inventory", "plugin_utils._operate.answer"),
            *("plugin_utils._lab.description", "plugin_utils._schema.parameters", "plugin_utils._rehearsal"),
        ),
    ),
    Room(
        "plugin_utils/_rehearsal/*.py",
        (
            *(*VALUES, *VOCABULARY, *CLUSTER_VALUES, "sys.maxsize", "plugin_utils._operate.answer"),
            *("plugin_utils._lab.description", "plugin_utils._lab.machine", "plugin_utils._rehearsal"),
        ),
    ),
    # What is drawn and told of a cluster as a page, a picture or an archive: values, until the files are written.
    Room("plugin_utils/_report/text.py", (*VALUES, "unicodedata")),
    Room("plugin_utils/_report/palette.py", VALUES),
    Room("plugin_utils/_report/about.py", VALUES),
    Room(
        "plugin_utils/_report/tables.py",
        (
            *(*VALUES, *CLUSTER_VALUES, "module_utils._drain.offsets", "plugin_utils._operate"),
            "plugin_utils._report",
        ),
    ),
    Room("plugin_utils/_report/svg.py", (*VALUES, "xml.etree", "plugin_utils._report")),
    Room(
        "plugin_utils/_report/page.py",
        (
            *(*VALUES, "jinja2", "markupsafe", "pathlib", "plugin_utils._operate", "plugin_utils._report"),
            "plugin_utils._rules.finding",
        ),
    ),
    Room(
        "plugin_utils/_report/bundle.py",
        (
            *(*VALUES, *VOCABULARY, "gzip", "io", "tarfile", "module_utils._keepalived.text", "plugin_utils._operate"),
            "plugin_utils._report",
        ),
    ),
    Room(
        "plugin_utils/_report/*.py",
        (
            *(*VALUES, *CLUSTER_VALUES, "plugin_utils._doctor.examined", "plugin_utils._operate"),
            *("plugin_utils._rules.finding", "plugin_utils._report"),
        ),
    ),
    Room("callback/*.py", ("__future__", "sys", "typing", "ansible")),
    Room("filter/*.py", (*VALUES, "plugin_utils")),
    Room("action/ipvs_real_server.py", (*VALUES, "time", "ansible", "plugin_utils")),
    Room("action/read_configuration.py", (*VALUES, "base64", "posixpath", "ansible", "plugin_utils")),
    # The clock by which what operators have muted ends.
    Room("action/answer.py", (*VALUES, "time.time", "ansible", "plugin_utils")),
    Room("action/decide.py", (*VALUES, "time.time", "ansible", "plugin_utils")),
    Room("action/host_info.py", (*VALUES, "time.time", "ansible", "plugin_utils")),
    Room("action/report.py", (*VALUES, "time", "ansible", "plugin_utils")),
    # The clock by which an age is a moment, where the file lies, and the words of a command.
    Room(
        "action/undo.py",
        (
            *(*VALUES, "datetime", "os", "shlex", "ansible", "plugin_utils"),
            "module_utils._history.model.beginning",
        ),
    ),
    Room("action/rehearsal.py", (*VALUES, "pathlib", "signal", "ansible", "plugin_utils")),
    Room("action/*.py", (*VALUES, "ansible", "plugin_utils")),
)

# One line that breaks the law of each room, and one that keeps it.
EXAMPLES = (
    ("module_utils/_change.py", "from ._netlink import address", "from typing import NamedTuple"),
    ("module_utils/_ports.py", "from ._change import Change", "import re"),
    ("module_utils/_places.py", "import os", "from __future__ import annotations"),
    ("module_utils/_files.py", "from ._change import Change", "import tempfile"),
    ("module_utils/_marks.py", "import socket", "from ._places import HELD"),
    ("module_utils/_namespace.py", "import os", "from ._files import read_text"),
    ("module_utils/_intent.py", "import os", "from ._files import Texts"),
    ("module_utils/_modules.py", "import shutil", "import os"),
    ("module_utils/_systems.py", "import os", "import shlex"),
    ("module_utils/_running.py", "import subprocess", "import os"),
    ("module_utils/_lock.py", "from ._files import read_text", "import fcntl"),
    ("module_utils/_installed.py", "from ._places import METRICS_PROGRAM", "import sys"),
    ("module_utils/_history/model.py", "import time", "from datetime import datetime"),
    ("module_utils/_history/text.py", "import os", "from .model import Entry"),
    ("module_utils/_history/files.py", "from .model import Entry", "import fcntl"),
    ("module_utils/_history/definitions.py", "import socket", "from .files import folder"),
    ("module_utils/_history/login.py", "import socket", "import pwd"),
    ("module_utils/_history/read.py", "import os", "from . import files"),
    ("module_utils/_history/call.py", "import os", "from .files import append"),
    ("module_utils/_keepalived/done.py", "import subprocess", "from .text import masked"),
    ("plugin_utils/_origin.py", "import subprocess", "import getpass"),
    (
        "module_utils/_ipvs_settings/model.py",
        "from .._ipvs.plan import plan",
        "from .._ipvs.model import PERSISTENCE_MAX",
    ),
    ("module_utils/_ipvs/model.py", "from .plan import plan", "from .._change import Change"),
    ("module_utils/_metrics/model.py", "from .read import read", "from .._ipvs.statistics import TableStatistics"),
    ("module_utils/_metrics/samples.py", "from .read import read", "from .model import METRICS"),
    ("module_utils/_metrics/text.py", "import os", "from .samples import Samples"),
    ("module_utils/_metrics/read.py", "import socket", "from .._ipvs.counted import CountedTableReader"),
    ("module_utils/_metrics/exporter.py", "import os", "from .read import read"),
    ("module_utils/_metrics/units.py", "import os", "import re"),
    ("module_utils/_metrics/installed.py", "from .read import read", "from .units import TIMER"),
    ("module_utils/_bgp/model.py", "from .frr_conf import merge", "from .._announcer.model import ANNOUNCED"),
    ("module_utils/_announcer/model.py", "from .text import text_of", "from .._ipvs.model import ServiceKey"),
    ("module_utils/_announcer/text.py", "import os", "import json"),
    ("module_utils/_announcer/options.py", "from .text import text_of", "from .._ipvs.model import PROTOCOLS"),
    ("module_utils/_announcer/decision.py", "from .kernel import read", "from .model import Vip"),
    ("module_utils/_announcer/kernel.py", "import socket", "from .._netlink import route"),
    ("module_utils/_announcer/daemon.py", "import subprocess", "from . import kernel"),
    ("module_utils/_announcer/units.py", "import os", "import re"),
    ("module_utils/_announcer/installed.py", "from .kernel import read", "from .units import service"),
    ("plugin_utils/_copies.py", "from ..module_utils import _places", "import ast"),
    ("module_utils/_floor/model.py", "import os", "from typing import Dict"),
    ("module_utils/_floor/settle.py", "import subprocess", "import syslog"),
    ("module_utils/_floor/program.py", "import os", "from .settle import settle"),
    ("module_utils/_floor/installed.py", "import subprocess", "import shutil"),
    ("module_utils/_ipvs/for_checks.py", "from .kernel import IpvsKernel", "from .model import Table"),
    ("module_utils/_ipvs/options.py", "from .plan import STATES", "from .model import PROTOCOLS"),
    ("module_utils/_ipvs/checks.py", "from .plan import plan", "from .model import Service"),
    ("module_utils/_drain/model.py", "from .files import Offsets", "from .._ipvs.model import Pair"),
    ("module_utils/_drain/files.py", "from .folder import read_texts", "from .._ipvs import text"),
    ("module_utils/_drain/folder.py", "import socket", "import os"),
    ("module_utils/_drain/offsets.py", "from .._ipvs.resource import IpvsTable", "from .files import Offsets"),
    ("module_utils/_drain/slow_start.py", "from .resource import RealServer", "from .offsets import offset"),
    ("module_utils/_drain/known.py", "from .folder import read_texts", "from .files import Records"),
    ("module_utils/_drain/losses.py", "from .offsets import offset", "from .model import Selection"),
    ("module_utils/_drain/keepalived.py", "from .._files import write_texts", "import time"),
    ("module_utils/_drain/resource.py", "from .folder import read_texts", "from .._ipvs.kernel import IpvsKernel"),
    ("module_utils/_drain/waiting.py", "from .._ipvs.kernel import IpvsKernel", "import time"),
    ("module_utils/_drain/options.py", "from .resource import RealServer", "from .model import Goal"),
    ("module_utils/_drain/result.py", "from .._files import read_text", "from .waiting import KINDS"),
    ("module_utils/_drain/call.py", "import os", "from .resource import RealServer"),
    ("module_utils/_ipvs/resource.py", "from .._drain.offsets import offset", "from .model import Table"),
    ("module_utils/_ipvs/checked.py", "from .kernel import IpvsKernel", "from .model import Table"),
    ("module_utils/_network/wanted.py", "from .place import place", "from .model import Tunnel"),
    ("module_utils/_network/place.py", "from .plan import plan", "from .wanted import WantedNetwork"),
    ("module_utils/_network/again.py", "import subprocess", "import re"),
    ("module_utils/_network/network_manager.py", "import subprocess", "from .again import script"),
    ("module_utils/_network/ifupdown.py", "import os", "from .again import script"),
    ("module_utils/_network/managers.py", "from .support import read_networkd", "from . import networkd"),
    ("module_utils/_network/networkd.py", "from .support import read_networkd", "from .model import Network"),
    ("module_utils/_network/sysctl_files.py", "import os", "from .model import canonical_sysctl"),
    ("module_utils/_network/desired.py", "from .kernel import NetworkKernel", "from .model import Network"),
    ("module_utils/_ipvs/plan.py", "from .kernel import read", "from .model import Service"),
    (
        "module_utils/_ipvs/plan.py",
        f"from {OWN}module_utils._ipvs import kernel",
        f"import {OWN}module_utils._ipvs.model",
    ),
    ("module_utils/_ipvs/plan.py", "from socket import AF_INET", "import ipaddress"),
    ("module_utils/_filter/text.py", "from .plan import plan", "from .model import Rule"),
    ("module_utils/_filter/nft_words.py", "from .text import understand", "from .model import Rule"),
    ("module_utils/_filter/nft_listing.py", "from .nftables import tables_script", "from .nft_words import lines"),
    ("module_utils/_filter/nftables.py", "import subprocess", "from .text import in_order"),
    ("module_utils/_filter/iptables.py", "import subprocess", "from .text import in_order"),
    ("module_utils/_filter/closed.py", "from .kernel import run", "from .nft_listing import Block"),
    ("module_utils/_filter/firewalld.py", "import subprocess", "from .text import in_order"),
    ("module_utils/_filter/ufw.py", "from .._programs import run", "from . import iptables"),
    ("module_utils/_filter/plan.py", "from .kernel import find", "from . import firewalld"),
    ("module_utils/_programs.py", "import socket", "import subprocess"),
    ("module_utils/_bgp/frr_conf.py", "import os", "from .model import Owned"),
    ("module_utils/_bgp/bird_conf.py", "import subprocess", "from fnmatch import fnmatch"),
    ("module_utils/_bgp/sessions.py", "from . import frr_daemon", "import re"),
    ("module_utils/_units.py", "import subprocess", "from ._programs import run"),
    ("module_utils/_bgp/files.py", "import os", "from .._files import read_text"),
    ("module_utils/_bgp/frr_daemon.py", "import socket", "from .._programs import attempt"),
    ("module_utils/_bgp/read.py", "import subprocess", "from . import sessions"),
    ("module_utils/_bgp/resource.py", "import os", "from . import bird, frr"),
    ("module_utils/_bgp/frr.py", "from .bird_conf import written", "from .._resource import Resource"),
    ("module_utils/_bgp/bird.py", "import subprocess", "from . import bird_conf"),
    ("module_utils/_filter/firewalld_daemon.py", "import subprocess", "from .._programs import run"),
    ("module_utils/_filter/units.py", "from .kernel import find", "from . import iptables"),
    ("module_utils/_filter/kernel.py", "import socket", "import subprocess"),
    (
        "module_utils/_filter/boot_files.py",
        "from .kernel import PROGRAMS",
        "from . import arptables, iptables, nftables",
    ),
    ("module_utils/_filter/resource.py", "import os", "from . import arptables, iptables, nftables"),
    ("module_utils/_network/text.py", "import subprocess", "import shlex"),
    (
        "module_utils/_predecessors/host.py",
        "from .._network.model import Network",
        "from .._ipvs.owners import read_owners",
    ),
    ("module_utils/_keepalived/text.py", "import os", "import re"),
    ("module_utils/_keepalived/others.py", "from urllib.request import urlopen", "from .text import is_own"),
    ("module_utils/_ipvs/connections.py", "import os", "import re"),
    ("action/host_compare.py", "import time", "from ..plugin_utils._operate import set_up"),
    ("module_utils/_compare.py", "import subprocess", "from ._resource import compare"),
    ("module_utils/_health.py", "import socket", "import os"),
    ("module_utils/_keepalived/journal.py", "import subprocess", "import re"),
    ("module_utils/_keepalived/texts.py", "import subprocess", "from .service import read_journal"),
    ("module_utils/_keepalived/managed.py", "import os", "from .._ipvs.model import ServiceKey"),
    ("module_utils/_wire/vrrp.py", "import socket", "from struct import Struct"),
    ("module_utils/_wire/listening.py", "import subprocess", "import socket"),
    ("module_utils/_wire/virtual_routers.py", "import socket", "from .listening import Wire"),
    ("module_utils/_ipvs_info.py", "import subprocess", "from ._ipvs.kernel import IpvsKernel"),
    ("modules/host_info.py", "import subprocess", "from glob import glob"),
    ("module_utils/_probe.py", "import socket", "import asyncio"),
    ("module_utils/_ipvs/owners.py", "from .kernel import IpvsKernel", "import subprocess"),
    ("module_utils/_keepalived/check.py", "import socket", "import subprocess"),
    ("module_utils/_keepalived/service.py", "import socket", "import time"),
    ("module_utils/_keepalived/letting_go.py", "import socket", "from .managed import blocks"),
    ("module_utils/_keepalived/hearing.py", "import os", "from .managed import blocks"),
    ("module_utils/_keepalived/folder.py", "from .check import find", "import tempfile"),
    ("module_utils/_keepalived/configuration.py", "import socket", "from .text import masked"),
    ("modules/keepalived.py", "import subprocess", "import os"),
    ("module_utils/_network/text.py", "lines = open('/etc/lvs/network.batch')", "lines = []"),
    (
        "module_utils/_ipvs/wire.py",
        "from .._netlink.socket import NetlinkSocket",
        "from .._netlink.attributes import U16",
    ),
    ("module_utils/_network/read_text.py", "lines = open('/etc/lvs/network.batch')", "from .text import WAS"),
    ("module_utils/_network/frames.py", "from .._netlink.socket import send_frames", "from struct import pack"),
    ("module_utils/_network/wire_routes.py", "from .kernel import NetworkKernel", "from .._netlink import route"),
    ("module_utils/_network/ways.py", "import subprocess", "from .._netlink.socket import NetlinkSocket"),
    ("module_utils/_network/support.py", "import socket", "import subprocess"),
    ("module_utils/_network/kernel.py", "import subprocess", "from . import support"),
    ("module_utils/_ipvs/statistics.py", "from .wire import decode_service", "from .._netlink.layout import Decoder"),
    ("module_utils/_ipvs/counted.py", "from .kernel import IpvsKernel", "from . import statistics, wire"),
    ("module_utils/_ipvs/support.py", "from .kernel import read", "lines = open('/proc/modules')"),
    ("module_utils/_ipvs/family.py", "from . import wire", "from .support import read_modules"),
    ("module_utils/_ipvs_settings/kernel.py", "from .._ipvs import wire", "from .._ipvs.family import IpvsFamily"),
    ("module_utils/_ipvs/kernel.py", "import socket", "from .._netlink.socket import Request"),
    ("module_utils/_ipvs/kernel.py", "from .._network import model", "import pathlib"),
    ("module_utils/_ipvs/resource.py", "from ansible.module_utils.basic import AnsibleModule", "from . import text"),
    ("module_utils/_netlink/address.py", "import socket", "from socket import inet_pton"),
    ("module_utils/_netlink/errors.py", "import subprocess", "import os"),
    ("module_utils/_netlink/attributes.py", "from .socket import Request", "from .errors import NetlinkError"),
    ("module_utils/_netlink/socket.py", "from .generic import Family", "import socket"),
    ("module_utils/_netlink/generic.py", "from socket import socket", "from .socket import Request"),
    ("module_utils/_bulk.py", "from . import _resource", "from ansible.module_utils.basic import AnsibleModule"),
    ("module_utils/_resource.py", "import os", "from ansible.module_utils.basic import AnsibleModule"),
    ("modules/ipvs_info.py", "import os", "from ansible.module_utils.basic import AnsibleModule"),
    ("doc_fragments/lvs.py", "from ..module_utils._ipvs import options", "from __future__ import annotations"),
    ("plugin_utils/_schema/blocks.py", "from .._cluster.definition import read", "from netaddr import IPNetwork"),
    (
        "plugin_utils/_schema/parameters.py",
        "from ...module_utils._ipvs.model import SCHEDULERS",
        "from ...module_utils._places import TEXTFILES",
    ),
    (
        "plugin_utils/_schema/record.py",
        "from .._cluster.definition import read",
        "from .foreign_words import explained",
    ),
    ("plugin_utils/_values/cluster.py", "from .._schema.record import record", "from .._schema.words import ENGINES"),
    ("plugin_utils/_values/unknown.py", "from .vip import Vip", "from dataclasses import fields"),
    (
        "plugin_utils/_values/packets.py",
        "from .._cluster.vips import all_vips",
        "from ...module_utils._ports import Range",
    ),
    ("plugin_utils/_cluster/kept.py", "from .._view.host import host_view", "import pickle"),
    (
        "plugin_utils/_cluster/inventory.py",
        "from .._view.host import host_view",
        "from ansible.errors import AnsibleError",
    ),
    (
        "plugin_utils/_cluster/definition.py",
        "from .._rules.run import findings",
        "from .directors import read_directors",
    ),
    ("plugin_utils/_rules/finding.py", "from .rule import Rule", "from dataclasses import dataclass"),
    ("plugin_utils/_rules/rule.py", "from .._values.cluster import Cluster", "from .finding import Finding"),
    (
        "plugin_utils/_rules/table.py",
        "from .._host_rules.run import findings",
        "from .._host_rules.themes import THEMES",
    ),
    (
        "plugin_utils/_host_rules/owners.py",
        "from .._operate.health import unserved",
        "from .._rules.rule import error",
    ),
    ("plugin_utils/_rules/parse.py", "from .._view.host import host_view", "from .._cluster import definition"),
    (
        "plugin_utils/_rules/vips.py",
        "from .._cluster.definition import read",
        "from .._values.cluster import Cluster",
    ),
    (
        "plugin_utils/_checks/keepalived.py",
        "from .._view.host import host_view",
        "from .._view.entries import FilterRule",
    ),
    (
        "plugin_utils/_vips/vrrp.py",
        "from .._checks.checkers import checker_of",
        "from .._view.entries import HandedOver",
    ),
    (
        "plugin_utils/_keepalived/checks.py",
        "from .._schema.record import record",
        "from .._schema.health_checks import CONNECTION",
    ),
    ("plugin_utils/_keepalived/text.py", "from .._values.cluster import Cluster", "import re"),
    ("plugin_utils/_keepalived/data.py", "from .._values.cluster import Cluster", "from dataclasses import dataclass"),
    (
        "plugin_utils/_keepalived/render.py",
        "from ansible.template import Templar",
        "from jinja2 import StrictUndefined",
    ),
    (
        "plugin_utils/_keepalived/services.py",
        "from .._cluster.definition import read",
        "from ...module_utils._drain.files import DRAINED_FOLDER",
    ),
    (
        "plugin_utils/_formats/keepalived_services.py",
        "from .._values.cluster import Cluster",
        "from .._schema.service import SERVICE_FIELDS",
    ),
    ("plugin_utils/_formats/keepalived_lines.py", "import os", "from os.path import dirname"),
    ("plugin_utils/_formats/disk.py", "from .part import Part", "import os"),
    ("plugin_utils/_formats/page.py", "from .part import Part", "from .account import Account"),
    ("plugin_utils/_formats/written.py", "import yaml", "from .page import page"),
    (
        "plugin_utils/_formats/compared.py",
        "from ...module_utils._ipvs import kernel",
        "from .imported import Differences",
    ),
    ("plugin_utils/_formats/judged.py", "from .._view.host import host_view", "from .._rules.run import findings"),
    (
        "plugin_utils/_view/host.py",
        "from ...module_utils._ipvs import kernel",
        "from .._values.clusters import Clusters",
    ),
    ("plugin_utils/_view/host.py", "from ansible.errors import AnsibleError", "import ipaddress"),
    ("plugin_utils/_view/director.py", "from .._rules.run import findings", "from .._values.cluster import Cluster"),
    ("plugin_utils/_doctor/tables.py", "from .._operate.health import status", "from .examined import Examined"),
    ("plugin_utils/_operate/doctor.py", "from .._view.host import host_view", "from .._rules.table import CODES"),
    (
        "plugin_utils/_operate/codes.py",
        "from .._doctor.examined import Examined",
        "from .._rules.table import CODES",
    ),
    ("plugin_utils/_operate/muting.py", "from time import time", "from time import gmtime"),
    ("plugin_utils/_operate/fixing.py", "from .._view.host import host_view", "from .._rules.rule import ROLL_OUT"),
    ("plugin_utils/_operate/drift.py", "from .._rules.table import CODES", "from difflib import unified_diff"),
    ("plugin_utils/_whole_file.py", "import json", "import tempfile"),
    ("plugin_utils/_yaml.py", "import os", "import yaml"),
    ("plugin_utils/_version.py", "import os", "import json"),
    ("plugin_utils/_undo/choice.py", "from time import time", "from .._operate.history import moment"),
    ("plugin_utils/_undo/variables.py", "from .choice import Choice", "from .._yaml import dumped"),
    ("plugin_utils/_undo/answer.py", "from .variables import text", "from .choice import Choice"),
    ("plugin_utils/_cluster/document.py", "from .inventory import read_clusters", "import zlib"),
    ("plugin_utils/_plan/file.py", "import os", "from .. import _whole_file"),
    ("plugin_utils/_plan/sentences.py", "from .subject import Subject", "from collections.abc import Iterable"),
    ("plugin_utils/_plan/saved.py", "import os", "from .model import Plan"),
    ("plugin_utils/_operate/set_up.py", "from .._view.host import host_view", "from .._copies import copies"),
    ("plugin_utils/_operate/health.py", "from .._view.host import host_view", "from .._values.cluster import Cluster"),
    (
        "filter/vip_conflicts.py",
        "from ansible.errors import AnsibleError",
        "from ..plugin_utils._host_rules.vip_conflicts import Answers",
    ),
    ("plugin_utils/_report/text.py", "from .picture import Node", "import unicodedata"),
    ("plugin_utils/_report/palette.py", "from .text import plain", "from collections.abc import Mapping"),
    ("plugin_utils/_report/about.py", "import time", "from dataclasses import dataclass"),
    ("plugin_utils/_report/svg.py", "from .._values.cluster import Cluster", "from xml.etree import ElementTree"),
    ("plugin_utils/_report/tables.py", "from jinja2 import Environment", "from .subject import Subject"),
    ("plugin_utils/_report/page.py", "from .._values.cluster import Cluster", "from jinja2 import Environment"),
    ("plugin_utils/_report/bundle.py", "import os", "import tarfile"),
    ("plugin_utils/_report/drawn.py", "from jinja2 import Environment", "from .subject import Subject"),
    ("action/report.py", "from ..module_utils._ipvs import model", "import time"),
    ("action/undo.py", "from ..module_utils._history.files import read", "import shlex"),
    ("plugin_utils/_lab/description.py", "import os", "from .machine import hardware_address"),
    ("plugin_utils/_lab/guest/usr/lib/python3/dist-packages/compile_once.py", "import socket", "import os"),
    ("plugin_utils/_lab/guest/usr/local/bin/answer.py", "from .lab import Lab", "import socket"),
    ("plugin_utils/_lab/programs/watch.py", "from ..lab import Lab", "import who_has"),
    ("plugin_utils/_lab/machine.py", "from .._values.cluster import Cluster", "import socket"),
    ("plugin_utils/_rehearsal/ansible_run.py", "import socket", "import subprocess"),
    ("plugin_utils/_rehearsal/client.py", "import socket", "from .._lab.machine import Machine"),
    ("plugin_utils/_rehearsal/performed.py", "import socket", "from .._lab.lab import Lab"),
    ("plugin_utils/_rehearsal/asked_for.py", "import os", "from .._cluster.inventory import read_clusters"),
    ("plugin_utils/_rehearsal/steps.py", "import os", "from .._values.cluster import Cluster"),
    ("action/rehearsal.py", "import os", "import signal"),
    ("callback/plain.py", "from ..plugin_utils._operate import answer", "import sys"),
    ("action/ipvs_real_server.py", "from ..module_utils._ipvs import model", "import time"),
    ("action/read_configuration.py", "from ..module_utils._ipvs import model", "from base64 import b64decode"),
    ("action/answer.py", "from time import sleep", "from time import time"),
    ("action/decide.py", "from time import sleep", "from time import time"),
    ("action/host_info.py", "from time import sleep", "from time import time"),
    ("action/resolve.py", "from ..module_utils._ipvs import model", "from ansible.errors import AnsibleError"),
    ("action/resolve.py", "import socket", "from ..plugin_utils._view import host"),
    ("lookup/extra.py", "", None),
)


def room_of(file: Path) -> Room | None:
    return next((room for room in ROOMS if file.match(room.files)), None)


def uses(source: str, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of all that a file of this package takes from elsewhere, own names from plugins/ on."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name.removeprefix(OWN)
        elif isinstance(node, ast.ImportFrom):
            above = (*OWN.rstrip(".").split("."), *package)
            origin = ".".join((*above[: len(above) + 1 - node.level], *filter(None, [node.module])))
            for alias in node.names:
                name = f"{origin if node.level else node.module}.{alias.name}"
                yield node.lineno, name.removeprefix(OWN)
        elif isinstance(node, ast.Name) and node.id == "open":
            yield node.lineno, node.id


def breaches(plugins: Path) -> list[str]:
    """Return a sentence for each use of something that its room has no door to."""
    found = []
    for path in sorted(plugins.rglob("*.py")):
        file = path.relative_to(plugins)
        source = path.read_text(encoding="utf-8")
        package = file.parts[:-1]
        room = Room(str(file), ("__future__",)) if file.name == "__init__.py" else room_of(file)
        if room is None:
            found.append(f"plugins/{file}: belongs to no room")
            continue
        doors = [".".join((*package, name.strip("."))).rstrip(".") if name[0] == "." else name for name in room.may_use]
        found += [
            f"plugins/{file}:{line}: {room.files} may not use {name}"
            for line, name in uses(source, package)
            if not any(name == door or name.startswith(f"{door}.") for door in doors)
        ]
    return found


def test_every_file_keeps_to_its_room() -> None:
    assert breaches(PLUGINS) == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.files)
def test_every_room_is_lived_in(room: Room) -> None:
    assert room in {room_of(path.relative_to(PLUGINS)) for path in PLUGINS.rglob("*.py")}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.files)
def test_every_law_has_an_example(room: Room) -> None:
    assert room in {room_of(Path(file)) for file, _breach, _good in EXAMPLES}


@pytest.mark.parametrize(("file", "breach", "good"), EXAMPLES)
def test_a_breach_is_found(tmp_path: Path, file: str, breach: str, good: str | None) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(f"{breach}\n", encoding="utf-8")
    assert len(breaches(tmp_path)) == 1
    if good is not None:
        path.write_text(f"{good}\n", encoding="utf-8")
        assert breaches(tmp_path) == []
