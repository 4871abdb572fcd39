# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Openings in the words of firewalld, both ways: policies of our own, one for each hook. Pure. Private.

A policy is for packets of every zone, so that it does not matter which interface they come by; it stands before the
zones' own rules, and lets in what its rich rules accept. firewalld reads its file when it starts and is reloaded, and
its runtime can have the rules of a policy changed, but no policy added.
"""

from __future__ import annotations

import re
from typing import Any, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Tuple
from xml.sax.saxutils import quoteattr

from .model import FIREWALLD, PROTOCOL_NAMES, PROTOCOL_NUMBERS, Line, Rule, Stray, rule_of
from .text import in_order, understand

POLICIES = {"lvs-input": "input", "lvs-forward": "forward"}
PATHS = {f"/etc/firewalld/policies/{policy}.xml": policy for policy in POLICIES}
# Before what others may refuse: the zones count as 0, firewalld's own policy for IPv6 has -15000.
PRIORITY = -16000
_TO = {"input": "HOST", "forward": "ANY"}
_HEAD = """\
<?xml version="1.0" encoding="utf-8"?>
<policy priority="{priority}" target="CONTINUE">
  <short>{policy}</short>
  <description>What lvs.cluster needs at the hook {hook}. It writes this file as a whole.</description>
  <ingress-zone name="ANY"/>
  <egress-zone name="{to}"/>
"""


class Runtime(NamedTuple):
    """What runs of our own. policies: those that are there. running: whether firewalld does."""

    rules: FrozenSet[Rule]
    strays: FrozenSet[Stray]
    policies: FrozenSet[str]
    running: bool


NOTHING = Runtime(frozenset(), frozenset(), frozenset(), False)


def parts(rule: Rule) -> Tuple[Rule, ...]:
    """Divide a rule among several, each with the one port or range that a rich rule can have."""
    return tuple(
        rule._replace(source_port=source_port, port=port)
        for source_port in rule.source_port.split(",")
        for port in rule.port.split(",")
    )


def refusal(rule: Rule) -> str:
    """Say why firewalld cannot have a rule, "" where it can."""
    if rule.mark:
        return f"accept at {rule.hook}: firewalld cannot tell packets by their mark {rule.mark}; name their address"
    if rule.port and rule.source_port:
        return f"accept at {rule.hook}: a rule of firewalld has the port that packets come from or go to, not both"
    return ""


def lines(rule: Rule) -> Tuple[Line, ...]:
    """Return the rich rule that makes a rule. Its place is the policy."""
    policy = next(policy for policy, hook in POLICIES.items() if hook == rule.hook)
    words = [f"{name} {attribute}={quoteattr(value)}" for name, attribute, value in _addresses(rule)]
    words += [f"{name} " + " ".join(f'{key}="{value}"' for key, value in element) for name, element in _element(rule)]
    return (Line(policy, " ".join([f'rule family="{rule.family}"', *words, "accept"])),)


def _addresses(rule: Rule) -> List[Tuple[str, str, str]]:
    pairs = (("source", rule.source), ("destination", rule.address))
    return [(name, "address", address) for name, address in pairs if address]


def _element(rule: Rule) -> List[Tuple[str, Tuple[Tuple[str, str], ...]]]:
    """Return what limits a rich rule to its protocol and port."""
    for name, port in (("port", rule.port), ("source-port", rule.source_port)):
        if port:
            return [(name, (("port", port), ("protocol", rule.protocol)))]
    # By number: a machine without /etc/protocols knows no names.
    return [("protocol", (("value", str(PROTOCOL_NUMBERS[rule.protocol])),))] if rule.protocol else []


def command(action: str, line: Line) -> str:
    """Return the command that adds ("-A") or removes ("-D") a line."""
    verb = {"-A": "add", "-D": "remove"}[action]
    return f"firewall-cmd --policy={line.place} --{verb}-rich-rule='{line.words}'"


def read_file(path: str, text: str) -> FrozenSet[Rule]:
    """Read the rules of a policy's file, as it is written here or by firewalld itself."""
    found = [Line(PATHS[path], words) for words in map(_rich_rule, re.findall(r"<rule .*?</rule>", text, re.DOTALL))]
    return understand(found, _guess, lines).rules


