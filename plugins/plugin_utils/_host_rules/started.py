# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a director's keepalived is started: by whom, and with which options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...module_utils._places import KEEPALIVED_CONF, KEEPALIVED_UNIT
from .._rules.rule import Note, advice, error, seen
from .candidate import Candidate, Facts, directors_checked_by_keepalived, directors_with_vrrp, keepalived_directors

# The options of keepalived with a value (main.c): of the short ones, those that may stand apart from it.
_WITH_VALUE = "fpiusSrcbA"
_LONG = {"vrrp": "P", "check": "C", "use-file": "f", "namespace": "s", "config-id": "i", "pid": "p"}
_PLACES = (
    "in DAEMON_ARGS in /etc/default/keepalived, in KEEPALIVED_OPTIONS in /etc/sysconfig/keepalived, or in the unit "
    "(systemctl cat keepalived)"
)


@error("LVS731", "other-file", each=keepalived_directors)
def other_file(candidate: Candidate) -> Iterator[Note]:
    """keepalived.service tells keepalived to read another file than the one that the role writes.

    Remove the option -f where the unit gets it.
    """
    file = _given(candidate).get("f", KEEPALIVED_CONF)
    if file != KEEPALIVED_CONF:
        yield _note(candidate, f"keepalived would read {file}, and not {KEEPALIVED_CONF}", "f")


@error("LVS732", "vrrp-alone", each=directors_checked_by_keepalived)
def vrrp_alone(candidate: Candidate) -> Iterator[Note]:
    """keepalived.service tells keepalived to hold VIPs only, so that it balances nothing.

    Remove the option -P where the unit gets it.
    """
    given = _given(candidate)
    if "P" in given and "C" not in given:
        yield _note(candidate, "keepalived would hold the VIPs and balance nothing", "P")


@error("LVS733", "checks-alone", each=directors_with_vrrp)
def checks_alone(candidate: Candidate) -> Iterator[Note]:
    """keepalived.service tells keepalived to balance only, so that it holds no VIP.

    Remove the option -C where the unit gets it.
    """
    given = _given(candidate)
    if "C" in given and "P" not in given:
        yield _note(candidate, "keepalived would balance and hold no VIP", "C")


@error("LVS734", "namespace", each=keepalived_directors)
def namespace(candidate: Candidate) -> Iterator[Note]:
    """keepalived.service starts keepalived in another network namespace.

    Remove the option -s where the unit gets it.
    """
    given = _given(candidate)
    if "s" in given:
        yield _note(candidate, f"keepalived would work in the network namespace {given['s']}, not here", "s")


@error("LVS735", "stray-keepalived", each=keepalived_directors)
def stray_keepalived(candidate: Candidate) -> Iterator[Note]:
    """A keepalived runs on a director that keepalived.service has not started; while it runs, no other one starts.

    Stop that process.
    """
    for process in _others(candidate):
        if "p" not in options(process["arguments"]):
            number, words = process["process"], " ".join(process["arguments"])
            yield seen(
                candidate.host,
                f"A keepalived that {KEEPALIVED_UNIT} has not started runs on this host (process {number}: "
                f"{words or 'without options'})",
                "while it runs, no other one starts",
                f"Stop it: kill {number}",
            )


@advice("LVS736", "second-keepalived", each=keepalived_directors)
def second_keepalived(candidate: Candidate) -> Iterator[Note]:
    """Another keepalived runs on a director, in addition to that of keepalived.service.

    Make sure that it has none of the cluster's VIPs, services and virtual routers.
    """
    for process in _others(candidate):
        if "p" in options(process["arguments"]):
            yield seen(
                candidate.host,
                f"Another keepalived runs on this host (process {process['process']}: "
                f"{' '.join(process['arguments'])})",
                "It must have none of the cluster's VIPs, services and virtual routers",
                "Look into its configuration",
            )


def _given(candidate: Candidate) -> dict[str, str]:
    """The options with which keepalived.service starts keepalived."""
    return options(_words(candidate))


def _words(candidate: Candidate) -> Sequence[str]:
    unit = candidate.report["owners"]["units"].get(KEEPALIVED_UNIT)
    return unit["arguments"] if unit else ()


def _note(candidate: Candidate, text: str, option: str) -> Note:
    observed = f"{KEEPALIVED_UNIT} starts keepalived with the options {' '.join(_words(candidate))}"
    return seen(candidate.host, observed, text, f"Remove -{option} where the options are: {_PLACES}")


def _others(candidate: Candidate) -> Iterator[Facts]:
    """The processes of keepalived that its unit has not started."""
    owners = candidate.report["owners"]
    own = (owners["units"].get(KEEPALIVED_UNIT) or {}).get("process")
    return (each for each in owners["processes"] if each["name"] == "keepalived" and each["process"] != own)


def options(words: Sequence[str]) -> dict[str, str]:
    """The options of keepalived by their short names, with their values; of long ones those that matter here."""
    found: dict[str, str] = {}
    waiting = ""
    for word in words:
        if waiting:
            found[waiting], waiting = word, ""
        elif word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            short = _LONG.get(name, name)
            found[short] = value
            waiting = short if short in _WITH_VALUE and not equals else ""
        elif word.startswith("-"):
            waiting = _letters(word[1:], found)
    return found


def _letters(letters: str, found: dict[str, str]) -> str:
    """Note the options of one word, such as -DP or -f/etc/file; return the one whose value is the next word."""
    for place, letter in enumerate(letters):
        if letter in _WITH_VALUE:
            found[letter] = letters[place + 1 :]
            return "" if found[letter] else letter
        found[letter] = ""
    return ""
