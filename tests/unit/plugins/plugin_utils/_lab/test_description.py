# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.data_file import parse, with_every_release, with_release
from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.description import (
    Description,
    identity,
    inventory,
    ssh_config,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.report import LabError

PROJECT = Path(__file__).resolve().parents[5]

TWO_SEGMENTS = """
segments = ["lan", "servers"]

[hosts.lvs1]
groups = ["lvs_directors"]
addresses.servers = ["198.51.100.2/24"]
addresses.lan = ["192.0.2.2/24", "2001:db8:2::2/64"]

[hosts.web1]
groups = ["web", "red"]
addresses.servers = ["198.51.100.21/24"]
gateways = ["198.51.100.2"]
release = "trixie"
"""


@pytest.fixture
def two_segments() -> Description:
    return parse(TWO_SEGMENTS, "lab.toml")


def errors_of(text: str) -> list[str]:
    with pytest.raises(LabError) as raised:
        parse(text, "lab.toml")
    return str(raised.value).splitlines()


def test_interfaces_follow_the_order_of_the_file(two_segments: Description) -> None:
    lvs1, web1 = two_segments.hosts
    assert (lvs1.number, web1.number) == (1, 2)
    assert lvs1.segments == ("servers", "lan")
    assert lvs1.addresses == ["198.51.100.2", "192.0.2.2", "2001:db8:2::2"]
    assert (lvs1.interface(None), lvs1.interface("lan")) == (1, 2)


def test_a_host_has_its_own_release_or_that_of_its_lab(two_segments: Description) -> None:
    assert [host.release for host in two_segments.hosts] == ["bookworm", "trixie"]
    assert two_segments.releases == ["bookworm", "trixie"]
    assert parse(f'release = "trixie"{TWO_SEGMENTS}', "lab.toml").releases == ["trixie"]


def test_a_default_is_for_a_lab_that_names_no_release() -> None:
    assert parse(with_release(TWO_SEGMENTS, "trixie"), "lab.toml").releases == ["trixie"]
    named = f'release = "bookworm"{TWO_SEGMENTS}'
    assert with_release(named, "trixie") == named
    assert errors_of(with_release("segments = [", "trixie"))[0].startswith("lab.toml: is not TOML: ")


def test_a_release_for_every_host_takes_the_place_of_all_that_are_named() -> None:
    for text in (TWO_SEGMENTS, f'release = "bookworm"{TWO_SEGMENTS}', with_release(TWO_SEGMENTS, "bookworm")):
        every = with_every_release(text, "bullseye")
        assert parse(every, "lab.toml").releases == ["bullseye"]
        assert with_every_release(every, "bullseye") == every


def test_a_segment_without_the_host_is_refused(two_segments: Description) -> None:
    with pytest.raises(LabError, match=r"web1 is not on segment 'lan'; it is on servers"):
        two_segments.host("web1").interface("lan")


def test_an_unknown_host_is_refused(two_segments: Description) -> None:
    with pytest.raises(LabError, match=r"no host 'web9'; it has lvs1, web1"):
        two_segments.host("web9")


def test_the_labs_of_the_scenarios_are_valid() -> None:
    files = sorted({*PROJECT.glob("molecule/lab.toml"), *PROJECT.glob("molecule/*/lab.toml")})
    assert files
    for file in files:
        parse(file.read_text(), str(file))


def test_text_that_is_not_toml_is_refused() -> None:
    assert errors_of("segments = [")[0].startswith("lab.toml: is not TOML: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "",
            [
                "segments: must be a list of strings, not None",
                "hosts: must be a table with at least one entry, not None",
            ],
        ),
        (
            'segments = ["lan"]\nhost = 1\n[hosts.a]\ngroups = "web"\nmemory = 1\n',
            [
                "host: unknown; known here: hosts, release, segments",
                "hosts.a.memory: unknown; known here: addresses, gateways, groups, release",
                "hosts.a.addresses: must be a table with at least one entry, not None",
                "hosts.a.groups: must be a list of strings, not 'web'",
            ],
        ),
        (
            'segments = ["lan"]\n[hosts."a b"]\naddresses.lna = ["192.0.2.1/24"]\n[hosts.b]\naddresses.lan = []\n',
            [
                "'a b' is no name: use a-z, 0-9 and, inside, -; at most 32 characters",
                "hosts.a b.addresses.lna: no such segment; there is lan",
                "hosts.b.addresses: needs at least one address, by which Ansible knows the host",
            ],
        ),
        (
            'segments = ["lan"]\n[hosts.a]\naddresses.lan = ["192.0.2.1", "192.0.2.256/24"]\n'
            'gateways = ["203.0.113.1"]\n'
            '[hosts.b]\naddresses.lan = ["192.0.2.1/24"]\n',
            [
                "hosts.a.addresses.lan: 192.0.2.1 has no prefix length; write for example 192.0.2.1/24",
                "hosts.a.addresses.lan: '192.0.2.256/24' does not appear to be an IPv4 or IPv6 interface",
                "hosts.a.gateways: 203.0.113.1 is in none of the host's own networks",
                "hosts.b.addresses: 192.0.2.1 is also an address of a",
            ],
        ),
        (
            'release = "buster"\nsegments = ["lan"]\n[hosts.a]\naddresses.lan = ["192.0.2.1/24"]\nrelease = 13\n',
            [
                "release: must be bookworm or trixie or bullseye or sid, not 'buster'",
                "hosts.a.release: must be bookworm or trixie or bullseye or sid, not 13",
            ],
        ),
        (
            'segments = ["a", "b", "c", "d"]\n[hosts.h]\naddresses.a = ["192.0.2.1/24"]\n'
            "addresses.b = []\naddresses.c = []\naddresses.d = []\n",
            ["hosts.h.addresses: 4 segments; a machine has 3 interfaces"],
        ),
    ],
)
def test_all_errors_are_named_with_their_place(text: str, expected: list[str]) -> None:
    assert sorted(errors_of(text)) == sorted(f"lab.toml: {error}" for error in expected)


