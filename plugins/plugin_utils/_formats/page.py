# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IMPORT.md: what has become of each statement of the imported files, and what is left to do. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from shlex import quote

from ...module_utils._keepalived.text import masked, without_secrets
from .._rules.finding import ERROR, Finding
from .account import IMPORTED, LEFT, RAW, Entry
from .imported import Differences, Imported

_SHOWN = 5  # places that are named of those about which a rule says the same


def summary(imported: Imported, told: Sequence[Finding], differences: Differences) -> list[str]:
    """The result in a few lines."""
    counts = imported.book.counts()
    errors = sum(finding.severity == ERROR for finding in told)
    return [
        f"{_counted(sum(counts.values()), 'statement')}: "
        f"{counts[IMPORTED]} imported, {counts[RAW]} kept word for word, {counts[LEFT]} not taken",
        f"{_counted(len(imported.services), 'service')}, {_counted(len(imported.directors), 'director')}",
        *([f"{_counted(errors, 'problem')} to solve in the definition before a roll-out"] if errors else []),
        *(_compared(host, lines) for host, lines in differences.items()),
    ]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _compared(host: str, lines: Sequence[str] | None) -> str:
    if lines is None:
        return f"The table of {host} is not compared, since the definition has problems"
    if not lines:
        return f"The definition makes the table that {host} has now"
    return f"The definition makes another table than {host} has now: {_counted(len(lines), 'line')} of ipvsadm"


def page(
    imported: Imported,
    told: Sequence[Finding],
    sources: Sequence[str],
    sealed: bool,
    differences: Differences,
    folder: str,
) -> str:
    """sealed: whether the secrets are in the definition, encrypted. differences: as compared() has them.

    folder: of the inventory, for the lines to type.
    """
    book = imported.book
    notes = [*imported.mistakes, *book.notes]
    lines = [
        f"# Import of {', '.join(sources)}",
        "",
        *(f"- {line}." for line in summary(imported, told, differences)),
        *_next(imported, told, sealed, folder),
        *_tables(differences),
        *_table("To look at", ("where", "what"), notes),
        *_table("Not taken", ("where", "statement", "why"), map(_row, book.told(LEFT))),
        *_table("Kept word for word", ("where", "statement", "now in"), map(_row, book.told(RAW))),
        *_table("Imported", ("where", "statement", "now in"), map(_row, book.told(IMPORTED))),
    ]
    return "\n".join(lines) + "\n"


def _next(imported: Imported, told: Sequence[Finding], sealed: bool, folder: str) -> Iterator[str]:
    yield from ("", "## What to do next", "")
    steps = [f"Solve {_sentences(found)}" for found in _by_code(told) if found[0].severity == ERROR]
    for name in () if sealed else imported.secrets:
        steps.append(
            f"Encrypt the password and define it as {_code(name)}, as in "
            f"{_code(f'ansible-vault encrypt_string --stdin-name {name}')}; the import never writes one in clear text."
        )
    steps += [f"Look at the advice about {_sentences(found)}" for found in _by_code(told) if found[0].severity != ERROR]
    steps += [
        "Read the tables below: what was not taken, and what is to be looked at.",
        "See what a roll-out would change on the running directors: "
        + _code(f"ansible-playbook -i {quote(folder)} lvs.cluster.site --check --diff"),
    ]
    yield from (f"{number}. {step}" for number, step in enumerate(steps, 1))


def _tables(differences: Differences) -> Iterator[str]:
    for host, lines in differences.items():
        if lines:
            yield from ("", f"## The table of {host}", "")
            yield "`-` is what the kernel has now and the definition does not, `+` what only the definition has. A real"
            yield "server that has failed its check, or that is drained, may be why."
            yield from ("", "```diff", *lines, "```")


def _by_code(told: Sequence[Finding]) -> list[list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in told:
        found.setdefault(finding.code, []).append(finding)
    return [*found.values()]


def _sentences(found: Sequence[Finding]) -> str:
    """What one rule says; of many places the first one in full."""
    first, *others = found
    more = [_code(each.path) for each in others[:_SHOWN]]
    rest = len(others) - len(more)
    also = f" The same of {', '.join(more)}{f' and {rest} more' if rest else ''}." if more else ""
    return f"{_code(first.path)}: {_plain(first.sentence)} [{first.code}]{also}"


def _row(entry: Entry) -> tuple[str, str, str]:
    text = entry.statement.text
    return entry.statement.place, _code(masked(text)), without_secrets(entry.told, text)


def _table(heading: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    rows = list(rows)
    if rows:
        yield from ("", f"## {heading}", "", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}")
        yield from (f"| {' | '.join(map(_plain, row))} |" for row in rows)


def _code(text: str) -> str:
    return f"`{text.replace('`', chr(39))}`"


def _plain(text: str) -> str:
    """Text that ends no cell of a table, with what is no UTF-8 as question marks."""
    return text.replace("|", "\\|").replace("\n", " ").encode("utf-8", "replace").decode()
