# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done to one of two clusters leaves the other alone; a host that does not answer stops a run."""

from __future__ import annotations

from ansible_collections.lvs.cluster.molecule.conftest import Lab, eventually

SHOP, MAIL = "192.0.2.198", "192.0.2.199"


def test_a_director_that_does_not_answer_stops_the_run(lab: Lab) -> None:
    lab.output("web2", "ip address del 192.0.2.199/32 dev lo")  # something to change
    lab.change("kill", "lvs2")
    told = lab.refused("lvs.cluster.site")
    assert "lvs2: No answer, or a task has failed there, as shown above. Nothing was changed on any host." in told
    assert "--limit 'all:!lvs2'" in told
    assert MAIL not in lab.output("web2", "ip address show dev lo")
    lab.change("start", "lvs2")
    lab.ansible("lvs.cluster.site")
    assert MAIL in lab.output("web2", "ip address show dev lo")


def test_a_drain_concerns_every_cluster_of_the_real_server(lab: Lab) -> None:
    lab.ansible("lvs.cluster.drain", "-e", "server=web1")
    for vip in (SHOP, MAIL):
        assert lab.requests(f"http://{vip}/", 6) == {"web2": 6}
    lab.ansible("lvs.cluster.activate", "-e", "server=web1", "-e", "lvs_cluster_name=mail")
    assert lab.requests(f"http://{SHOP}/", 6) == {"web2": 6}
    eventually(lambda: lab.requests(f"http://{MAIL}/", 6).keys() == {"web1", "web2"})
    lab.ansible("lvs.cluster.activate", "-e", "server=web1")


def test_one_cluster_goes_and_the_other_serves_on(lab: Lab) -> None:
    with lab.load(MAIL) as load:
        lab.ansible("lvs.cluster.remove", "-e", "lvs_cluster_name=shop")
    assert load.failed == []
    assert load.answers.keys() == {"web1", "web2"}
    for name in ("web1", "web2"):
        held = lab.output(name, "ip -oneline address show dev lo")
        assert SHOP not in held
        assert MAIL in held
    assert lab.output("lvs1", "ipvsadm -S -n") == ""
    assert not lab.host("lvs1").file("/etc/lvs").exists
