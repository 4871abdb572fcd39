# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of connections when one of several directors behind a router, or a real server, is lost: `spread.py`

A simulation, always with the same seed; docs/scale.md has its tables. It copies how Linux chooses:

- a router with multipath routes by "hash threshold": each next hop has an equal share of the hash's range, in order
  (fib_rebalance() in net/ipv4/fib_semantics.c);
- a router with a resilient next-hop group: each next hop has buckets, and one that goes leaves its own to the others
  (net/ipv4/nexthop.c);
- a director with the scheduler mh: a table of 4093 places, which the real servers fill in turns, each in an order of
  its own (ip_vs_mh_populate() in net/netfilter/ipvs/ip_vs_mh.c). The kernel's hash is SipHash with fixed keys; here it
  is another one, which changes which connections move, and not how many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from itertools import count
from random import Random
from statistics import mean

SEED = 20261130
FLOWS = 20_000
RANGE = 2**31  # of a multipath hash
BUCKETS = 128  # for each next hop of a resilient group
PLACES = 4093  # IP_VS_MH_TAB_INDEX 12, the prime that the kernel takes for it
DIRECTORS = (2, 3, 4, 8, 16, 32, 64)
SERVERS = 8  # by wlc, one of so many real servers has the connection
REAL_SERVERS = (4, 8, 16, 32, 64)

# Where each flow goes, by its hash.
Choice = Callable[[int], int]


def hash_threshold(hops: Sequence[int]) -> Choice:
    """hops: the next hops, in the order of the route."""
    bounds = [round(RANGE * (index + 1) / len(hops)) - 1 for index in range(len(hops))]

    def choose(flow: int) -> int:
        return next(hop for hop, bound in zip(hops, bounds, strict=True) if flow <= bound)

    return choose


def resilient(hops: int, lost: int | None = None) -> Choice:
    """hops: how many there were at first. lost: the one that is gone; its buckets go to the others in turn."""
    places = [bucket % hops for bucket in range(hops * BUCKETS)]
    left = [hop for hop in range(hops) if hop != lost]
    turn = count()
    places = [left[next(turn) % len(left)] if hop == lost else hop for hop in places]
    return lambda flow: places[flow % len(places)]


def maglev(servers: Sequence[str]) -> Choice:
    """servers: the real servers, all of one weight."""
    orders = [_order(server) for server in servers]
    places: list[int | None] = [None] * PLACES
    filled = 0
    while filled < PLACES:
        for number, order in enumerate(orders):
            place = next(place for place in order if places[place] is None)
            places[place] = number
            filled += 1
            if filled == PLACES:
                break
    return lambda flow: places[flow % PLACES] or 0


def _order(server: str) -> Iterator[int]:
    offset, skip = _hash(f"offset {server}") % PLACES, _hash(f"skip {server}") % (PLACES - 1) + 1
    return ((offset + step * skip) % PLACES for step in range(PLACES))


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def flows() -> list[int]:
    random = Random(SEED)
    return [random.randrange(RANGE) for _number in range(FLOWS)]


def moved(before: Choice, after: Choice, all_flows: Sequence[int]) -> float:
    """The share of flows that go elsewhere."""
    return sum(before(flow) != after(flow) for flow in all_flows) / len(all_flows)


def a_director_is_lost(directors: int, all_flows: Sequence[int]) -> tuple[float, float, float]:
    """The share of flows that go to another director: by hash threshold on average and at worst, and resiliently."""
    every = range(directors)
    # Which one is lost matters: one in the middle of the route moves the most.
    tried = every if directors <= 8 else (0, directors // 4, directors // 2, directors - 1)
    plain = [
        moved(hash_threshold(every), hash_threshold([hop for hop in every if hop != lost]), all_flows) for lost in tried
    ]
    return mean(plain), max(plain), moved(resilient(directors), resilient(directors, lost=0), all_flows)


def a_real_server_is_lost(servers: int, all_flows: Sequence[int]) -> float:
    """The share of flows of the other real servers that mh leads to another one."""
    names = [f"192.0.2.{number}" for number in range(servers)]
    before, after = maglev(names), maglev(names[:-1])
    others = [flow for flow in all_flows if before(flow) != servers - 1]
    return moved(before, after, others)


def tables() -> str:
    """Both tables, as docs/scale.md has them."""
    all_flows = flows()
    moved_by = ["moved, ECMP", "moved, ECMP, at worst", "moved, resilient hashing"]
    heads = ["directors", *moved_by, "ended, `wlc` (ECMP)", "ended, `mh`"]
    lines = [f"| {' | '.join(heads)} |", "|---|---|---|---|---|---|"]
    for number in DIRECTORS:
        average, worst, by_buckets = a_director_is_lost(number, all_flows)
        ended = average * (SERVERS - 1) / SERVERS
        shares = " | ".join(f"{100 * share:.0f} %" for share in (average, worst, by_buckets, ended, 0))
        lines.append(f"| {number} | {shares} |")
    lines += ["", "| real servers | connections of the others that `mh` moves when one is lost |", "|---|---|"]
    lines += [f"| {number} | {100 * a_real_server_is_lost(number, all_flows):.1f} % |" for number in REAL_SERVERS]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(tables(), end="")
