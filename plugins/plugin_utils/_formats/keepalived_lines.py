# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of keepalived.conf as keepalived's parser sees them: read_line() in lib/parser.c. Pure.

Comments are gone; what is included, defined ($NAME), repeated (~SEQ, ~LST) or for other directors (@NAME) has been
replaced; braces have lines of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from os.path import dirname, join, normpath

from .files import Files

LONGEST = 1022  # bytes: MAXBUF in parser.h, without the end of the line and of the text
_MOST_REPLACED = 1000
_MOST_REPEATED = 65536  # as many as a sequence of all ports has
_COMMENT = re.compile(r'[!#"\\]')
_CONDITION = re.compile(r"@(\^?)([^ \t]+)(?:[ \t]+|$)")
_DEFINITION = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(.*)", re.DOTALL)
# In braces, or followed by what cannot belong to a name: find_definition()
_USED = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*)(?=[ \t,)]|$))", re.ASCII)
_INCLUDE = re.compile(r"include[rmwba]?\s+(.*)")
_SEQUENCE = re.compile(r"~SEQ(x?)[ \t]*\([ \t]*([^ \t,)]+)[ \t]*,([^)]*)\)[ \t]*(.*)")
_LIST = re.compile(r"~LST[ \t]*\([ \t]*(\{[^}]*\}|[^,]*?)[ \t]*,(.*?)\)[ \t]*(.*)")
_VALUES = re.compile(r"[ \t]*(?:\{([^}]*)\}|([^,{}]*))[ \t]*(?:,|$)")
_FIXED = {"_HASH": "#", "_BANG": "!"}


@dataclass(frozen=True)
class Line:
    """file, number: where what it was made of stands. expands: what stands there is no statement itself."""

    file: str
    number: int
    text: str


@dataclass(frozen=True)
class Mistake:
    """What keepalived would complain of while it reads."""

    file: str
    number: int
    told: str


@dataclass
class Expanded:
    """What reading has met beside lines. conditions: the names after @ and @^. helpers: lines that define, repeat or
    include, which are no statements of their own; with what has become of them.
    """

    conditions: set[str] = field(default_factory=set)
    helpers: dict[Line, str] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    read: list[str] = field(default_factory=list)


# A line, or a name that means another text from here on.
_Item = Line | tuple[str, str]


def lines(files: Files, path: str, director: str | None, met: Expanded) -> Iterator[Line]:
    """The lines of a file and of those that it includes, for the director of this name (keepalived --config-id)."""
    return _Reader(files, director, met).lines(path)


