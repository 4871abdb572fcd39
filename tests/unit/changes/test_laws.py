# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What counts as a breach of a law, and what does not."""

from __future__ import annotations

from ansible_collections.lvs.cluster.tests.changes import laws


def test_an_operators_weight_is_looked_for_in_the_table() -> None:
    table = "-A -t 192.0.2.198:80 -s rr\n-a -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 3\n"
    line = "-a -t 192.0.2.198:80 -r 192.0.2.21:80"
    assert [*laws.operators_words_kept(table, {line: "3"})] == []
    assert len([*laws.operators_words_kept(table, {line: "0"})]) == 1
    assert [*laws.operators_words_kept(f"{line} -i -w 3 --tun-type ipip\n", {line: "3"})] == []
    assert len([*laws.operators_words_kept("", {line: "3"})]) == 1


def test_a_password_in_an_output_is_a_breach_that_does_not_show_it() -> None:
    (breach,) = laws.no_secret("fine\n  auth_pass s3cret\n", ["s3cret", "other"])
    assert "***" in breach
    assert "s3cret" not in breach
