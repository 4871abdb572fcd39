# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random virtual-server tables, settings, networks and packet filters, as valid as an operator could write them."""

from __future__ import annotations

from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import (
    ARPTABLES,
    IPTABLES,
    NFTABLES,
    OPTIONAL,
    PROTOCOL_NUMBERS,
    REQUIRED,
    UFW,
    Choice,
    identity,
    parse_rules,
)
from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import Rule as FilterRule
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    NAMED_FLAGS,
    SCHEDULER_FLAGS,
    SCHEDULERS_BY_CLIENT,
    TUNNEL_CHECKSUMS,
    Destination,
    Service,
    ServiceKey,
    VirtualService,
    WantedDestination,
    WantedService,
    normal_destination,
    normal_service,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs_settings.model import (
    ROLES,
    TIMEOUT_MAX,
    SyncDaemon,
    Timeouts,
)
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.address import ANYWHERE, canonical
from ansible_collections.lvs.cluster.plugins.module_utils._network.model import (
    CHECKSUM_KINDS,
    PROTOCOLS,
    TUNNEL_KINDS,
    Address,
    AddressKey,
    ListenerKey,
    Network,
    Present,
    Route,
    RouteKey,
    Rule,
    Tunnel,
    default_label,
)

SCHEDULERS = ("rr", "wrr", "lc", "wlc", "fo", "ovf", "lblc", "lblcr", "dh", "sh", "mh", "sed", "nq")
PORTS = st.integers(1, 65535)


def addresses(family: str, low: int = 1, high: int = 40) -> st.SearchStrategy[str]:
    """Few addresses, so that two tables have some in common."""
    host = st.integers(low, high)
    if family == "ipv4":
        return host.map(lambda number: f"192.0.2.{number}")
    return host.map(lambda number: canonical(f"2001:db8::{number:x}"))


families = st.sampled_from(("ipv4", "ipv6"))


# What most tables have some of, so that from one to the next there is something to change, not only to add and remove.
USUAL_KEYS = (
    ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0),
    ServiceKey("ipv4", "udp", "192.0.2.198", 53, 0),
    ServiceKey("ipv6", "tcp", "2001:db8::198", 80, 0),
    ServiceKey("ipv4", "", "", 0, 1),
)


@st.composite
def any_service_keys(draw: st.DrawFn) -> ServiceKey:
    family = draw(families)
    if draw(st.integers(0, 4)) == 0:
        return ServiceKey(family, "", "", 0, draw(st.one_of(st.integers(1, 4), st.integers(1, 2**32 - 1))))
    protocol = draw(st.sampled_from(("tcp", "udp", "sctp")))
    return ServiceKey(family, protocol, draw(addresses(family, 200, 205)), draw(st.sampled_from((53, 80, 443))), 0)


def service_keys() -> st.SearchStrategy[ServiceKey]:
    return st.one_of(st.sampled_from(USUAL_KEYS), any_service_keys())


@st.composite
def services(draw: st.DrawFn, key: ServiceKey) -> Service:
    timeout = draw(st.one_of(st.just(0), st.integers(1, 3600)))
    netmask = st.sampled_from(("255.255.255.0", "255.255.255.255", "255.0.0.0"))
    if key.family == "ipv6":
        netmask = st.integers(1, 128).map(str)
    udp = key.protocol == "udp"
    scheduler = draw(st.sampled_from(SCHEDULERS))
    # sh and mh have no third flag: ipvsadm -S prints an empty word for it.
    flags = NAMED_FLAGS if scheduler in SCHEDULERS_BY_CLIENT else SCHEDULER_FLAGS
    service = Service(
        scheduler=scheduler,
        scheduler_flags=tuple(draw(st.sets(st.sampled_from(flags)))),
        one_packet=draw(st.booleans()) if udp else False,
        persistence_timeout=timeout,
        persistence_netmask=draw(netmask),
        persistence_engine=draw(st.sampled_from(("", "sip"))) if udp and timeout else "",
    )
    return normal_service(key, service)


@st.composite
def destinations(draw: st.DrawFn, key: ServiceKey) -> Destination:
    forward = draw(st.sampled_from(("dr", "nat", "tun")))
    family = draw(families) if forward == "tun" else key.family
    upper = draw(st.one_of(st.just(0), st.integers(1, 2**31 - 1)))
    tunnel = draw(st.sampled_from(("ipip", "gue", "gre")))
    checksums = TUNNEL_CHECKSUMS if tunnel == "gue" else TUNNEL_CHECKSUMS[:2]
    port = draw(st.sampled_from((80, 8080))) if forward == "nat" and not key.fwmark else key.port
    destination = Destination(
        address=draw(addresses(family, 1, 4)),
        port=port,
        forward=forward,
        weight=draw(st.one_of(st.just(0), st.integers(0, 65535))),
        upper_threshold=upper,
        lower_threshold=draw(st.integers(0, upper)),
        tunnel_type=tunnel,
        tunnel_port=draw(PORTS),
        tunnel_checksum=draw(st.sampled_from(checksums)),
    )
    return normal_destination(destination)