class _Reader:
    def __init__(self, files: Files, director: str | None, met: Expanded) -> None:
        self._files, self._director, self._met = files, director, met
        self._meanings: dict[str, list[str]] = {}  # name -> the lines that it stands for
        self._waiting: list[Iterator[_Item]] = []  # the last one is read first

    def lines(self, path: str) -> Iterator[Line]:
        self._open(path, Line(path, 0, ""))
        while self._waiting:
            item = next(self._waiting[-1], None)
            if item is None:
                self._waiting.pop()
            elif isinstance(item, tuple):
                self._meanings[item[0]] = [item[1]]
            else:
                yield from self._read(item)

    def _open(self, path: str, included_by: Line) -> None:
        text = self._files.read(path)
        if text is None:
            self._complain(included_by, f"{path} is not there or cannot be read")
        elif self._met.read.count(path) > 100:
            self._complain(included_by, f"{path} includes itself")
        else:
            self._met.read.append(path)
            self._waiting.append(self._lines_of(path, text))

    def _lines_of(self, path: str, text: str) -> Iterator[Line]:
        """The lines without comments. A definition that goes on in further lines is one, with line feeds in it."""
        goes_on: Line | None = None
        for number, entered in enumerate(text.split("\n"), 1):
            line = Line(path, number, self._without_comment(path, number, entered.rstrip("\r")))
            if goes_on and entered.strip("\r") and not line.text:
                continue  # A comment, or blanks, in the midst of a definition; only an empty line ends it.
            if goes_on:
                line = Line(path, goes_on.number, f"{goes_on.text}\n{line.text}")
            if line.text.endswith("\\") and _DEFINITION.match(line.text):
                goes_on = Line(path, line.number, line.text[:-1].rstrip(" \t"))
                continue
            goes_on = None
            if line.text:
                yield line
        if goes_on:
            yield goes_on

    def _without_comment(self, path: str, number: int, entered: str) -> str:
        """decomment()"""
        if len(entered.encode("utf-8", "surrogateescape")) > LONGEST:
            too_long = f"the line has more than {LONGEST} bytes, and keepalived ignores it"
            self._complain(Line(path, number, ""), too_long)
            return ""
        kept, rest, quoted = [], entered.strip(" \t"), False
        while found := _COMMENT.search(rest):
            sign, after = found[0], rest[found.end() : found.end() + 1]
            kept.append(rest[: found.start()])
            rest = rest[found.end() :]
            if sign == '"':
                quoted = not quoted
                kept.append(sign)
            elif sign == "\\" and after:
                kept.append(after if after in "#!" and not quoted else sign + after)
                rest = rest[1:]
            elif sign == "\\":
                return "".join(kept).rstrip(" \t") + "\\"
            elif quoted:
                kept.append(sign)
            else:
                rest = ""
        if quoted:
            self._complain(Line(path, number, ""), 'a quote " is not closed')
        return ("".join(kept) + rest).rstrip(" \t")

    def _read(self, line: Line) -> Iterator[Line]:
        """What a line is: nothing, other lines that wait from now on, or lines without anything to replace."""
        for _time in range(_MOST_REPLACED):
            condition = _CONDITION.match(line.text)
            if condition:
                rest = line.text[condition.end() :]
                if not rest:
                    self._met.helpers[line] = "says nothing: what a director is to read comes after its name"
                    return
                self._met.conditions.add(condition[2])
                if (condition[2] == self._director) == bool(condition[1]):
                    return
                line = Line(line.file, line.number, rest)
            if self._defines(line) or self._repeats(line):
                return
            replaced = self._replaced(line)
            if replaced is None:
                break
            line = replaced
        else:
            self._complain(line, "a definition uses itself")
            return
        included = _INCLUDE.fullmatch(line.text)
        if included:
            self._include(line, included[1])
            return
        yield from self._divided(line)

    def _defines(self, line: Line) -> bool:
        """check_definition()"""
        found = _DEFINITION.fullmatch(line.text)
        if not found:
            return False
        values = [value.strip(" \t") for value in found[2].split("\n")]
        self._meanings[found[1]] = [value for value in values if value] or [""]
        self._met.helpers[line] = "stands wherever its name was used"
        return True

    def _repeats(self, line: Line) -> bool:
        """add_seq() and add_lst()"""
        if not line.text.startswith(("~SEQ", "~LST")):
            return False
        items = self._sequence(line) if line.text[1] == "S" else self._list(line)
        if items is None:
            self._complain(line, f"{line.text[:4]} is not understood")
            return True
        self._met.helpers[line] = "what it repeats is there as often as it says"
        self._waiting.append(iter(items))
        return True

    def _sequence(self, line: Line) -> list[_Item] | None:
        found = _SEQUENCE.fullmatch(line.text)
        if not found:
            return None
        given = self._plain(found[3])
        try:
            numbers = [int(number.strip(), 0) for number in given.split(",")]
        except ValueError:
            return None
        counted = _counted(numbers)
        if counted is None:
            return None
        times = -((counted.start - counted.stop) // counted.step)  # len() is for what fits into memory
        if times > _MOST_REPEATED:
            self._complain(line, f"would repeat its line {times} times; {_MOST_REPEATED} are read at the most")
            return []
        form = "x" if found[1] else "d"
        return [
            item
            for number in counted
            for item in ((found[2], format(number, form)), Line(line.file, line.number, found[4]))
        ]

    def _list(self, line: Line) -> list[_Item] | None:
        found = _LIST.fullmatch(line.text)
        if not found:
            return None
        names = [name.strip(" \t") for name in found[1].strip("{}").split(",")]
        items: list[_Item] = []
        for values in _VALUES.finditer(found[2]):
            if not values[0]:
                continue
            listed = [value.strip(" \t") for value in (values[1] or values[2] or "").split(",")]
            if len(listed) > len(names):
                return None
            items += [*zip(names, [*listed, *[""] * len(names)], strict=False)]
            items.append(Line(line.file, line.number, found[3]))
        return items

    def _plain(self, text: str) -> str:
        return _USED.sub(lambda used: (self._meanings.get(used[1] or used[2]) or [used[0]])[0], text)

    def _replaced(self, line: Line) -> Line | None:
        """replace_param(): the line with the first name replaced; None where there is none. Further lines wait."""
        if line.text.startswith("~"):
            return None
        for used in _USED.finditer(line.text):
            name = used[1] or used[2]
            meaning = [_FIXED[name]] if name in _FIXED else self._meanings.get(name)
            if name == "_PWD":
                meaning = [dirname(line.file) or "."]
            if meaning is None or (len(meaning) > 1 and used.end() < len(line.text)):
                continue
            if len(meaning) > 1:
                self._waiting.append(iter([Line(line.file, line.number, text) for text in meaning[1:]]))
            text = f"{line.text[: used.start()]}{meaning[0]}{line.text[used.end() :]}"
            return Line(line.file, line.number, text if name in _FIXED else self._decommented(line, text))
        return None

    def _decommented(self, line: Line, text: str) -> str:
        return self._without_comment(line.file, line.number, text)

    def _include(self, line: Line, pattern: str) -> None:
        """open_glob_file()"""
        folder = dirname(line.file)
        found = [path for each in _braced(pattern) for path in self._files.matching(each, folder)]
        self._met.helpers[line] = f"includes {', '.join(found)}" if found else "includes no file"
        if not found:
            self._complain(line, f"includes {normpath(join(folder, pattern))}, which is not there")
        for path in reversed(found):
            self._open(path, line)

    @staticmethod
    def _divided(line: Line) -> Iterator[Line]:
        """A brace that is not in quotes has a line of its own."""
        rest = line.text
        while rest:
            found = re.match(r'[{}]|(?:[^{}"]|"[^"]*(?:"|$))+', rest)
            if not found:
                break
            text = found[0].strip(" \t")
            rest = rest[found.end() :].strip(" \t")
            if text:
                yield Line(line.file, line.number, text)

    def _complain(self, line: Line, told: str) -> None:
        mistake = Mistake(line.file, line.number, told)
        if mistake not in self._met.mistakes:
            self._met.mistakes.append(mistake)


def _counted(numbers: list[int]) -> range | None:
    """The numbers of ~SEQ(name, ...): (last), (first, last), or (first, step, last)."""
    if len(numbers) == 1:
        first, step, last = (-1 if numbers[0] < 0 else 1), (-1 if numbers[0] < 1 else 1), numbers[0]
    elif len(numbers) == 2:
        first, last = numbers
        step = 1 if first <= last else -1
    elif len(numbers) == 3:
        first, step, last = numbers
        if not step or (last - first) * step < 0:
            return None
    else:
        return None
    return range(first, last + (1 if step > 0 else -1), step)


def _braced(pattern: str) -> list[str]:
    """The patterns that one with braces stands for, as in a shell: GLOB_BRACE of glob(3)."""
    found = re.search(r"\{([^{}]*)\}", pattern)
    if not found:
        return [pattern]
    before, after = pattern[: found.start()], pattern[found.end() :]
    return [text for middle in found[1].split(",") for text in _braced(f"{before}{middle}{after}")]
