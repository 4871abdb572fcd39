# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import by_mark, parse, problems, service


def test_a_second_service_for_the_same_packets_is_refused() -> None:
    assert problems(service(), service(name="other")) == [
        "lvs_services[1]: tcp 192.0.2.198 port 80 is already taken by lvs_services[0]"
    ]


def test_services_that_only_look_alike_are_taken() -> None:
    udp = service(name="udp", protocol="udp")
    all_ports = service(name="all", port=0, persistence_timeout=60)
    mark6 = by_mark(name="six", family="ipv6", real_servers="six")
    assert len(parse(service(), udp, all_ports, by_mark(), mark6).services) == 5


def test_packets_have_one_service() -> None:
    marked = service(fwmark=1, protocol="tcp", port=[80, 81])
    taken = "tcp 192.0.2.198 port 80 is already taken by lvs_services[0]"
    assert problems(marked, service(name="other")) == [f"lvs_services[1]: {taken}"]
    assert problems(marked, service(name="other", fwmark=2, protocol="tcp")) == [f"lvs_services[1]: {taken}"]
    parse(marked, service(name="other", port=82), service(name="third", protocol="udp"))


def test_packets_to_any_address_leave_those_to_an_address_to_its_service() -> None:
    any_address = by_mark(protocol="tcp", port=80)
    parse(any_address, service(), service(name="all", address="192.0.2.199", port=0, persistence_timeout=60))
    parse(any_address, service(name="every", fwmark=2, address="192.0.2.192/28", port=None))
    (overlap, _same) = problems(
        by_mark(protocol="tcp", port="80-90"), by_mark(name="b", fwmark=2, protocol="tcp", port="85-95")
    )
    assert "tcp 0.0.0.0/0 port 80-90 overlaps with lvs_services[1], tcp 0.0.0.0/0 port 85-95" in overlap


def test_packets_may_be_named_among_others_and_more_closely() -> None:
    """The closer name counts. Where neither is the closer one, nobody can tell."""
    low = service(fwmark=1, protocol="tcp", port="1-1023")
    parse(low, service(name="other"), service(name="third", fwmark=2, protocol="tcp", port=[443, "100-200"]))
    overlap = service(name="other", fwmark=2, protocol="tcp", port="1000-2000")
    expected = (
        "lvs_services[{}]: tcp 192.0.2.198 port {} overlaps with lvs_services[{}], tcp 192.0.2.198 port {}, and each "
        "of them has packets that the other has not: remove the overlap, or let one of the two include all packets of "
        "the other; it then gets only the rest"
    )
    ranges = ("1-1023", "1000-2000")
    assert problems(low, overlap) == [
        expected.format(0, ranges[0], 1, ranges[1]),
        expected.format(1, ranges[1], 0, ranges[0]),
    ]


def test_a_mark_for_more_ports_than_a_rule_takes_has_them_all() -> None:
    ports = [f"{first}-{first + 5}" for first in range(10, 90, 10)]
    many = service(fwmark=1, protocol="tcp", port=ports)
    (problem,) = problems(many, service(name="other", port=12))
    assert problem.startswith("lvs_services[0]: has more ports than one rule of a packet filter can have (15, a range")
    parse({**many, "port": ports[:7]}, service(name="other", port=12))
    parse(many, service(name="other", port=19))