@st.composite
def virtual_services(draw: st.DrawFn, key: ServiceKey) -> VirtualService:
    listed = draw(st.lists(destinations(key), max_size=5, unique_by=lambda destination: destination.key))
    return VirtualService(draw(services(key)), tuple(sorted(listed)))


@st.composite
def tables(draw: st.DrawFn, max_size: int = 6) -> dict[ServiceKey, VirtualService]:
    keys = draw(st.lists(service_keys(), max_size=max_size, unique=True))
    return {key: draw(virtual_services(key)) for key in keys}


def wanted(table: dict[ServiceKey, VirtualService]) -> tuple[WantedService, ...]:
    """The table as a caller lists it who gives every option."""
    return tuple(
        WantedService(
            f"services[{number}]",
            key,
            value.service._asdict(),
            tuple(WantedDestination(destination, destination._fields[2:]) for destination in value.destinations),
        )
        for number, (key, value) in enumerate(table.items())
    )


SYSCTLS = ("net.ipv4.conf.all.arp_ignore", "net.ipv4.conf.all.arp_announce", "net.ipv4.ip_forward")
TUNNEL_NAMES = ("lvs-ipip", "lvs-six", "lvs.old")
tables_of_routes = st.sampled_from((7, 254, 5080, 2**32 - 1))


@st.composite
def tunnels(draw: st.DrawFn) -> Tunnel:
    kind = draw(st.sampled_from(tuple(TUNNEL_KINDS)))
    checksum = kind in CHECKSUM_KINDS and draw(st.booleans())
    return Tunnel(kind, draw(addresses(TUNNEL_KINDS[kind], 1, 3)), checksum, up=True)


def destinations_of_routes(family: str) -> st.SearchStrategy[str]:
    some = ("203.0.113.0/24", "192.0.2.9/32") if family == "ipv4" else ("2001:db8:7::/48", "2001:db8::9/128")
    return st.sampled_from(("default", *some))


@st.composite
def routes(draw: st.DrawFn, interfaces: tuple[str, ...]) -> tuple[RouteKey, Route]:
    family = draw(families)
    key = RouteKey(family, draw(destinations_of_routes(family)), draw(tables_of_routes), 0)
    if draw(st.booleans()):
        return key, Route("local", "", draw(st.sampled_from(interfaces)))
    gateway = draw(st.one_of(st.just(""), addresses(family, 1, 3)))
    return key, Route("unicast", gateway, draw(st.sampled_from(interfaces if not gateway else ("", *interfaces))))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    family = draw(families)
    selector = st.one_of(st.just(""), addresses(family, 1, 3), destinations_of_routes(family).filter(_is_network))
    return Rule(
        priority=draw(st.integers(1, 3)),
        family=family,
        source=draw(selector),
        destination=draw(selector),
        mark=draw(st.sampled_from((0, 1, 2**32 - 1))),
        protocol=draw(st.sampled_from(("", *PROTOCOLS))),
        source_port=draw(st.sampled_from(("", "80", "10000-20000"))),
        table=draw(tables_of_routes),
    )


def _is_network(destination: str) -> bool:
    return not destination.endswith(("default", "/32", "/128"))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """A network with no more than what the caller can own, as it is once all is there."""
    own_tunnels = draw(st.dictionaries(st.sampled_from(TUNNEL_NAMES), tunnels()))
    interfaces = ("lo", "eth1", "eth2", *own_tunnels)
    keys = st.builds(
        AddressKey,
        st.sampled_from(interfaces),
        st.one_of(addresses("ipv4", 1, 6), addresses("ipv6", 1, 6)),
        st.sampled_from((24, 32)),
    )
    addresses_of_host = {}
    for key in draw(st.lists(keys, max_size=6, unique=True)):
        labels = (default_label(key), f"{key.interface}:vip") if ":" not in key.address else ("",)
        addresses_of_host[key] = Address(draw(st.sampled_from(labels)))
    names = (*SYSCTLS, *(f"net.ipv4.conf.{name.replace('.', '/')}.rp_filter" for name in own_tunnels))
    return Network(
        modules=dict.fromkeys(draw(st.sets(st.sampled_from(("ip_vs", "fou", "dummy")))), Present()),
        tunnels=own_tunnels,
        listeners=dict.fromkeys(draw(st.sets(st.builds(ListenerKey, families, st.integers(6080, 6082)))), Present()),
        sysctls={name: draw(st.sampled_from(("0", "1", "2"))) for name in names},
        addresses=addresses_of_host,
        routes=dict(draw(st.lists(routes(interfaces), max_size=4))),
        rules=dict.fromkeys(draw(st.lists(rules(), max_size=4)), Present()),
    )


