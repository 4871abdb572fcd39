# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""keepalived.conf of one director: the definition in, the file's text out.

A password stands in it as PASSWORD; the module on the host puts it in, so that it is in no result and in no log here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...module_utils._keepalived.text import HEADER, PASSWORD
from .._cluster.model import HELD, STANDBY, VRRP_EVENTS, Cluster, Director, Track, Vip, VrrpInstance
from .advertised import advertised_addresses
from .advertising import UnknownInterface, interface_of, unicast_peers
from .services import service_nodes
from .text import Block, Node, given, line, raw, written

_GARP = {
    "garp_delay": "garp_master_delay",
    "garp_repeat": "garp_master_repeat",
    "garp_refresh": "garp_master_refresh",
    "garp_refresh_repeat": "garp_master_refresh_repeat",
    "garp_lower_priority_delay": "garp_lower_prio_delay",
    "garp_lower_priority_repeat": "garp_lower_prio_repeat",
}


# A director with -254 in this file hands its VIPs over, and takes none until the file is gone (vrrp_track.c).
STANDBY_FILE = "/etc/lvs/standby"
# The same in a file of the roll-out's own: until all directors have a change of how they hear each other.
HELD_FILE = "/etc/lvs/held"


def configuration(
    cluster: Cluster, director: Director, interfaces: Mapping[str, str], in_use: Mapping[str, str] | None = None
) -> str:
    """The whole file.

    interfaces: the interface of the director's own address and the one for each VIP, by address. in_use: what the
    directors advertise already, by the instance's name.
    """
    vips = {vip.address: vip for vip in cluster.vips}
    nodes: list[Node] = [HEADER, ""]
    nodes.append(Block("global_defs", list(_global_defs(cluster, director, interfaces))))
    nodes += _tracked(cluster)
    # Before the instances: what an instance tracks is not found where it stands after it (vrrp_track.c).
    nodes += ["", *raw(cluster.keepalived.raw_file)] if cluster.keepalived.raw_file else []
    nodes += _sync_groups(cluster)
    advertised = advertised_addresses(cluster.keepalived.instances, in_use or {})
    for instance in cluster.keepalived.instances:
        nodes += ["", _instance(cluster, instance, vips, director, interfaces, advertised[instance.name])]
    nodes += service_nodes(cluster.services, director)
    return written(nodes)


def _global_defs(cluster: Cluster, director: Director, interfaces: Mapping[str, str]) -> Iterator[Node]:
    keepalived = cluster.keepalived
    yield line("router_id", director.host)
    yield line("script_user", *keepalived.script_user)
    yield "enable_script_security"
    yield from given("vrrp_startup_delay", keepalived.startup_delay)
    if cluster.timeouts:
        yield line("lvs_timeouts", *(word for timeout in cluster.timeouts for word in timeout))
    yield from _sync_daemon(cluster, director, interfaces)
    yield from _email(dict(keepalived.email))
    yield from raw(keepalived.raw_global_defs)


def _sync_daemon(cluster: Cluster, director: Director, interfaces: Mapping[str, str]) -> Iterator[Node]:
    """The daemon that hands connections over: the director that has the VIPs sends, the others listen.

    It follows one instance alone (vrrp_state_become_master() and vrrp_state_leave_master() in vrrp.c). Where others
    move apart from it, every director has connections to tell of; without an instance each of them sends and listens
    at all times (start_check() in check_daemon.c).
    """
    options, instances = dict(cluster.sync_daemon), cluster.keepalived.instances
    if not options or not instances:
        return
    interface = options.get("interface") or interface_of(cluster, instances[0], director, interfaces)
    if interface is None:
        raise UnknownInterface(
            f"{director.host} has no interface by which it could tell the other directors of its connections, since "
            "VRRP has none. Name one in lvs_cluster.sync_daemon.interface."
        )
    words: list[object] = [interface]
    if all(instances[0].moves_with(other) for other in instances):
        words += ["inst", instances[0].name]
    words += ["id", options["id"]]
    for name, keyword in (("max_length", "maxlen"), ("port", "port"), ("ttl", "ttl"), ("group", "group")):
        if name in options:
            words += [keyword, options[name]]
    yield line("lvs_sync_daemon", *words)


def _email(options: Mapping[str, Any]) -> Iterator[Node]:
    if not options:
        return
    yield Block("notification_email", [line(receiver) for receiver in options["to"]])
    yield from given("notification_email_from", options.get("from"))
    yield line("smtp_server", options["server"], options["port"])
    yield from given("smtp_helo_name", options.get("helo_name"))
    yield from given("smtp_connect_timeout", options.get("timeout"))


