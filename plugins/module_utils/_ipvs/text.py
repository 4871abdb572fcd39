# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The virtual-server table in the syntax of ipvsadm, both ways. Private to the collection.

The lines are those of `ipvsadm -S -n`, sorted, and `ipvsadm -R` takes them. Where ipvsadm's own output leaves
something out (the thresholds -x and -y), these lines have it.
"""

from __future__ import annotations

from typing import Dict, Iterable, Iterator

from .._change import ADD, CHANGE, REMOVE, Change, InvalidInput
from .._netlink.address import canonical, family_of
from .model import (
    FWMARK_MAX,
    NAMED_FLAGS,
    SCHEDULER_FLAGS,
    SCHEDULERS_BY_CLIENT,
    Destination,
    Pair,
    Service,
    ServiceKey,
    Table,
    VirtualService,
    Weights,
    endpoint,
    full_netmask,
    normal_destination,
    normal_service,
)
from .plan import SERVICE

_PROTOCOL_OPTIONS = {"tcp": "-t", "udp": "-u", "sctp": "--sctp-service"}
_PROTOCOLS = {option: protocol for protocol, option in _PROTOCOL_OPTIONS.items()}
_PROTOCOLS.update({"--tcp-service": "tcp", "--udp-service": "udp"})
FORWARD_OPTIONS = {"dr": "-g", "nat": "-m", "tun": "-i"}
_FORWARDS = {option: forward for forward, option in FORWARD_OPTIONS.items()}
# ipvsadm has one word per scheduler for the same bit (IP_VS_SVC_F_SCHED1 and so on).
_FLAG_WORDS = {flag: f"flag-{number}" for number, flag in enumerate(SCHEDULER_FLAGS, 1)}
_FLAGS = {word: flag for flag, word in _FLAG_WORDS.items()}
for _scheduler in SCHEDULERS_BY_CLIENT:
    _FLAGS.update({f"{_scheduler}-{flag}": flag for flag in NAMED_FLAGS})


def table_lines(table: Table) -> Iterator[str]:
    """Yield the whole table, sorted, one command a line."""
    for key in sorted(table):
        service, destinations = table[key]
        yield _words("-A", *_identity(key), *_service_options(key, service))
        for destination in destinations:
            yield destination_line("-a", key, destination)


def command(change: Change) -> str:
    """Return the ipvsadm command that does the same as this change."""
    if change.kind == SERVICE:
        identity = _identity(change.key)
        if change.action == REMOVE:
            return _words("ipvsadm", "-D", *identity)
        option = "-A" if change.action == ADD else "-E"
        return _words("ipvsadm", option, *identity, *_service_options(change.key, change.after))
    service, destination = change.key
    if change.action == REMOVE:
        return _words("ipvsadm", "-d", *_identity(service), "-r", endpoint(*destination))
    return "ipvsadm " + destination_line("-e" if change.action == CHANGE else "-a", service, change.after)


def _words(*words: str) -> str:
    return " ".join(words)


def _identity(key: ServiceKey) -> tuple[str, ...]:
    if key.fwmark:
        return ("-f", str(key.fwmark)) + (("-6",) if key.family == "ipv6" else ())
    return (_PROTOCOL_OPTIONS.get(key.protocol, f"--protocol-{key.protocol}"), endpoint(key.address, key.port))


def _service_options(key: ServiceKey, service: Service) -> list[str]:
    words = ["-s", service.scheduler]
    if service.persistence_timeout:
        words += ["-p", str(service.persistence_timeout)]
        if service.persistence_netmask != full_netmask(key.family):
            words += ["-M", service.persistence_netmask]
    if service.persistence_engine:
        words += ["--pe", service.persistence_engine]
    if service.one_packet:
        words += ["-o"]
    if service.scheduler_flags:
        words += ["-b", ",".join(_flag_word(service.scheduler, flag) for flag in service.scheduler_flags)]
    return words


def _flag_word(scheduler: str, flag: str) -> str:
    if scheduler in SCHEDULERS_BY_CLIENT and flag in NAMED_FLAGS:
        return f"{scheduler}-{flag}"
    return _FLAG_WORDS[flag]


def destination_line(option: str, key: ServiceKey, destination: Destination) -> str:
    """Return the line that adds (-a) or changes (-e) a destination."""
    words = [option, *_identity(key), "-r", endpoint(destination.address, destination.port)]
    if destination.forward in FORWARD_OPTIONS:
        words.append(FORWARD_OPTIONS[destination.forward])
    words += ["-w", str(destination.weight)]
    if destination.upper_threshold:
        words += ["-x", str(destination.upper_threshold)]
    if destination.lower_threshold:
        words += ["-y", str(destination.lower_threshold)]
    if destination.forward == "tun":
        words += ["--tun-type", destination.tunnel_type]
        if destination.tunnel_port:
            words += ["--tun-port", str(destination.tunnel_port)]
        if destination.tunnel_type != "ipip":
            words.append(f"--tun-{destination.tunnel_checksum}")
    return _words(*words)


def parse_rules(text: str, source: str) -> tuple[Table, Weights]:
    """Read lines as table_lines() and then weight_lines() write them, or as `ipvsadm -S -n` does.

    Return the table with the weights of the definition, and the weights that an operator has made of some.
    InvalidInput names each line that is not understood, as "source:number".
    """
    weights: Weights = {}
    services: dict[ServiceKey, Service] = {}
    destinations: dict[ServiceKey, dict[tuple[str, int], Destination]] = {}
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            words = line.partition("#")[0].split()  # no word of these has blanks, so none has quotes
            if words[:1] == ["ipvsadm"]:
                del words[0]
            if words:
                _parse_line(words, services, destinations, weights)
        except ValueError as error:
            faults.append(f"{source}:{number}: {error}: {line.strip()}")
    if faults:
        raise InvalidInput(tuple(faults))
    table = {
        key: VirtualService(service, tuple(sorted(destinations[key].values()))) for key, service in services.items()
    }
    return table, weights


def _parse_line(
    words: list[str],
    services: dict[ServiceKey, Service],
    destinations: dict[ServiceKey, dict[tuple[str, int], Destination]],
    weights: Weights,
) -> None:
    command_word, options = words[0], _options(words[1:])
    if command_word not in ("-A", "-a", "-e"):
        raise ValueError(f"{command_word} adds neither a service (-A) nor a destination (-a)")
    key = _parse_identity(options)
    if command_word == "-e":
        changed = _parse_destination(options)
        if changed.key not in destinations.get(key, {}):
            raise ValueError(f"a destination of {key}, which no line before has added")
        weights[key, changed.key] = changed.weight
    elif command_word == "-A":
        services[key] = normal_service(key, _parse_service_options(options))
        destinations.setdefault(key, {})
    else:
        if key not in services:
            raise ValueError(f"a destination of {key}, which no line before has added")
        destination = _parse_destination(options)
        destinations[key][destination.key] = destination
    if options:
        raise ValueError(f"{' '.join(options)} is not understood")


def weight_lines(defined: Table, weights: Weights) -> Iterator[str]:
    """Yield the lines that give destinations of a table the operator's weights, where those are others."""
    for key in sorted(defined):
        for destination in defined[key].destinations:
            weight = weights.get((key, destination.key), destination.weight)
            if weight != destination.weight:
                yield destination_line("-e", key, destination._replace(weight=weight))


