# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module host_network as Ansible starts it, with ip, sysctl and the wire as witnesses."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils import _resource
from ansible_collections.lvs.cluster.tests.kernel.conftest import module, paired, run

NEAR, FAR = "lvsnear", "lvsfar"
DIP = "198.51.100.2"
VIP = "198.51.100.198"
IGNORE, ANNOUNCE = f"net.ipv4.conf.{NEAR}.arp_ignore", f"net.ipv4.conf.{NEAR}.arp_announce"
TAMED = {IGNORE: "1", ANNOUNCE: "2"}


@pytest.fixture(autouse=True)
def cable() -> Iterator[None]:
    """A pair of interfaces with a cable between them; the near one has an address."""
    run("ip", "link", "add", NEAR, "type", "veth", "peer", "name", FAR)
    for interface in (NEAR, FAR):
        run("ip", "link", "set", interface, "up")
    run("ip", "address", "add", f"{DIP}/24", "dev", NEAR)
    yield
    run("ip", "link", "delete", NEAR)
    run("ip", "address", "flush", "dev", "lo", "to", "198.51.100.0/24")
    run("ip", "address", "flush", "dev", "lo", "to", "2001:db8:9::/64")


def addresses(interface: str) -> set[tuple[str, int, str]]:
    """(address, prefix length, label) of an interface, without link-local ones, as ip tells it."""
    (link,) = json.loads(run("ip", "-json", "address", "show", "dev", interface))
    return {
        (info["local"], info["prefixlen"], info.get("label", ""))
        for info in link["addr_info"]
        if info["scope"] != "link"
    }


def sysctl(name: str) -> str:
    return run("sysctl", "-n", name).strip()


def test_an_address_with_label_and_prefix() -> None:
    wanted = {"address": f"{VIP}/24", "interface": NEAR, "label": f"{NEAR}:vip"}
    foretold = module("host_network", check=True, addresses=[wanted])
    assert (VIP, 24, f"{NEAR}:vip") not in addresses(NEAR)
    result = module("host_network", addresses=[wanted])
    assert {**result, "invocation": 0} == {**foretold, "invocation": 0}
    assert result["commands"] == [f"ip address add {VIP}/24 dev {NEAR} label {NEAR}:vip"]
    assert addresses(NEAR) == {(DIP, 24, NEAR), (VIP, 24, f"{NEAR}:vip")}
    assert not module("host_network", addresses=[wanted])["changed"]


def test_a_label_is_changed() -> None:
    run("ip", "address", "add", f"{VIP}/32", "dev", NEAR)
    wanted = {"address": f"{VIP}/32", "interface": NEAR, "label": f"{NEAR}:vip"}
    result = module("host_network", addresses=[wanted])
    assert result["plan"]["changed"][0]["before"] == {"label": NEAR}
    assert addresses(NEAR) == {(DIP, 24, NEAR), (VIP, 32, f"{NEAR}:vip")}


def test_what_ip_has_set_is_read() -> None:
    run("ip", "address", "add", f"{VIP}/32", "dev", "lo", "label", "lo:vip")
    run("ip", "address", "add", "2001:db8:9::198/128", "dev", "lo")
    wanted = [
        {"address": f"{VIP}/32", "interface": "lo", "label": "lo:vip"},
        {"address": "2001:db8:9::198/128", "interface": "lo"},
    ]
    assert not module("host_network", addresses=wanted)["changed"]


@pytest.mark.parametrize("before", ["0", "1"])
def test_what_the_kernel_sets_along_with_forwarding_gets_its_value_back(tmp_path: Path, before: str) -> None:
    forward, accept = "net.ipv4.ip_forward", "net.ipv4.conf.all.accept_redirects"
    at_first = sysctl(accept)
    run("sysctl", "-qw", f"{forward}=0", f"{accept}={before}")
    files = {"boot_file": str(tmp_path / "network.batch"), "sysctl_file": str(tmp_path / "lvs.conf")}
    wanted = {forward: "1", accept: "0"}
    assert module("host_network", state="replaced", sysctls=wanted, **files)["changed"]
    assert (sysctl(forward), sysctl(accept)) == ("1", "0")
    assert not module("host_network", state="replaced", sysctls=wanted, **files)["changed"]
    assert module("host_network", state="deleted", all=True, **files)["changed"]
    assert (sysctl(forward), sysctl(accept)) == ("0", before)
    run("sysctl", "-qw", f"{accept}={at_first}")


