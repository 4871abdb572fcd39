# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines as keepalived 2.2.7 writes them on Debian 12."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.journal import Moved, State, told

STARTED = """
1796029643.992532 lvs1 systemd[1]: Starting keepalived.service - Keepalive Daemon (LVS and VRRP)...
1796029644.071887 lvs1 Keepalived[212]: Starting Keepalived v2.2.7 (01/16,2022)
1796029644.246369 lvs1 Keepalived_vrrp[214]: (lvs) Entering BACKUP STATE (init)
1796029647.663879 lvs1 Keepalived_vrrp[214]: (lvs) Entering MASTER STATE
"""
FAILED = """
1796029780.916030 CHECKER: HTTP_CHECK on service [192.0.2.22]:tcp:80 failed after 1 retries.
1796029780.919609 CHECKER: Removing service [192.0.2.22]:tcp:80 from VS [192.0.2.198]:tcp:80
1796029781.378066 CHECKER: TCP_CHECK on service [2001:db8:2::22]:tcp:80 failed after 1 retries.
1796029781.379239 CHECKER: Removing service [2001:db8:2::22]:tcp:80 from VS [2001:db8:2::198]:tcp:80
""".replace("CHECKER", "lvs1 Keepalived_healthcheckers[213]")
BACK = """
1796029793.315469 CHECKER: Remote Web server [192.0.2.22]:tcp:80 succeed on service.
1796029793.316225 CHECKER: Adding service [192.0.2.22]:tcp:80 to VS [192.0.2.198]:tcp:80
""".replace("CHECKER", "lvs1 Keepalived_healthcheckers[213]")
PASSWORD = "1796029800.1 lvs1 Keepalived_vrrp[214]: (lvs) received an invalid passwd!\n"


def test_since_when_an_instance_is_in_its_state() -> None:
    assert told(STARTED).instances == {"lvs": State("MASTER", 1796029647.663879)}
    assert told(f"{STARTED}{PASSWORD}").refused == (1796029800.1, "(lvs) received an invalid passwd!")


def test_since_when_and_why_a_real_server_is_out() -> None:
    four, six = told(STARTED + FAILED).real_servers
    why = "HTTP_CHECK on service [192.0.2.22]:tcp:80 failed after 1 retries."
    assert four == Moved("[192.0.2.198]:tcp:80", "192.0.2.22", 80, False, 1796029780.919609, why)
    assert (six.address, six.why.split()[0]) == ("2001:db8:2::22", "TCP_CHECK")
    four, _six = told(STARTED + FAILED + BACK).real_servers
    assert four == Moved("[192.0.2.198]:tcp:80", "192.0.2.22", 80, True, 1796029793.316225, "")


def test_a_failure_of_long_ago_is_no_reason() -> None:
    later = FAILED.splitlines()[2].replace("1796029780", "1796039780")
    (moved,) = told("\n".join([FAILED.splitlines()[1], later])).real_servers
    assert moved.why == ""


def test_with_a_new_start_nothing_of_before_is_true() -> None:
    again = told(STARTED + FAILED + PASSWORD + STARTED)
    assert (again.real_servers, again.refused) == ([], None)


@given(st.lists(st.sampled_from((STARTED + FAILED + BACK + PASSWORD).splitlines())), st.text())
def test_whatever_is_in_the_journal_is_read(lines: list[str], odd: str) -> None:
    told("\n".join([*lines, odd, f"1.5 lvs1 Keepalived_vrrp[1]: {odd}"]))
    told(f"1.5 lvs1 Keepalived_healthcheckers[1]: Removing service [{odd}]:tcp:80 from VS x")