def test_the_inventory_has_the_groups_and_the_way_to_the_hosts(two_segments: Description) -> None:
    written = inventory(two_segments, Path("/a b/ssh_config"))["all"]
    assert written["hosts"]["web1"] == {
        "ansible_host": "198.51.100.21",
        "ansible_ssh_args": "-F '/a b/ssh_config'",
        "ansible_python_interpreter": "/usr/bin/python3",
    }
    assert {group: [*members["hosts"]] for group, members in written["children"].items()} == {
        "lvs_directors": ["lvs1"],
        "web": ["web1"],
        "red": ["web1"],
    }
    assert json.loads(json.dumps(written)) == written


def test_openssh_finds_a_host_by_its_name_and_by_its_addresses(two_segments: Description, tmp_path: Path) -> None:
    config = tmp_path / "ssh_config"
    config.write_text(ssh_config(two_segments, {"lvs1": 2201, "web1": 2202}, Path("/a lab"), Path("/tmp/s")))
    ports = {}
    for name in ("lvs1", "192.0.2.2", "2001:db8:2::2", "web1", "198.51.100.21"):
        command = ["ssh", "-F", str(config), "-G", name]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        settings = dict(line.split(" ", 1) for line in output.splitlines() if " " in line)
        assert (settings["hostname"], settings["user"]) == ("127.0.0.1", "operator")
        image = "/a lab/trixie" if name in ("web1", "198.51.100.21") else "/a lab/bookworm"
        assert settings["identityfile"] == f"{image}/id_ed25519"
        assert settings["userknownhostsfile"] == f"{image}/known_hosts"
        ports[name] = settings["port"]
    assert [*ports.values()] == ["2201", "2201", "2201", "2202", "2202"]


def test_ssh_to_a_host_that_does_not_run_is_refused_at_once(two_segments: Description, tmp_path: Path) -> None:
    config = tmp_path / "ssh_config"
    config.write_text(ssh_config(two_segments, {}, tmp_path, tmp_path))
    result = subprocess.run(["ssh", "-F", str(config), "lvs1"], capture_output=True, text=True, timeout=10, check=False)
    assert "Connection refused" in result.stderr


def test_the_identity_is_a_script_that_a_shell_accepts(two_segments: Description) -> None:
    script = identity(two_segments, two_segments.host("lvs1"))
    subprocess.run(["sh", "-n"], input=script, text=True, check=True)
    assert "198.51.100.21 web1\n" in script


def test_a_gateway_is_set_on_the_interface_that_reaches_it(two_segments: Description) -> None:
    assert "Gateway=" not in identity(two_segments, two_segments.host("lvs1"))
    script = identity(two_segments, two_segments.host("web1"))
    _before, _file, eth1 = script.partition("20-eth1.network")
    assert "MACAddress=52:54:00:00:01:02\n" in eth1
    assert "Address=198.51.100.21/24\nGateway=198.51.100.2\n" in eth1


def test_a_host_that_is_none_of_the_lab_s_is_refused_at_once(two_segments: Description, tmp_path: Path) -> None:
    """A playbook in the lab must not reach a host of the same name elsewhere."""
    config = tmp_path / "ssh_config"
    config.write_text(ssh_config(two_segments, {"lvs1": 2201, "web1": 2202}, tmp_path, tmp_path))
    for name in ("web9", "203.0.113.9", "2001:db8::9"):
        result = subprocess.run(["ssh", "-F", str(config), "-G", name], capture_output=True, text=True, check=True)
        settings = dict(line.split(" ", 1) for line in result.stdout.splitlines() if " " in line)
        assert (settings["hostname"], settings["port"]) == ("127.0.0.1", "1")


def test_interfaces_are_called_what_a_host_calls_them(two_segments: Description) -> None:
    host = replace(two_segments.host("lvs1"), names=("eth0", "eth1"))
    script = identity(two_segments, host)
    subprocess.run(["sh", "-n"], input=script, text=True, check=True)
    taken = [line for line in script.splitlines() if line.startswith("ip link set was-")]
    assert taken == [
        "ip link set was-eth0 name lab0",
        "ip link set was-eth1 name eth0",
        "ip link set was-eth2 name eth1",
    ]
    assert "Name=eth0\n[Link]\nMACAddress=52:54:00:00:01:01\n" in script
    assert "--interface=eth0 --interface=eth1" in script
    assert "ip link set" not in identity(two_segments, two_segments.host("lvs1"))