def test_undoing_puts_back_what_the_kernel_has_set_along(tmp_path: Path) -> None:
    forward, accept = "net.ipv4.ip_forward", "net.ipv4.conf.all.accept_redirects"
    at_first = sysctl(accept)
    run("sysctl", "-qw", f"{forward}=0", f"{accept}=0")
    nowhere = {"destination": "192.0.2.128/25", "gateway": "203.0.113.9"}
    result = module("host_network", sysctls={forward: "1", accept: "0"}, routes=[nowhere])
    assert result["failed"]
    assert result["msg"].endswith("What this call had done was undone: the host is as it was before")
    assert (sysctl(forward), sysctl(accept)) == ("0", "0")
    run("sysctl", "-qw", f"{accept}={at_first}")


def test_what_a_module_gets_when_it_is_loaded_the_next_time(tmp_path: Path) -> None:
    files = {name: str(tmp_path / name) for name in ("boot_file", "modprobe_file")}
    options = {"module_options": {"ip_vs": {"conn_tab_bits": 13}}, **files}
    foretold = module("host_network", check=True, state="replaced", **options)
    result = module("host_network", state="replaced", **options)
    assert {**result, "invocation": 0} == {**foretold, "invocation": 0}
    assert (result["changed"], result["commands"]) == (True, [])
    text = (tmp_path / "modprobe_file").read_text()
    assert text == "# Options of kernel modules of lvs.cluster.\noptions ip_vs conn_tab_bits=13\n"
    assert "conn_tab_bits=13" in run("modprobe", "--config", files["modprobe_file"], "--showconfig")
    assert not module("host_network", state="replaced", **options)["changed"]
    assert module("host_network", state="replaced", **files)["changed"]
    assert list(tmp_path.iterdir()) == []


def test_a_real_server_now_at_the_next_boot_and_as_it_was_before(tmp_path: Path) -> None:
    files = {"boot_file": str(tmp_path / "network.batch"), "sysctl_file": str(tmp_path / "lvs.conf")}
    vips = [{"address": f"{VIP}/32", "interface": "lo"}, {"address": "2001:db8:9::198/128", "interface": "lo"}]
    before = (addresses("lo"), sysctl(IGNORE), sysctl(ANNOUNCE))
    result = module("host_network", state="replaced", addresses=vips, sysctls=TAMED, **files)
    assert result["commands"] == [
        f"sysctl -w {ANNOUNCE}=2",
        f"sysctl -w {IGNORE}=1",
        f"ip address add {VIP}/32 dev lo",
        "ip address add 2001:db8:9::198/128 dev lo nodad preferred_lft 0",
    ]
    running = (addresses("lo"), sysctl(IGNORE), sysctl(ANNOUNCE))
    assert running == (before[0] | {(VIP, 32, "lo"), ("2001:db8:9::198", 128, "")}, "1", "2")
    assert not module("host_network", state="replaced", addresses=vips, sysctls=TAMED, **files)["changed"]

    # The files say the same to the native tools, and loading them twice does no harm.
    run("ip", "address", "delete", f"{VIP}/32", "dev", "lo")
    run("sysctl", "-w", f"{IGNORE}=0")
    for _time in range(2):
        run("sysctl", "-p", files["sysctl_file"])
        run("ip", "-batch", files["boot_file"])
    assert (addresses("lo"), sysctl(IGNORE), sysctl(ANNOUNCE)) == running
    assert not module("host_network", state="replaced", addresses=vips, sysctls=TAMED, **files)["changed"]

    assert module("host_network", state="deleted", all=True, **files)["changed"]
    assert (addresses("lo"), sysctl(IGNORE), sysctl(ANNOUNCE)) == before
    assert list(tmp_path.iterdir()) == []
    assert not module("host_network", state="deleted", all=True, **files)["changed"]


