# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Part of the cluster goes: services, with their VIPs and tunnels, and a host that serves nothing any more."""

from __future__ import annotations

import json

from ansible_collections.lvs.cluster.molecule import snapshots
from ansible_collections.lvs.cluster.molecule.conftest import Lab

IPIP, GRE, GUE, IPIP6 = "192.0.2.201", "192.0.2.202", "192.0.2.203", "2001:db8:2::201"


def test_what_the_definition_does_not_name_any_more_goes(lab: Lab) -> None:
    left = [{**service, "address": IPIP} for service in lab.definition["lvs_services"] if service["name"] == "ipip"]
    left[0]["real_servers"] = [{"host": "web1"}]
    lab.ansible("lvs.cluster.site", "-e", json.dumps({"lvs_services": left}))
    assert lab.output("lvs1", "ipvsadm -S -n").splitlines() == [
        f"-A -t {IPIP}:80 -s rr",
        f"-a -t {IPIP}:80 -r 192.0.2.21:80 -i -w 1 --tun-type ipip",
    ]
    for name in ("lvs1", "web1"):
        told = lab.output(name, "ip address; cat /etc/lvs/*")
        assert f" {IPIP}/" in told
        assert [vip for vip in (GRE, GUE, IPIP6) if vip in told] == []
    assert lab.output("web1", "ls /sys/class/net").split().count("lvs-ipip") == 1
    assert "lvs-gre" not in lab.output("web1", "ls /sys/class/net")
    assert lab.output("web1", "ip fou show") == ""
    assert lab.requests(f"http://{IPIP}/", 4) == {"web1": 4}
    assert snapshots.differences(lab, ["web2"]) == {}
