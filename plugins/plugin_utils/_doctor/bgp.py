# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which VIPs directors announce to routers by BGP, and whether routers hear it."""

from __future__ import annotations

from collections.abc import Iterator

from ...module_utils._announcer.model import ANNOUNCED
from ...module_utils._bgp.sessions import ESTABLISHED
from ...module_utils._netlink.address import family_of
from ...module_utils._places import ANNOUNCER_UNIT, STANDBY
from .._rules.rule import ROLL_OUT, Note, error, seen
from .._values.identity import service_key
from .._values.vip import without_prefix
from .examined import Examined, Facts, each_director, roll_out, stopped


def announcing_directors(examined: Examined) -> Iterator[tuple[Examined, str, Facts]]:
    if examined.cluster.announces and examined.cluster.bgp:
        yield from each_director(examined)


@error(
    "LVS822",
    "session-down",
    each=announcing_directors,
    unmended="What is wrong may be on the router, or between the two.",
)
def session_down(examined: Examined, host: str, report: Facts) -> Iterator[Note]:
    """A director has no BGP session with a router, and so that router sends it no packets.

    Look at both sides: whether the program runs, the addresses, the AS numbers, the password, BFD, a firewall in
    between.
    """
    told = report.get("bgp")
    expected = "It must have a session with each router, or none sends it packets"
    if not told:
        yield seen(host, "Nothing is set up to announce VIPs", expected, roll_out(host))
        return
    program, sessions = told["program"], _sessions(report)
    if not sessions:
        look = f"systemctl status {program}; journalctl -u {program} -n 50"
        yield seen(host, f"{program} does not run, or has no session", expected, look)
        return
    for neighbour in examined.cluster.bgp.neighbours_of(host) if examined.cluster.bgp else ():
        state = sessions.get(neighbour.address, {}).get("state", "not there")
        if state != ESTABLISHED:
            yield seen(
                host,
                f"Its session with {neighbour.address} (AS {neighbour.remote_as}) is {state}",
                f"It must be {ESTABLISHED}, or that router sends it no packets",
                _look(program, neighbour.address),
            )


@error("LVS823", "vip-withdrawn", each=announcing_directors, mended_by=ROLL_OUT)
def vip_withdrawn(examined: Examined, host: str, report: Facts) -> Iterator[Note]:
    """A director does not announce a VIP, although it is not in standby.

    Where its services have lost their quorum, bring real servers back; otherwise look at the program that announces.
    """
    if STANDBY in report["files"] or (examined.cluster.uses_keepalived and stopped(report)):
        return
    held = _held(report)
    for vip in examined.vips:
        if vip not in held:
            without = _without_quorum(examined, host, report, vip)
            runs = report.get("owners", {}).get("units", {}).get(ANNOUNCER_UNIT, {}).get("active")
            unknown = "the reason is not known" if runs else "its announcer does not run"
            why = f"{', '.join(without)} {'has' if len(without) == 1 else 'have'} no quorum" if without else unknown
            yield seen(
                host,
                f"It does not announce {vip}: {why}",
                f"It must have the VIP on {ANNOUNCED}, or it serves no client of it",
                "ansible-playbook lvs.cluster.status" if without else f"systemctl status {ANNOUNCER_UNIT}",
            )


@error(
    "LVS824",
    "announced-unduly",
    each=announcing_directors,
    unmended="The program that announces does not do what it is told, and somebody has to see why.",
)
def announced_unduly(examined: Examined, host: str, report: Facts) -> Iterator[Note]:
    """A director announces a VIP that it must not: it is in standby, or does not have it.

    Look at the program that announces and at the one that speaks BGP.
    """
    held = _held(report)
    standby = STANDBY in report["files"]
    on_standby = standby and examined.cluster.bgp is not None and examined.cluster.bgp.standby_med is not None
    told = {without_prefix(prefix) for each in _sessions(report).values() for prefix in each["announced"]}
    for vip in examined.vips:
        if (standby and vip in held) or (vip in told and vip not in held and not on_standby):
            yield seen(
                host,
                f"It announces {vip}, and {'is in standby' if standby else 'does not have it'}",
                "Routers must not send it packets for that VIP",
                f"systemctl status {ANNOUNCER_UNIT}; ip address show dev {ANNOUNCED}",
            )


@error(
    "LVS825",
    "router-not-told",
    each=announcing_directors,
    unmended="What the program that speaks BGP holds back, its configuration says, which may be of others too.",
)
def router_not_told(examined: Examined, host: str, report: Facts) -> Iterator[Note]:
    """A director has a VIP to announce and a session with a router, and has not told that router of it.

    Look for a policy of others in the same program, such as a route-map.
    """
    held = _held(report)
    for address, session in sorted(_sessions(report).items()):
        told = {*map(without_prefix, session["announced"])}
        missing = [
            vip for vip in examined.vips if vip in held and vip not in told and family_of(vip) == family_of(address)
        ]
        if session["state"] == ESTABLISHED and missing:
            yield seen(
                host,
                f"It has not told {address} of {', '.join(missing)}",
                "Each router must hear of all VIPs that the director serves",
                _look(report["bgp"]["program"], address),
                extent=len(missing),
            )


def _held(report: Facts) -> set[str]:
    """The VIPs that a director has, and so may announce."""
    return {*map(without_prefix, report["held"])}


def _sessions(report: Facts) -> dict[str, Facts]:
    """The sessions of a director, by the addresses of the routers."""
    return {each["neighbour"]: each for each in (report.get("bgp") or {}).get("sessions", ())}


def _look(program: str, address: str) -> str:
    """The line that shows a session."""
    return "birdc show protocols all" if program == "bird" else f"vtysh -c 'show bgp neighbors {address}'"


def _without_quorum(examined: Examined, host: str, report: Facts, vip: str) -> list[str]:
    """The services of a VIP whose real servers have too little weight on a director."""
    weights = {
        service_key(service): sum(server["weight"] for server in service["destinations"])
        for service in report["ipvs"]["services"]
    }
    names = examined.views[host].get("names", {}).get("services", {})
    announced = examined.views[host].get("announcing", {}).get("announcer", {}).get("vips", ())
    return [
        f"{names.get(str(key), '')} {key}".strip()
        for each in announced
        if without_prefix(each["address"]) == vip
        for service in each["services"]
        for key in [service_key(service)]
        if weights.get(key, 0) < service["quorum"]
    ]