def test_what_is_not_listed_any_more_goes_and_what_is_foreign_stays(tmp_path: Path) -> None:
    files = {"boot_file": str(tmp_path / "network.batch"), "sysctl_file": str(tmp_path / "lvs.conf")}
    run("ip", "address", "add", "198.51.100.77/32", "dev", NEAR)
    two = [{"address": f"198.51.100.{host}/32", "beside": DIP} for host in (198, 199)]
    module("host_network", state="replaced", addresses=two, **files)
    module("host_network", state="replaced", addresses=two[:1], **files)
    assert addresses(NEAR) == {(DIP, 24, NEAR), ("198.51.100.77", 32, NEAR), (VIP, 32, NEAR)}


def test_what_is_handed_over_stays_and_is_the_callers_no_more(tmp_path: Path) -> None:
    batch = tmp_path / "network.batch"
    two = [{"address": f"198.51.100.{host}/32", "interface": NEAR} for host in (198, 199)]
    module("host_network", state="replaced", addresses=two, boot_file=str(batch))
    options = {"state": "replaced", "addresses": two[1:], "handed_over": [VIP], "boot_file": str(batch)}
    result = module("host_network", **options)
    assert (result["changed"], result["commands"]) == (True, [])
    assert VIP not in batch.read_text()
    both = {(DIP, 24, NEAR), (VIP, 32, NEAR), ("198.51.100.199", 32, NEAR)}
    assert addresses(NEAR) == both
    assert not module("host_network", **options)["changed"]
    module("host_network", state="deleted", all=True, boot_file=str(batch))
    assert addresses(NEAR) == both - {("198.51.100.199", 32, NEAR)}


def test_another_prefix_of_an_ipv6_address(tmp_path: Path) -> None:
    options = {"state": "replaced", "boot_file": str(tmp_path / "network.batch")}
    for prefix in (128, 64):
        wanted = {"address": f"2001:db8:9::198/{prefix}", "interface": NEAR}
        assert module("host_network", addresses=[wanted], **options)["changed"]
        assert addresses(NEAR) == {(DIP, 24, NEAR), ("2001:db8:9::198", prefix, "")}


def test_an_address_that_takes_another_along_is_found_out() -> None:
    """Without promote_secondaries the kernel removes the secondary addresses of a subnet with its primary one."""
    run("sysctl", "-w", f"net.ipv4.conf.{NEAR}.promote_secondaries=0", "net.ipv4.conf.all.promote_secondaries=0")
    run("ip", "address", "add", f"{VIP}/24", "dev", NEAR)
    primary = {"address": f"{DIP}/24", "interface": NEAR}
    result = module("host_network", state="deleted", addresses=[primary])
    assert result["failed"]
    assert "afterwards it is not as planned" in result["msg"]
    assert f"ip address add {VIP}/24 dev {NEAR}" in result["msg"]


def test_two_addresses_go_of_which_one_takes_the_other_along() -> None:
    run("sysctl", "-w", f"net.ipv4.conf.{NEAR}.promote_secondaries=0", "net.ipv4.conf.all.promote_secondaries=0")
    both = [{"address": f"203.0.113.{host}/24", "interface": NEAR} for host in (1, 2)]
    module("host_network", addresses=both)
    assert module("host_network", state="deleted", addresses=both)["changed"]
    assert addresses(NEAR) == {(DIP, 24, NEAR)}