MTUS = {"lo": 65536, "eth1": 1500, "eth2": 9000, "eth3": 600}
timeouts = st.builds(Timeouts, *[st.one_of(st.integers(1, 3), st.integers(1, TIMEOUT_MAX))] * 3)
groups = st.sampled_from(("224.0.0.81", "239.1.2.3", "ff02::81", "ff05::81"))


@st.composite
def sync_daemons(draw: st.DrawFn) -> SyncDaemon:
    return SyncDaemon(
        interface=draw(st.sampled_from(tuple(MTUS))),
        sync_id=draw(st.integers(0, 255)),
        max_length=draw(st.integers(1024, 65487)),  # right for both roles and both families
        group=draw(groups),
        port=draw(PORTS),
        ttl=draw(st.integers(1, 255)),
    )


daemons_by_role = st.dictionaries(st.sampled_from(ROLES), sync_daemons())


# Sometimes more than one rule of iptables takes.
port_lists = st.lists(
    st.one_of(PORTS.map(str), st.tuples(PORTS, PORTS).map(lambda ends: f"{min(ends)}-{max(ends)}")),
    min_size=1,
    max_size=20,
)


def filter_values(family: str) -> dict[str, st.SearchStrategy[object]]:
    """What each option of a packet-filter rule may be."""
    networks = "192.0.2.0/24" if family == "ipv4" else "2001:db8::/64"
    virtual = addresses(family, 198, 200)
    some = st.one_of(addresses(family, 1, 4), st.just(networks))
    return {
        "hook": st.sampled_from(("input", "forward")),
        "mac": st.sampled_from(("52:54:00:00:01:02", "52:54:00:00:0a:03")),
        "source": some,
        "address": virtual,
        "anywhere": st.one_of(st.just(ANYWHERE[family]), virtual),
        "protocol": st.sampled_from(("tcp", "udp", "sctp")),
        "source_port": st.sampled_from((["0"], ["80"], ["1024-65535", "80"])),
        "port": st.one_of(st.sampled_from((["0"], ["80"])), port_lists),
        "connection": st.just("established"),
        "instead": addresses("ipv4", 21, 22),
        "mark": st.one_of(st.integers(1, 3), st.integers(1, 2**32 - 1)),
        "to": addresses(family, 2, 3),
        "mss": st.integers(536, 65495),
    }


@st.composite
def listed_rules(draw: st.DrawFn) -> dict[str, object]:
    """A packet-filter rule as a caller lists it."""
    kind = draw(st.sampled_from(tuple(REQUIRED)))
    family = "ipv4" if kind == "silence" else draw(families)
    values = filter_values(family)
    optional = OPTIONAL.get(kind, ())
    names = set(REQUIRED[kind]) | (draw(st.sets(st.sampled_from(optional))) if optional else set())
    given = {name: draw(values[name]) for name in sorted(names)}
    if kind in ("mark", "redirect"):
        given["address"] = draw(values["anywhere"])
    if kind in ("accept", "untracked"):
        if "protocol" in given:
            given["protocol"] = draw(st.sampled_from(tuple(PROTOCOL_NUMBERS)))
        if draw(st.booleans()) and "address" in given:
            given["address"] = draw(values["source"])
    return {"kind": kind, **given}


def valid(listed: dict[str, object]) -> bool:
    try:
        return bool(parse_rules([listed]))
    except InvalidInput:
        return False


@st.composite
def filter_rules(draw: st.DrawFn) -> frozenset[FilterRule]:
    """Rules that can all be there together."""
    rules: dict[FilterRule, FilterRule] = {}
    for listed in draw(st.lists(listed_rules().filter(valid), max_size=8)):
        for rule in parse_rules([listed]):
            rules.setdefault(identity(rule), rule)
    return frozenset(rules.values())


choices = st.builds(
    Choice,
    st.sampled_from((NFTABLES, IPTABLES)),
    st.sampled_from((NFTABLES, ARPTABLES)),
    st.sampled_from(("", UFW)),
)