def _rich_rule(element: str) -> str:
    """Return a rule of a policy's file as firewall-cmd has it."""
    attributes = dict(re.findall(r"<([a-z-]+)\s+([^>]*?)\s*/?>", element))
    words = [f"{name} {attributes[name]}" for name in _ELEMENTS if name in attributes]
    return " ".join([*words, "accept"] if re.search(r"<accept\s*/>", element) else words)


_ELEMENTS = ("rule", "source", "destination", "port", "source-port", "protocol")


def write_file(path: str, rules: Iterable[Rule], text: Optional[str]) -> Optional[str]:
    """Return the file of a policy, None where there is nothing to accept.

    text: the file as it is. It stays where it says the same, as after firewalld has written it itself.
    """
    wanted = _file(path, rules)
    return text if wanted and text and _said(text) == _said(wanted) else wanted


def _said(text: str) -> Tuple[FrozenSet[str], FrozenSet[Tuple[str, ...]]]:
    """Return the rules of a policy's file, and all else that it says to firewalld."""
    rule = re.compile(r"<rule .*?</rule>", re.DOTALL)
    others = re.findall(r"<(\w[\w-]*)([^>]*?)/?>", rule.sub("", text))
    return frozenset(map(_rich_rule, rule.findall(text))), frozenset(
        (name, *sorted(attributes.split())) for name, attributes in others if name not in ("short", "description")
    )


def _file(path: str, rules: Iterable[Rule]) -> Optional[str]:
    policy = PATHS[path]
    content = "".join(_xml(rule) for rule in in_order(rules) if rule.hook == POLICIES[policy])
    hook = POLICIES[policy]
    head = _HEAD.format(priority=PRIORITY, policy=policy, hook=hook, to=_TO[hook])
    return f"{head}{content}</policy>\n" if content else None


def _xml(rule: Rule) -> str:
    elements = [f"<{name} {key}={quoteattr(value)}/>" for name, key, value in _addresses(rule)]
    for name, element in _element(rule):
        elements.append(f"<{name} " + " ".join(f'{key}="{value}"' for key, value in element) + "/>")
    inside = "".join(f"    {element}\n" for element in (*elements, "<accept/>"))
    return f'  <rule family="{rule.family}">\n{inside}  </rule>\n'


def read_runtime(text: str) -> Runtime:
    """Read `firewall-cmd --list-all-policies`: what of it is our own."""
    policy, policies, found = "", set(), []
    for line in text.splitlines():
        if line[:1].strip():
            policy = line.split()[0]
            policies.add(policy)
        elif line.startswith("\trule ") and policy in POLICIES:
            found.append(Line(policy, line.strip()))
    understood = understand(found, _guess, lines)
    strays = frozenset(
        Stray(FIREWALLD, line.place, number, line.words) for number, line in enumerate(understood.strays)
    )
    return Runtime(understood.rules, strays, frozenset(policies.intersection(POLICIES)), True)


def settings(text: str) -> Dict[str, FrozenSet[str]]:
    """Read `--list-all-zones` or `--list-all-policies`: what each zone or policy of others has, but for its interfaces.

    These come and go with the network; firewalld keeps them, or whoever manages the network tells it again.
    """
    found: Dict[str, FrozenSet[str]] = {}
    name = ""
    for line in text.splitlines():
        if line[:1].strip():
            name = line.split()[0]
        elif name and name not in POLICIES and line.strip() and not line.strip().startswith("interfaces:"):
            found[name] = found.get(name, frozenset()) | {" ".join(line.split())}
    return found


_FIELDS = {
    name: re.compile(pattern)
    for name, pattern in {
        "family": r'^rule family="(ipv4|ipv6)"',
        "source": r' source address="(\S+?)"',
        "address": r' destination address="(\S+?)"',
        "number": r' protocol value="([0-9]{1,3})"',
        "protocol": r' protocol="(\w+)"',
        "port": r' port port="([0-9-]+)"',
        "source_port": r' source-port port="([0-9-]+)"',
    }.items()
}


def _guess(line: Line) -> Optional[Rule]:
    found = {name: pattern.search(line.words) for name, pattern in _FIELDS.items()}
    values: Dict[str, Any] = {name: match.group(1) for name, match in found.items() if match}
    values.setdefault("protocol", PROTOCOL_NAMES.get(int(values.pop("number", 0))))
    for name in ("source_port", "port"):
        values[name] = values.get(name, "0").split(",")
    return rule_of("accept", values.pop("family", ""), {**values, "hook": POLICIES[line.place]})
