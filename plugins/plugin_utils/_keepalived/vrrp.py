# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""VRRP in the words of keepalived.conf: what directors track, and the instances by which they share the VIPs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...module_utils import _places
from ...module_utils._keepalived.text import PASSWORD
from ...module_utils._netlink.address import BITS, family_of
from .._values.cluster import Cluster
from .._values.director import Director
from .._values.vip import Vip
from .._values.vrrp import HELD_TRACK, STANDBY_TRACK, Track, VrrpInstance
from . import data
from .advertised import advertised_addresses
from .advertising import interface_of, unicast_peers
from .text import own_lines

_HAND_OVER = (
    data.TrackFile(name=STANDBY_TRACK, file=_places.STANDBY),
    data.TrackFile(name=HELD_TRACK, file=_places.HELD),
)


def vrrp_of(
    cluster: Cluster, director: Director, interfaces: Mapping[str, str], in_use: Mapping[str, str]
) -> data.Vrrp:
    """in_use: what the directors advertise already, by the instance's name."""
    instances = cluster.instances
    advertised = advertised_addresses(instances, in_use)
    return data.Vrrp(
        hand_over=_HAND_OVER if instances else (),
        tracked=tuple(_tracked(cluster)),
        sync_groups=tuple(_sync_groups(cluster)),
        instances=tuple(_instance(cluster, each, director, interfaces, advertised[each.name]) for each in instances),
    )


def _tracked(cluster: Cluster) -> Iterator[data.VrrpScript | data.TrackFile]:
    tracks = {(track.kind, track.name): track for instance in cluster.instances for track in instance.tracks}
    for track in tracks.values():
        if track.kind == "script":
            yield _script(track)
        elif track.kind == "file":
            yield data.TrackFile(name=track.name, file=track["path"])


def _script(track: Track) -> data.VrrpScript:
    return data.VrrpScript(
        name=track.name,
        script=track["command"],
        interval=track["interval"],
        timeout=track["timeout"],
        rise=track["rise"],
        fall=track["fall"],
        user=track["user"],
        init_fail=bool(track["fails_at_first"]),
    )


def _sync_groups(cluster: Cluster) -> Iterator[data.SyncGroup]:
    groups: dict[str, list[str]] = {}
    for instance in cluster.instances:
        if instance.sync_group:
            groups.setdefault(instance.sync_group, []).append(instance.name)
    return (data.SyncGroup(name=name, group=tuple(members)) for name, members in groups.items())


def _instance(
    cluster: Cluster, instance: VrrpInstance, director: Director, interfaces: Mapping[str, str], advertised: str
) -> data.VrrpInstance:
    interface = interface_of(cluster, instance, director, interfaces)
    authentication = cluster.keepalived.authentication_of(instance)
    vips = {vip.address: vip for vip in cluster.vips}
    peers = unicast_peers(cluster, instance, director)
    own = director.vrrp_address_of(instance.family)
    by_group = not peers and instance.family == "ipv4" and bool(director.vrrp_addresses)
    return data.VrrpInstance(
        name=instance.name,
        interface=interface,
        virtual_router_id=instance.virtual_router_id,
        priority=dict(instance.priorities)[director.host],
        version=instance["version"],
        advert_int=instance["advert_interval"],
        nopreempt=instance["preempt"] is False,
        preempt_delay=instance["preempt_delay"],
        mcast_src_ip=own if by_group else None,
        unicast_src_ip=own if peers else None,
        unicast_peer=tuple(peers),
        auth_type=authentication.upper() if authentication else None,
        auth_pass=PASSWORD if authentication else None,
        garp_master_delay=instance["garp_delay"],
        garp_master_repeat=instance["garp_repeat"],
        garp_master_refresh=instance["garp_refresh"],
        garp_master_refresh_repeat=instance["garp_refresh_repeat"],
        garp_lower_prio_delay=instance["garp_lower_priority_delay"],
        garp_lower_prio_repeat=instance["garp_lower_priority_repeat"],
        track_interface=tuple(_tracks(instance, "interface")),
        track_script=tuple(_tracks(instance, "script")),
        track_file=(*_tracks(instance, "file"), *_hand_over(instance)),
        advertised=_advertised(instance, advertised, interface),
        virtual_addresses=tuple(_vip(vips[address], director, interfaces) for address in instance.vips),
        notify=instance["notify"],
        notify_master=instance["notify_master"],
        notify_backup=instance["notify_backup"],
        notify_fault=instance["notify_fault"],
        notify_stop=instance["notify_stop"],
        smtp_alert=instance["alerts"],
        raw=own_lines(instance["raw"]),
    )


def _tracks(instance: VrrpInstance, kind: str) -> Iterator[data.Words]:
    """Within a group nothing changes a priority: what is tracked takes all of its instances out, or none."""
    for track in instance.tracks:
        weight = 0 if instance.sync_group else track.weight
        if track.kind == kind:
            yield (track.name, "weight", weight) if weight or kind == "file" else (track.name,)


def _hand_over(instance: VrrpInstance) -> Iterator[data.Words]:
    return ((name, "weight", 0 if instance.sync_group else 1) for name in (STANDBY_TRACK, HELD_TRACK))


def _advertised(instance: VrrpInstance, address: str, interface: str | None) -> data.VirtualAddress:
    """The only address in an instance's advertisements: see advertised.py.

    What an advertisement leaves out is held and announced all the same (vrrp_send_link_update()), but there has to be
    an address in it (vrrp_complete_instance()).
    """
    if instance.family == "ipv6":
        return data.VirtualAddress(address=f"{address}/128", dev=interface or "lo")
    return data.VirtualAddress(address=f"{address}/32", dev="lo", scope="host")


def _vip(vip: Vip, director: Director, interfaces: Mapping[str, str]) -> data.VirtualAddress:
    interface = vip.interface or (None if vip.gateway else director.interface) or interfaces[vip.address]
    # Health checks from the VIP would get no answer, since real servers have it too. With /128, keepalived does the
    # same of its own accord: alloc_ipaddress() in vrrp_ipaddress.c.
    is_source = family_of(vip.address) == "ipv6" and vip.prefix != BITS["ipv6"]
    return data.VirtualAddress(
        address=f"{vip.address}/{vip.prefix}", dev=interface, label=vip.label, preferred_lft=0 if is_source else None
    )
