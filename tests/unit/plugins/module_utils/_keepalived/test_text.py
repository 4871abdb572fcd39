# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import (
    HIDDEN,
    StandIn,
    masked,
    without_secrets,
)

TEXT = """\
track_file standby {
    file /etc/lvs/standby
}
track_file /etc/lvs/drained/web1 {
    file "/etc/lvs/drained/web 1"
}
track_file /etc/lvsx/away {
    file /etc/lvsx/away
}
"""


def test_tracked_files_are_looked_for_in_the_stand_in_alone() -> None:
    instead = StandIn("/etc/lvs", "/tmp/.lvs-x")
    used = instead.used_in(TEXT)
    assert used == TEXT.replace("file /etc/lvs/standby", "file /tmp/.lvs-x/standby").replace(
        'file "/etc/lvs/', 'file "/tmp/.lvs-x/'
    )
    assert instead.unused_in(used) == TEXT


def test_a_stand_in_below_a_folder_that_is_there_leaves_the_rest_alone() -> None:
    used = StandIn("/etc/lvs/drained", "/tmp/.lvs-x").used_in(TEXT)
    assert used == TEXT.replace('file "/etc/lvs/drained/', 'file "/tmp/.lvs-x/')


SECRET = "s3cret.VALUE"
OWN = """\
vrrp_instance lvs {
    authentication {
        auth_type PASS
        auth_pass s3cret.VALUE
    }
    virtual_ipaddress {
        192.0.2.198/32 dev eth0
    }
}
virtual_server_group keycloak {
    192.0.2.198 443
}
"""


def test_of_a_file_of_our_own_only_the_password_is_hidden() -> None:
    assert masked(OWN) == OWN.replace(SECRET, HIDDEN)


@pytest.mark.parametrize(
    "text",
    [
        "# auth_pass s3cret.VALUE",
        "! the password was s3cret.VALUE",
        "$VPASS=s3cret.VALUE",
        "$X=s3cret.VALUE\nauth_pass $X",
        "auth_pass ${X}\n$X=$Y\n$Y = s3cret.VALUE",
        "authentication { auth_type PASS auth_pass s3cret.VALUE }",
        '"auth_pass" "s3cret.VALUE"',
        "auth_pass \\\n  s3cret.VALUE",
        "auth_pass a\\\n  \\\n  s3cret.VALUE",
        "authentication {\n  type PASS\n  s3cret.VALUE\n}",
        "notify /usr/bin/tell --token=s3cret.VALUE now",
        "AUTH_PASS\ts3cret.VALUE\r",
    ],
)
def test_a_secret_is_hidden_wherever_it_stands(text: str) -> None:
    assert SECRET not in masked(text)
    assert SECRET not in masked(f"global_defs {{\n}}\n{text}\nvrrp_script x {{\n}}\n")


WORDS = st.tuples(
    st.text("abz_-\u00e9", max_size=3),
    st.sampled_from(["pass", "PASS", "secret", "Key", "auth", "token"]),
    st.text("abz_-0", max_size=3),
).map("".join)
GAPS = st.sampled_from([" ", "\t", "=", " = ", ":", " '", ' "', " {", '" "', " \\\n ", " x "])
NOISE = st.text("ab {}#!\"'$=\\\n\r\x0b\u2028\u0130", max_size=12)


@given(NOISE, WORDS, GAPS, st.text("{}#!\"'=\\ \x0b\u2028", max_size=3), NOISE)
def test_no_value_of_a_word_that_tells_of_a_secret_is_ever_shown(
    before: str, word: str, gap: str, odd: str, after: str
) -> None:
    assert SECRET not in masked(f"{before}{word}{gap}{odd}{SECRET}{after}")


@given(NOISE, NOISE)
def test_what_is_not_hidden_stays_as_it_is(before: str, after: str) -> None:
    assert masked(before + after) == before + after


def test_keepalived_tells_no_secret_of_a_file_either() -> None:
    told = without_secrets("(Line 1) Unknown keyword 's3cret.VALUE', not s3cret", "key { x s3cret.VALUE }\n# key not")
    assert told == f"(Line 1) Unknown keyword '{HIDDEN}', not s3cret"
