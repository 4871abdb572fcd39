# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What systemd-networkd would take away of what others have set. Pure. Private to the collection.

Whenever it starts, as an update of systemd makes it do, and whenever it sets an interface up again, it removes the
routes, rules and addresses that it does not know; its settings say of which it keeps its hands off.
"""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, NamedTuple, Tuple

from .model import Network

NO = ("no", "false", "off", "n", "f", "0")
YES = ("yes", "true", "on", "y", "t", "1")
CONF = "/etc/systemd/networkd.conf.d/lvs.conf"
HEADER = "# Written by lvs.cluster, as a whole: what it has set survives a restart of systemd-networkd.\n"


class Networkd(NamedTuple):
    """The settings of a running networkd, each file's text in the order in which it reads them.

    own: of networkd.conf and its drop-ins. interfaces: interface that it sets up -> the path of its .network file, and
    the texts of that and its drop-ins.
    """

    own: Tuple[str, ...]
    interfaces: Mapping[str, Tuple[str, Tuple[str, ...]]]


def drop_in(network_file: str) -> str:
    """Return the path of our own drop-in for a .network file."""
    return f"/etc/systemd/network/{network_file.rpartition('/')[2]}.d/lvs.conf"


def files(networkd: Networkd, own: Network) -> Dict[str, str]:
    """Return our own drop-ins, by which nothing that is our own is taken away. What others have set so needs none."""
    lines = {CONF: _foreign(_others(networkd.own), own)}
    for interface in {key.interface for key in own.addresses} & networkd.interfaces.keys():
        path, texts = networkd.interfaces[interface]
        if _setting(_others(texts), "KeepConfiguration") not in YES:
            lines[drop_in(path)] = ["KeepConfiguration=yes"]
    return {path: "\n".join([f"{HEADER}[Network]", *settings, ""]) for path, settings in lines.items() if settings}


def _others(texts: Iterable[str]) -> List[str]:
    return [text for text in texts if not text.startswith(HEADER)]


def _foreign(texts: Iterable[str], listed: Network) -> List[str]:
    """Return what networkd.conf lacks so that routes and rules of others stay."""
    wanted = (("ManageForeignRoutes", listed.routes), ("ManageForeignRoutingPolicyRules", listed.rules))
    said = list(texts)
    return [f"{key}=no" for key, entries in wanted if entries and _setting(said, key) not in NO]


def advice(networkd: Networkd, listed: Network) -> tuple[str, ...]:
    """Return what to set so that nothing of what is listed is taken away, one sentence for each file."""
    sentences = []
    missing = _foreign(networkd.own, listed)
    if missing:
        sentences.append(
            "systemd-networkd removes routes and routing rules of others when it restarts, at an update for example."
            f" Let /etc/systemd/networkd.conf.d/lvs.conf say, below [Network]: {' and '.join(missing)}"
        )
    for interface in sorted({key.interface for key in listed.addresses} & networkd.interfaces.keys()):
        path, texts = networkd.interfaces[interface]
        if _setting(texts, "KeepConfiguration") not in YES:
            name = path.rpartition("/")[2]
            sentences.append(
                f"systemd-networkd removes addresses of others from {interface} when it restarts, at an update for "
                f"example. Let /etc/systemd/network/{name}.d/lvs.conf say, below [Network]: KeepConfiguration=yes"
            )
    return tuple(sentences)


def _setting(texts: Iterable[str], key: str) -> str:
    """Return the last value of a key of the section [Network], in small letters; "" where there is none."""
    value = ""
    for text in texts:
        section = ""
        for line in map(str.strip, text.splitlines()):
            if line.startswith("["):
                section = line
            name, equals, rest = line.partition("=")
            if section == "[Network]" and equals and name.strip() == key:
                value = rest.strip().lower()
    return value
