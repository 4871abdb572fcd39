# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table in the kernel, with ipvsadm as the witness in both directions."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._change import CHANGE, Plan
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import text
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.kernel import IpvsKernel
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    FWMARK_MAX,
    Destination,
    Service,
    ServiceKey,
    Table,
    VirtualService,
    endpoint,
    full_netmask,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.plan import plan
from ansible_collections.lvs.cluster.tests.kernel.witness import Ipvsadm
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

SEED = 20261120
TRANSITIONS = 500
SETTINGS, DESTINATIONS = 16, 30  # of each service, drawn from the strategies
KEYS = (
    ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0),
    ServiceKey("ipv4", "udp", "192.0.2.198", 53, 0),
    ServiceKey("ipv6", "sctp", "2001:db8::198", 80, 0),
    ServiceKey("ipv4", "", "", 0, 1),
    ServiceKey("ipv6", "", "", 0, 3_000_000_000),
)

FORWARD_WORDS = {"dr": "Route", "nat": "Masq", "tun": "Tunnel"}
CHECKSUM_WORDS = {"nocsum": "-c", "csum": "+c", "remcsum": "r+c"}


def drawn(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """So many values of a strategy, the same in every run."""
    values: list[Any] = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(value: Any) -> None:
        values.append(value)

    draw()
    return values


@cache
def pool(key: ServiceKey) -> tuple[list[Service], list[Destination]]:
    """What random tables take for a service.

    What is drawn depends on the version of Hypothesis, and an older one may draw no tunnel with a port.
    """
    destinations = drawn(strategies.destinations(key), DESTINATIONS)
    tunnels = [one for one in destinations if one.forward == "tun"][:2]
    with_ports = [one._replace(tunnel_type="gue", tunnel_port=port) for one in tunnels for port in (5555, 6666)]
    return drawn(strategies.services(key), SETTINGS), destinations + with_ports


def random_tables(count: int) -> Iterator[Table]:
    """Tables one after the other, each with something of the one before.

    What they are made of comes from the strategies; it is put together here, for an emulated machine draws no more than
    four tables a second.
    """
    dice = random.Random(SEED)
    table: Table = {}
    for _number in range(count):
        for key in KEYS:
            fate = dice.random()
            if fate < 0.1:
                table.pop(key, None)
            elif fate < 0.6:
                table[key] = changed(dice, table.get(key), *pool(key))
        yield dict(table)


def changed(
    dice: random.Random, before: VirtualService | None, services: list[Service], destinations: list[Destination]
) -> VirtualService:
    """A service with new settings now and then, and up to three destinations added, changed or removed."""
    service = before.service if before and dice.random() < 0.8 else dice.choice(services)
    there = {destination.key: destination for destination in before.destinations} if before else {}
    for destination in dice.sample(destinations, dice.randint(0, 3)):
        if destination.key in there and dice.random() < 0.6:
            del there[destination.key]
        else:
            there[destination.key] = destination
    return VirtualService(service, tuple(sorted(there.values())))


def signed(mark: int) -> str:
    """ipvsadm prints large marks as negative numbers."""
    return str(mark - FWMARK_MAX - 1 if mark > FWMARK_MAX // 2 else mark)


def saved_lines(table: Table) -> list[str]:
    """What `ipvsadm -S -n` prints of a table: it leaves the thresholds out."""
    lines = (re.sub(r" -[xy] \d+", "", line) for line in text.table_lines(table))
    return [re.sub(r"(?<= -f )\d+", lambda match: signed(int(match[0])), line) for line in lines]


def heading(key: ServiceKey, service: Service) -> str:
    """What `ipvsadm -L -n` prints of a service."""
    if key.fwmark:
        words = ["FWM", signed(key.fwmark), *(["IPv6"] if key.family == "ipv6" else [])]
    else:
        words = [key.protocol.upper(), endpoint(key.address, key.port)]
    words.append(service.scheduler)
    first, second = (
        (f"{service.scheduler}-fallback", f"{service.scheduler}-port")
        if service.scheduler in ("sh", "mh")
        else ("flag-1", "flag-2")
    )
    flag_words = {"fallback": first, "port": second, "flag-3": "flag-3"}
    if service.scheduler_flags:
        words.append(f"({','.join(flag_words[flag] for flag in service.scheduler_flags)})")
    if service.persistence_timeout:
        words += ["persistent", str(service.persistence_timeout)]
        if service.persistence_netmask != full_netmask(key.family):
            words += ["mask", service.persistence_netmask]
    if service.persistence_engine:
        words += ["pe", service.persistence_engine]
    if service.one_packet:
        words.append("ops")
    return " ".join(words)


def tunnel(destination: Destination) -> str:
    if destination.forward != "tun":
        return "n/a"
    parts = [destination.tunnel_type]
    if destination.tunnel_type == "gue":
        parts.append(str(destination.tunnel_port))
    if destination.tunnel_type != "ipip":
        parts.append(CHECKSUM_WORDS[destination.tunnel_checksum])
    return ":".join(parts)


# The columns of each listing of `ipvsadm -L -n` after the address; the last ones are of connections: there are none.
COLUMNS = {
    "--thresholds": lambda real: [str(real.upper_threshold), str(real.lower_threshold), "0", "0"],
    "--tun-info": lambda real: [FORWARD_WORDS[real.forward], tunnel(real), str(real.weight), "0", "0"],
    "--persistent-conn": lambda real: [str(real.weight), "0", "0", "0"],
}


def listing(table: Table, option: str) -> dict[str, list[list[str]]]:
    """What Ipvsadm.listed() shows of a table."""
    return {
        heading(key, value.service): sorted(
            [endpoint(*destination.key), *COLUMNS[option](destination)] for destination in value.destinations
        )
        for key, value in table.items()
    }


def test_five_hundred_transitions(kernel: IpvsKernel, witness: Ipvsadm) -> None:
    """Each from wherever the last one has led to; what ipvsadm saves, and one of its listings in turn, say where."""
    done: Counter[tuple[str, ...]] = Counter()
    options = sorted(COLUMNS)
    ours = theirs = 0.0
    for number, desired in enumerate(random_tables(TRANSITIONS)):
        start = time.monotonic()
        changes = plan(desired, kernel.read())
        kernel.apply(changes)
        applied = time.monotonic()
        case = f"transition {number} of seed {SEED}: {changes}"
        assert sorted(witness.saved()) == sorted(saved_lines(desired)), case
        option = options[number % len(options)]
        assert witness.listed(option) == listing(desired, option), case
        asked = time.monotonic()
        assert plan(desired, kernel.read()) == (), case
        ours, theirs = ours + applied - start, theirs + asked - applied
        done.update(kinds_of(changes))
    print(f"{TRANSITIONS} transitions: {ours:.1f} s to read, plan and apply, {theirs:.1f} s of ipvsadm; {dict(done)}")
    every_kind = {(action, kind) for action in ("add", "remove") for kind in ("service", "destination")}
    every_field = {(CHANGE, field) for field in (*Service._fields, *Destination._fields[2:])}
    assert every_kind | every_field <= set(done)


def kinds_of(changes: Plan) -> Iterator[tuple[str, ...]]:
    """(action, kind) of what is added and removed, (CHANGE, field) of what is changed."""
    for change in changes:
        if change.action != CHANGE:
            yield change.action, change.kind
            continue
        before, after = change.before._asdict(), change.after._asdict()
        yield from ((CHANGE, field) for field in before if before[field] != after[field])


def test_what_ipvsadm_writes_is_what_is_read(kernel: IpvsKernel, witness: Ipvsadm) -> None:
    for table in random_tables(60):
        witness.load(text.table_lines(table))
        assert kernel.read() == table
