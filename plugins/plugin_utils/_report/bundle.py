# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people are asked for when they report a fault of keepalived, as one archive without secrets. Pure.

host_info masks the texts on the host, before they leave it; keepalived.conf is masked once more here.
"""

from __future__ import annotations

import gzip
import io
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...module_utils._ipvs.model import endpoint
from ...module_utils._keepalived.text import masked
from .._operate.director_state import by_key
from .._operate.doctor import answer
from .._operate.status_text import lines_of
from .about import About
from .subject import Subject

FOLDER = "lvs-bundle"
MARK = f"{FOLDER}.tar"
_NOTE = """\
A support bundle of lvs.cluster, made {time}.

issue.md has the questions of a bug report for keepalived, answered as far as the hosts could. Each director has a
folder with its configuration, its log, the virtual services and the addresses.

Passwords and other secrets are masked as ********. Names of hosts and addresses are not: read all of it before you give
it to others.
"""
_FORWARD = {"dr": "Route", "nat": "Masq", "tun": "Tunnel"}


def bundle(subjects: Sequence[Subject], about: About) -> bytes:
    """A tar.gz; the same texts always give the same bytes."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, text in texts(subjects, about).items():
            content = text.encode("utf-8", "replace")
            entry = tarfile.TarInfo(f"{FOLDER}/{name}")
            entry.size, entry.mode = len(content), 0o600
            archive.addfile(entry, io.BytesIO(content))
    with io.BytesIO() as bundled:
        # The name in the header (RFC 1952, 2.3.1) tells whose archive it is.
        with gzip.GzipFile(MARK, "wb", fileobj=bundled, mtime=0) as compressed:
            compressed.write(packed.getvalue())
        return bundled.getvalue()


def texts(subjects: Sequence[Subject], about: About) -> dict[str, str]:
    """Path in the archive -> text."""
    found = {"README.txt": _NOTE.format(time=about.time), "issue.md": _issue(subjects, about)}
    for subject in subjects:
        for host in subject.examined.cluster.hosts:
            folder = _unused(_file_name(host), found)
            found.update((f"{folder}/{name}", text) for name, text in _of_host(subject, host) if text.strip())
    return found


def _file_name(host: str) -> str:
    """A name that stays in its folder, whatever a host is called."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", host).lstrip(".-")[:100] or "host"


def _unused(name: str, there: Mapping[str, str]) -> str:
    folders = {path.partition("/")[0] for path in there}
    number, unused = 2, name
    while unused in folders:
        unused, number = f"{name}-{number}", number + 1
    return unused


def _of_host(subject: Subject, host: str) -> Iterator[tuple[str, str]]:
    report = subject.examined.reports.get(host)
    if report is None:
        yield "not-examined.txt", f"{subject.examined.unread.get(host, 'It was not looked at.')}\n"
        return
    told = report.get("texts") or {}
    yield "keepalived.conf", _ended(masked(str(told.get("configuration", ""))))
    yield "keepalived.log", _ended(str(told.get("journal", "")))
    yield "keepalived-version.txt", _ended(str(told.get("version", "")))
    yield "ipvs.txt", _table(report["ipvs"]) if "ipvs" in report else ""
    yield "addresses.txt", "".join(_addresses(report))
    yield "host.txt", "".join(f"{name}: {value}\n" for name, value in _system(report))


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"


def _table(ipvs: Mapping[str, Any]) -> str:
    """As `ipvsadm -L -n` shows it."""
    counted = by_key(ipvs.get("statistics", ()))
    lines = [f"IP Virtual Server (size={ipvs.get('connection_table_size', 'unknown')})"]
    lines += ["Prot LocalAddress:Port Scheduler Flags", "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn"]
    for key, service in by_key(ipvs["services"]).items():
        timeout = service.get("persistence_timeout")
        lines.append(f"{key} {service['scheduler']}{f' persistent {timeout}' if timeout else ''}")
        numbers = {_place(server): server for server in counted.get(key, {}).get("destinations", ())}
        for server in service["destinations"]:
            own = numbers.get(_place(server), {})
            lines.append(
                f"  -> {endpoint(*_place(server))} {_FORWARD.get(server['forward'], server['forward'])} "
                f"{server['weight']} {own.get('active_connections', '-')} {own.get('inactive_connections', '-')}"
            )
    return "\n".join(lines) + "\n"


def _place(server: Mapping[str, Any]) -> tuple[str, int]:
    return server["address"], server["port"]


def _addresses(report: Mapping[str, Any]) -> Iterator[str]:
    for each in report.get("placed", ()):
        yield f"{each['interface']} {each['address']}/{each['prefix']}\n"


def _system(report: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield from (report.get("system") or {}).items()
    yield "kernel", report.get("kernel_release") or "unknown"
    yield "keepalived", report.get("keepalived_version") or "not installed"


def _issue(subjects: Sequence[Subject], about: About) -> str:
    return "\n".join(_questions(subjects, about)) + "\n"


def _questions(subjects: Sequence[Subject], about: About) -> Iterator[str]:
    """The questions of a bug report, and what is known of their answers."""
    yield from ("# Describe the bug", "", "(What happens, and since when?)", "")
    yield from ("# To reproduce", "", "(What has to be done for it to happen?)", "")
    yield from ("# Expected behaviour", "", "(What should happen instead?)", "")
    yield from ("# Versions", "")
    yield from (f"- {name}: {version}" for name, version in about.versions)
    for subject in subjects:
        for host, report in subject.examined.directors.items():
            yield f"- {host}: {', '.join(f'{name} {value}' for name, value in _system(report))}"
    yield from ("", "keepalived-version.txt of each director has the whole output of `keepalived -v`.", "")
    yield from ("# Configuration", "", "keepalived.conf of each director, with secrets masked.", "")
    yield from ("# Log", "", "keepalived.log of each director.", "")
    yield from ("# State of the cluster", "", "```text")
    for subject in subjects:
        findings = answer([subject.findings])
        yield from (line.text.replace("```", "'''") for line in (*lines_of(subject.status), *findings.lines))
    yield from ("```", "", "# Additional context", "", "(Containers, cloud, anything that is special about the hosts?)")