def _tracked(cluster: Cluster) -> Iterator[Node]:
    """What instances track, once each."""
    yield ""
    yield "# -254 in one of these files hands the virtual addresses over: the operator's, and that of a roll-out."
    yield Block(line("track_file", STANDBY), [line("file", STANDBY_FILE)])
    yield Block(line("track_file", HELD), [line("file", HELD_FILE)])
    tracks = {(track.kind, track.name): track for instance in cluster.keepalived.instances for track in instance.tracks}
    for track in tracks.values():
        if track.kind == "script":
            yield ""
            yield Block(line("vrrp_script", track.name), list(_script(track)))
        elif track.kind == "file":
            yield ""
            yield Block(line("track_file", track.name), [line("file", track["path"])])


def _script(track: Track) -> Iterator[Node]:
    yield line("script", track["command"])
    for name in ("interval", "timeout", "rise", "fall", "user"):
        yield from given(name, track[name])
    yield from ["init_fail"] if track["fails_at_first"] else []


def _sync_groups(cluster: Cluster) -> Iterator[Node]:
    groups: dict[str, list[Node]] = {}
    for instance in cluster.keepalived.instances:
        if instance.sync_group:
            groups.setdefault(instance.sync_group, []).append(line(instance.name))
    for name, members in groups.items():
        yield ""
        yield Block(line("vrrp_sync_group", name), [Block("group", members)])


def _instance(
    cluster: Cluster,
    instance: VrrpInstance,
    vips: Mapping[str, Vip],
    director: Director,
    interfaces: Mapping[str, str],
    advertised: str,
) -> Block:
    interface = interface_of(cluster, instance, director, interfaces)
    body: list[Node] = [
        # All begin so; the priority decides. Two that call themselves MASTER at first would both announce the VIPs.
        "state BACKUP",
        *given("interface", interface),
        line("virtual_router_id", instance.virtual_router_id),
        line("priority", dict(instance.priorities)[director.host]),
        *given("version", instance["version"]),
        *given("advert_int", instance["advert_interval"]),
        *(["nopreempt"] if instance["preempt"] is False else []),
        *given("preempt_delay", instance["preempt_delay"]),
        *_unicast(cluster, instance, director),
    ]
    authentication = cluster.keepalived.authentication_of(instance)
    if authentication:
        body.append(Block("authentication", [line("auth_type", authentication.upper()), line("auth_pass", PASSWORD)]))
    for name, keyword in _GARP.items():
        body += given(keyword, instance[name])
    body += _tracks(instance)
    body.append("# Advertised for all VIPs: a director takes no advertisement that lists another address than its own.")
    body.append(Block("virtual_ipaddress", [_advertised(instance, advertised, interface)]))
    held: list[Node] = [_vip(vips[address], director, interfaces) for address in instance.vips]
    body.append(Block("virtual_ipaddress_excluded", held))
    for event in VRRP_EVENTS:
        body += given(event, instance[event])
    body += given("smtp_alert", instance["alerts"])
    body += raw(instance["raw"])
    return Block(line("vrrp_instance", instance.name), body)


def _advertised(instance: VrrpInstance, address: str, interface: str | None) -> str:
    """The only address in an instance's advertisements: see advertised.py.

    What an advertisement leaves out is held and announced all the same (vrrp_send_link_update()), but there has to be
    an address in it (vrrp_complete_instance()).
    """
    if instance.family == "ipv6":
        return line(f"{address}/128", "dev", interface or "lo", "no_track")
    return line(f"{address}/32", "dev", "lo", "scope", "host", "no_track")


def _unicast(cluster: Cluster, instance: VrrpInstance, director: Director) -> Iterator[Node]:
    peers = unicast_peers(cluster, instance, director)
    if not peers and instance.family == "ipv4" and director.vrrp_addresses:
        yield from given("mcast_src_ip", director.vrrp_address_of("ipv4"))
    if peers:
        yield from given("unicast_src_ip", director.vrrp_address_of(instance.family))
        yield "check_unicast_src"
        yield Block("unicast_peer", [line(peer) for peer in peers])


def _tracks(instance: VrrpInstance) -> Iterator[Node]:
    for kind in ("interface", "script", "file"):
        tracks: list[Node] = [_track(track, instance) for track in instance.tracks if track.kind == kind]
        # Within a group nothing changes a priority: what is tracked takes all of its instances out, or none.
        if kind == "file":
            tracks += [line(name, "weight", 0 if instance.sync_group else 1) for name in (STANDBY, HELD)]
        if tracks:
            yield Block(f"track_{kind}", tracks)


def _track(track: Track, instance: VrrpInstance) -> str:
    weight = 0 if instance.sync_group else track.weight
    return line(track.name, *(["weight", weight] if weight or track.kind == "file" else []))


def _vip(vip: Vip, director: Director, interfaces: Mapping[str, str]) -> str:
    interface = vip.interface or (None if vip.gateway else director.interface) or interfaces[vip.address]
    return line(f"{vip.address}/{vip.prefix}", "dev", interface, *(["label", vip.label] if vip.label else []))
