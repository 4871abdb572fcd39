# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What nft lists, and what it means."""

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.module_utils._filter.model import Opening, Rule, parse_rules

TAB = "\t"  # nft indents by it
OPENINGS = frozenset(
    {Opening("inet", "filter", "input", "input", ""), Opening("inet", "filter", "forward", "forward", "")}
)
# As nft 1.0.6 lists them with -nnn, after what it was given.
LISTED = """\
table ip lvs { # handle 1
    chain mangle_postrouting { # handle 4
        type filter hook postrouting priority -150; policy accept;
        ip saddr 192.0.2.198 tcp flags 0x2 tcp option maxseg size > 1440 tcp option maxseg size set 1440 # handle 9
    }

    chain mangle_prerouting { # handle 2
        type filter hook prerouting priority -150; policy accept;
        ether saddr 52:54:00:00:01:01 return # handle 5
        ip daddr 192.0.2.198 meta l4proto 132 meta mark set 0x90000005 # handle 6
        ip daddr 192.0.2.198 tcp dport 80 meta mark set 0x00000001 # handle 7
    }

    chain nat_postrouting { # handle 3
        type nat hook postrouting priority 100; policy accept;
        ct original ip daddr 192.0.2.198 meta l4proto 6 ct original proto-dst 80 snat to 192.0.2.2 # handle 10
        ip saddr 198.51.100.0/24 ip daddr != 198.51.100.0/24 masquerade # handle 11
        ip saddr 198.51.100.21 masquerade # handle 12
    }

    chain nat_prerouting { # handle 1
        type nat hook prerouting priority -100; policy accept;
        ip daddr 192.0.2.198 meta l4proto 17 redirect # handle 13
        ip daddr 192.0.2.198 tcp dport 80 redirect # handle 14
    }
}
table arp lvs { # handle 2
    chain input { # handle 1
        type filter hook input priority 0; policy accept;
        arp operation 1 arp daddr ip 192.0.2.198 drop # handle 3
    }

    chain output { # handle 2
        type filter hook output priority 0; policy accept;
        arp saddr ip 192.0.2.198 arp saddr ip set 192.0.2.21 # handle 4
    }
}
""".replace("    ", TAB)
RULES = parse_rules(
    [
        {"kind": "silence", "address": "192.0.2.198", "instead": "192.0.2.21"},
        {"kind": "redirect", "address": "192.0.2.198", "protocol": "tcp", "port": ["80"]},
        {"kind": "redirect", "address": "192.0.2.198", "protocol": "udp"},
        {"kind": "mark", "mark": 1, "address": "192.0.2.198", "protocol": "tcp", "port": ["80"]},
        {"kind": "mark", "mark": 0x90000005, "address": "192.0.2.198", "protocol": "sctp"},
        {"kind": "masquerade", "source": "198.51.100.0/24"},
        {"kind": "masquerade", "source": "198.51.100.21"},
        {"kind": "source_nat", "address": "192.0.2.198", "protocol": "tcp", "port": ["80"], "to": "192.0.2.2"},
        {"kind": "clamp", "address": "192.0.2.198", "mss": 1440},
    ]
) | {Rule("unmarked", "ipv4", mac="52:54:00:00:01:01")}
CLOSED = """\
table inet filter {
    chain input { # handle 1
        type filter hook input priority 0; policy drop;
        ct state established accept # handle 4
    }
}
""".replace("    ", TAB)
OPENED = """\
table inet filter {
    chain input { # handle 1
        type filter hook input priority 0; policy drop;
        jump lvs_input comment "lvs.cluster" # handle 7
        ct state established accept # handle 4
    }
}
table inet filter {
    chain lvs_input { # handle 5
        meta l4proto 1 accept # handle 9
        ip daddr 192.0.2.21 ct state 0x2,0x4 accept # handle 10
        ip saddr 192.0.2.3 meta l4proto 112 accept # handle 6
        meta nfproto 10 tcp dport 80 accept # handle 8
    }
}
""".replace("    ", TAB)