def parse_weight_lines(text: str) -> Dict[Pair, Destination]:
    """Read lines as weight_lines() writes them, without the table before them; others are passed over."""
    found: Dict[Pair, Destination] = {}
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if words[:1] == ["-e"]:
            options = _options(words[1:])
            key = _parse_identity(options)
            destination = _parse_destination(options)
            found[key, destination.key] = destination
    return found


_WITHOUT_VALUE = {"-6", "-o", "--ops", "-g", "-m", "-i", "--tun-nocsum", "--tun-csum", "--tun-remcsum"}


def _options(words: Iterable[str]) -> dict[str, str]:
    options = {}
    remaining = iter(words)
    for word in remaining:
        if word in _WITHOUT_VALUE:
            options[word] = ""
        else:
            value = next(remaining, None)
            if value is None:
                raise ValueError(f"{word} without a value")
            options[word] = value
    return options


def _parse_identity(options: dict[str, str]) -> ServiceKey:
    mark = options.pop("-f", None)
    if mark is not None:
        family = "ipv4" if options.pop("-6", None) is None else "ipv6"
        if not 1 <= int(mark) <= FWMARK_MAX:
            raise ValueError(f"{mark} is no mark of packets; marks are 1 to {FWMARK_MAX}")
        return ServiceKey(family, "", "", 0, int(mark))
    for option, protocol in _PROTOCOLS.items():
        if option in options:
            address, port = _parse_endpoint(options.pop(option))
            return ServiceKey(family_of(address), protocol, address, port, 0)
    raise ValueError("no service (-t, -u, --sctp-service or -f)")


def _parse_endpoint(text: str) -> tuple[str, int]:
    address, _colon, port = text.rpartition(":")
    if address.startswith("[") and address.endswith("]"):
        address = address[1:-1]
    return canonical(address), int(port)


def _parse_service_options(options: dict[str, str]) -> Service:
    one_packet = [options.pop(word, None) for word in ("-o", "--ops")] != [None, None]
    netmask = options.pop("-M", "")
    return Service(
        scheduler=options.pop("-s", Service().scheduler),
        scheduler_flags=_parse_flags(options.pop("-b", "")),
        one_packet=one_packet,
        persistence_timeout=int(options.pop("-p", "0")),
        persistence_netmask=canonical(netmask) if "." in netmask else netmask,
        persistence_engine=options.pop("--pe", ""),
    )


def _parse_flags(words: str) -> tuple[str, ...]:
    flags = []
    for word in words.split(",") if words else ():
        if word not in _FLAGS:
            raise ValueError(f"{word} is no flag of a scheduler")
        flags.append(_FLAGS[word])
    return tuple(flags)


def _parse_destination(options: dict[str, str]) -> Destination:
    address, port = _parse_endpoint(options.pop("-r", ""))
    forward: str | None = None
    for option, method in _FORWARDS.items():
        if options.pop(option, None) is not None:
            forward = method
    checksum = "nocsum"
    for name in ("nocsum", "csum", "remcsum"):
        if options.pop(f"--tun-{name}", None) is not None:
            checksum = name
    return normal_destination(
        Destination(
            address=address,
            port=port,
            forward=forward or "local",
            weight=int(options.pop("-w", "1")),
            upper_threshold=int(options.pop("-x", "0")),
            lower_threshold=int(options.pop("-y", "0")),
            tunnel_type=options.pop("--tun-type", "ipip"),
            tunnel_port=int(options.pop("--tun-port", "0")),
            tunnel_checksum=checksum,
        )
    )