def test_a_failure_is_undone() -> None:
    wanted = [{"address": f"{VIP}/32", "interface": NEAR}, {"address": "::1/128", "interface": NEAR}]
    result = module("host_network", addresses=wanted, sysctls=TAMED)
    assert result["failed"]
    assert f"cannot add address ::1/128 on {NEAR}" in result["msg"]
    assert result["msg"].endswith("What this call had done was undone: the host is as it was before")
    assert addresses(NEAR) == {(DIP, 24, NEAR)}
    assert (sysctl(IGNORE), sysctl(ANNOUNCE)) == ("0", "0")


def test_an_interface_without_ipv6_is_named_before_anything_is_changed() -> None:
    run("sysctl", "-w", f"net.ipv6.conf.{NEAR}.disable_ipv6=1")
    wanted = [{"address": f"{VIP}/32", "interface": NEAR}, {"address": "2001:db8:9::198/128", "interface": NEAR}]
    result = module("host_network", check=True, addresses=wanted)
    assert result["failed"]
    assert f"first: sysctl -w net.ipv6.conf.{NEAR}.disable_ipv6=0" in result["msg"]
    elsewhere = [{"address": "2001:db8:9::198/128", "interface": "lo"}]
    assert not module("host_network", check=True, addresses=elsewhere).get("failed")


def test_a_value_that_a_sysctl_does_not_take_is_told() -> None:
    result = module("host_network", sysctls={IGNORE: "many"})
    assert result["failed"]
    assert f"cannot set sysctl {IGNORE} to many: Invalid argument" in result["msg"]


def test_without_the_capability_the_way_out_is_named() -> None:
    wanted = [{"address": f"{VIP}/32", "interface": NEAR}]
    result = module("host_network", prefix=("setpriv", "--bounding-set", "-net_admin"), addresses=wanted)
    assert result["failed"]
    assert "CAP_NET_ADMIN" in result["msg"]
    assert addresses(NEAR) == {(DIP, 24, NEAR)}


