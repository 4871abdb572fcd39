# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks that several parts of a definition share: names, ports, and what goes into keepalived.conf.

No value that passes here can end its line or its quotes in keepalived.conf: text has no control characters, and what
stands there without quotes has letters, digits and a few signs alone.
"""

from __future__ import annotations

import re

from ...module_utils._ipvs.model import FWMARK_MAX, WEIGHT_MAX
from ...module_utils._keepalived.text import PASSWORD
from ...module_utils._ports import PORT_MAX
from . import foreign_words
from .checks import choice, decimal, integer, pattern, text
from .place import Place
from .record import takes
from .sentences import shown
from .words import FORWARDING_METHODS

_OWN_PASSWORD = re.compile(rf"\bauth_pass\b(?![\s\"']*{PASSWORD})")
LONGEST = 4294  # seconds: keepalived counts microseconds in 32 bits (TIMER_HZ in timer.h)
# dev_valid_name() in net/core/dev.c: at most 15 characters, neither . nor ..; all and default are folders of sysctls.
interface = pattern(
    "the name of an interface",
    r"(?!(\.\.?|all|default)$)[A-Za-z0-9_.][A-Za-z0-9_.-]{0,14}",
    "it has at most 15 characters: letters, digits, _ . -",
)
name = pattern(
    "a name",
    r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}",
    "a name has at most 63 letters, digits, _ . - and begins with a letter or digit",
    numbers=True,
)
forwarding_method = choice("a forwarding method", FORWARDING_METHODS, foreign_words.FORWARDING_METHODS)
port = integer("a port", 1, PORT_MAX)
weight = integer("a weight", 0, WEIGHT_MAX)
mark = integer("a firewall mark", 1, FWMARK_MAX)
host_name = pattern(
    "a host name",
    r"(?!.*\.\.)[A-Za-z0-9_]([A-Za-z0-9_.:-]{0,251}[A-Za-z0-9_])?",
    "it has at most 253 letters, digits, . _ : -, begins and ends with a letter or digit, and has no two dots in a row",
    numbers=True,
)
user = pattern(
    "the name of a user or group",
    r"(?=.{1,32}$)[a-z_][a-z0-9_-]*\$?",
    "it begins with a lower-case letter or _ and has at most 32 lower-case letters, digits, _ and -",
)
_written_path = pattern(
    "the path of a file",
    r"/[A-Za-z0-9_.:@%+=,/-]{0,253}[A-Za-z0-9_.:@%+=,-]",
    "it begins with / and has at most 255 letters, digits and . _ : @ % + = , - /",
)
seconds = decimal("", 0, LONGEST, "seconds")
_floor = integer("a floor", 0, 65535)


@takes(anyOf=[_floor, {"type": "string", "title": "a percentage", "pattern": "^(100|[1-9]?[0-9])%$"}])
def floor(value: object, place: Place) -> int | str:
    """How many real servers stay: a number, or a share of them as text that ends with a percent sign."""
    if isinstance(value, str) and re.fullmatch(r"(100|[1-9]?[0-9])%", value):
        return str.__str__(value)
    if isinstance(value, str) and "%" in value:
        raise place.refused(f"{shown(value)} is no share: write a whole number from 0 to 100 with %, such as 50%")
    number: int = _floor(value, place)
    return number


at_least_a_second = integer("", 1, LONGEST, "seconds")
count = integer("", 0, 65535)


@takes(_written_path)
def path(value: object, place: Place) -> str:
    """The path of a file that keepalived tracks."""
    entered: str = _written_path(value, place)
    if entered.count("/") == 1:  # track_file_end_handler() in track_file.c
        raise place.refused(
            f"{shown(entered)} is a file in /, where keepalived since 2.2.8 tracks none; choose one in a folder, such "
            f"as /run{entered}"
        )
    return entered


@takes(text, title="text on one line", minLength=1, maxLength=500)
def one_line(value: object, place: Place) -> str:
    """Text on one line that keepalived does not take for one of its own macros, in quotes or not."""
    word = text(value, place)
    # A line of keepalived.conf has at most 1,024 bytes (MAXBUF in parser.h), and signs that are escaped count double.
    if not word or not word.isprintable() or len(re.sub(r'[\\"]', "....", word).encode("utf-8", "replace")) > 500:
        raise place.refused(f"{shown(word)} is not printable text on one line, of at most 500 characters")
    # It replaces ~SEQ(...) and ~LST(...) wherever they stand, and $NAME where someone has defined it.
    found = re.search(r"~(SEQ|LST)|\$\{?_", word)
    if found:
        raise place.refused(f"{shown(word)} has {found[0]} in it, which keepalived replaces; leave that out")
    return word


@takes(text, title="a command", pattern="^/[^ ]*[^ /]( |$)")
def command(value: object, place: Place) -> str:
    """A program with its arguments. Blanks part them, quotes keep one together that has blanks, as in a shell."""
    words = one_line(value, place)
    if not re.match(r"/[^ ]*[^ /]( |$)", words):
        raise place.refused(
            f"{shown(words)} is not a command: it must begin with the full path of a program, such as /usr/bin/..."
        )
    # As alloc_strvec_quoted_escaped() in parser.c reads it
    if not re.fullmatch(r"""(?:[^'"\\]|\\.|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*""", words):
        raise place.refused(
            f"{shown(words)} has a quote that is not closed, or ends in a backslash; write an apostrophe as \\'"
        )
    return words


@takes(text, title="lines of keepalived.conf")
def raw(value: object, place: Place) -> str:
    """Lines that go into keepalived.conf as they are; their braces must be closed, so that they end what they begin."""
    lines = text(value, place)
    depth = 0
    for sign in re.sub(r"[!#].*", "", lines):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            break
    if depth:
        raise place.refused("has an opening brace that is not closed, or a closing brace that closes nothing")
    if _OWN_PASSWORD.search(lines):
        raise place.refused(
            f"has a password (not shown), which would be seen by all who see the configuration: write auth_pass "
            f"{PASSWORD}, which the module on the director replaces with lvs_cluster.vrrp.password, or include a file "
            "of your own that has it"
        )
    return lines