def announced(wanted: dict[str, Any]) -> list[bytes]:
    """The ARP and neighbour-advertisement frames that arrive at the far end while an address is added."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003)) as watcher:
        watcher.bind((FAR, 0x0003))
        watcher.settimeout(1)
        module("host_network", addresses=[wanted])
        frames = []
        while True:
            try:
                frames.append(watcher.recv(2048))
            except socket.timeout:  # noqa: UP041 - another one before Python 3.10
                break
    return [
        frame for frame in frames if frame[12:14] == b"\x08\x06" or (frame[12:14] == b"\x86\xdd" and frame[54] == 136)
    ]


def test_neighbours_are_told_of_an_ipv4_address() -> None:
    mac = bytes.fromhex(Path(f"/sys/class/net/{NEAR}/address").read_text().strip().replace(":", ""))
    vip = socket.inet_aton(VIP)
    frames = announced({"address": f"{VIP}/32", "interface": NEAR, "announce": True})
    assert len(frames) == 2
    for frame, operation in paired(frames, (1, 2)):
        assert frame[:12] == b"\xff" * 6 + mac
        assert frame[20:22] == operation.to_bytes(2, "big")
        assert (frame[22:28], frame[28:32], frame[38:42]) == (mac, vip, vip)
    assert announced({"address": f"{VIP}/32", "interface": NEAR, "announce": True}) == []


def test_neighbours_learn_where_an_ipv6_address_is_now() -> None:
    """The far end lives in a network namespace of its own and believes a wrong MAC address until it is told."""
    namespace = "lvs-test"
    inside = ("ip", "-n", namespace)
    run("ip", "netns", "add", namespace)
    try:
        run("ip", "link", "set", FAR, "netns", namespace)
        run(*inside, "link", "set", FAR, "up")
        run(*inside, "address", "add", "2001:db8:9::2/64", "dev", FAR, "nodad")
        run(*inside, "neigh", "add", "2001:db8:9::198", "lladdr", "02:00:00:00:00:99", "dev", FAR, "nud", "stale")
        mac = Path(f"/sys/class/net/{NEAR}/address").read_text().strip()
        wanted = {"address": "2001:db8:9::198/64", "interface": NEAR, "announce": True}
        assert module("host_network", addresses=[wanted])["changed"]
        assert mac in run(*inside, "neigh", "show", "2001:db8:9::198")
    finally:
        run(*inside, "link", "set", FAR, "netns", "1")
        run("ip", "netns", "delete", namespace)


LAB_CONF = Path("/etc/systemd/networkd.conf.d/lab.conf")


def test_what_networkd_would_take_away_is_warned_of(tmp_path: Path) -> None:
    """The lab tells it to leave to others what is theirs, as the documentation of the collection asks for."""
    options = {"addresses": [{"address": f"{VIP}/32", "interface": "eth1"}], "boot_file": str(tmp_path / "batch")}
    options["rules"] = [{"priority": 5080, "source": DIP, "table": 5080}]
    assert "warnings" not in module("host_network", **options)
    kept = LAB_CONF.read_text()
    LAB_CONF.unlink()
    try:
        (warning,) = module("host_network", **options)["warnings"]
    finally:
        LAB_CONF.write_text(kept)
    assert "below [Network]: ManageForeignRoutingPolicyRules=no" in str(warning)
    drop_in = Path("/etc/systemd/network/20-eth1.network.d/no.conf")
    drop_in.parent.mkdir()
    drop_in.write_text("[Network]\nKeepConfiguration=no\n")
    try:
        (warning,) = module("host_network", **options)["warnings"]
    finally:
        drop_in.unlink()
        drop_in.parent.rmdir()
    assert "removes addresses of others from eth1" in str(warning)
    assert module("host_network", state="deleted", **options)["changed"]


def test_an_ipv6_address_stands_for_its_interface_too(tmp_path: Path) -> None:
    run("ip", "address", "add", "2001:db8:9::21/64", "dev", NEAR, "nodad")
    redirects = f"net.ipv6.conf.{NEAR}.accept_redirects"
    assert sysctl(redirects) == "1"
    wanted = {"net.ipv6.conf.[2001:db8:9::21].accept_redirects": "0"}
    files = {"boot_file": str(tmp_path / "network.batch"), "sysctl_file": str(tmp_path / "lvs.conf")}
    result = module("host_network", state="replaced", sysctls=wanted, **files)
    assert result["commands"] == [f"sysctl -w {redirects}=0"]
    assert f"{redirects} = 0" in (tmp_path / "lvs.conf").read_text()
    assert module("host_network", state="deleted", all=True, **files)["changed"]
    assert sysctl(redirects) == "1"


def test_a_real_server_that_answers_for_the_vip_itself_is_refused(tmp_path: Path) -> None:
    """As after a move from one server to a cluster. Witness: the far end asks on the wire."""
    wanted: dict[str, Any] = {
        "addresses": [{"address": f"{VIP}/32", "interface": "lo"}],
        "sysctls": TAMED,
        "refused_addresses": [VIP],
        "boot_file": str(tmp_path / "network.batch"),
        "sysctl_file": str(tmp_path / "lvs.conf"),
    }
    run("ip", "address", "add", f"{VIP}/24", "dev", NEAR)
    result = module("host_network", state="replaced", **wanted)
    assert result["failed"]
    assert result["msg"].startswith("This call has changed nothing")
    mend = f"ip address del {VIP}/24 dev {NEAR}"
    assert mend in result["msg"]
    assert (addresses("lo") & {(VIP, 32, "lo")}, sysctl(IGNORE), list(tmp_path.iterdir())) == (set(), "0", [])
    assert answers_for(VIP)
    run(*mend.split())
    assert not answers_for(VIP)
    assert module("host_network", state="replaced", **wanted)["changed"]
    assert not answers_for(VIP)
    # What is the cluster's own may be there: on_real_servers: lan.
    lan = {**wanted, "addresses": [{"address": f"{VIP}/24", "beside": DIP}]}
    assert module("host_network", state="replaced", **lan)["changed"]
    assert not module("host_network", state="replaced", **lan)["changed"]
    module("host_network", state="deleted", all=True, boot_file=wanted["boot_file"], sysctl_file=wanted["sysctl_file"])


def test_an_address_on_an_interface_without_arp_is_not_refused() -> None:
    run("ip", "link", "add", "lvsdummy", "type", "dummy")
    try:
        run("ip", "address", "add", f"{VIP}/32", "dev", "lvsdummy")
        assert not module("host_network", refused_addresses=[VIP])["changed"]
    finally:
        run("ip", "link", "delete", "lvsdummy")


def answers_for(address: str) -> bool:
    """Whether the near end answers ARP for an address, as one who looks for a duplicate asks for it (RFC 5227)."""
    words = ["arping", "-D", "-c", "2", "-w", "2", "-I", FAR, address]
    return subprocess.run(words, capture_output=True, check=False).returncode != 0


def test_a_file_that_takes_back_a_sysctl_is_named() -> None:
    wanted: dict[str, Any] = {"sysctls": TAMED, "sysctl_file": "/etc/sysctl.d/lvs.conf"}
    contradicting = Path("/etc/sysctl.d/zz-owner.conf")
    try:
        assert "warnings" not in module("host_network", check=True, **wanted)
        contradicting.write_text(f"{IGNORE} = 0\n")
        (warning,) = module("host_network", **wanted)["warnings"]
        assert f"{contradicting} sets {IGNORE} to 0 after /etc/sysctl.d/lvs.conf has set it to 1" in str(warning)
        run("/lib/systemd/systemd-sysctl")
        assert sysctl(IGNORE) == "0"  # as it was said
        contradicting.unlink()
        run("/lib/systemd/systemd-sysctl")
        assert sysctl(IGNORE) == "1"
    finally:
        contradicting.unlink(missing_ok=True)
        module("host_network", state="deleted", **wanted)


def test_what_a_killed_call_has_done_is_known_to_the_next(tmp_path: Path) -> None:
    """SIGKILL between the kernel and the files: a VIP that leaves the definition goes, and a sysctl goes back."""
    ignore = "net.ipv4.conf.all.arp_ignore"
    files = {"boot_file": str(tmp_path / "network.batch"), "sysctl_file": str(tmp_path / "lvs.conf")}
    at_first = sysctl(ignore)
    run("sysctl", "-qw", f"{ignore}=0")

    def killed() -> None:
        _resource._persist = lambda *_: os.kill(os.getpid(), signal.SIGKILL)

    vip = {"address": "203.0.113.9/32", "interface": "lo"}
    with pytest.raises(AssertionError, match="printed no result"):
        module("host_network", inside=killed, addresses=[vip], sysctls={ignore: "1"}, **files)
    assert (sysctl(ignore), "203.0.113.9" in run("ip", "address")) == ("1", True)
    assert module("host_network", state="replaced", sysctls={ignore: "1"}, **files)["counts"]["removed"] == 1
    assert "203.0.113.9" not in run("ip", "address")
    assert module("host_network", state="deleted", all=True, **files)["changed"]
    assert sysctl(ignore) == "0"
    assert list(tmp_path.iterdir()) == []
    run("sysctl", "-qw", f"{ignore}={at_first}")


def test_an_interface_with_an_odd_name(tmp_path: Path) -> None:
    """It does not matter as long as nothing is to be on it; for `ip -batch` a comment would begin there."""
    run("ip", "link", "add", "lvs#odd", "type", "dummy")
    run("ip", "address", "add", "203.0.113.2/24", "dev", "lvs#odd")
    files = {"boot_file": str(tmp_path / "network.batch")}
    try:
        assert module("host_network", addresses=[{"address": f"{VIP}/32", "interface": NEAR}], **files)["changed"]
        result = module("host_network", addresses=[{"address": "203.0.113.9/32", "beside": "203.0.113.2"}], **files)
    finally:
        run("ip", "link", "delete", "lvs#odd")
    assert "takes no interface of the name 'lvs#odd'" in result["msg"]
