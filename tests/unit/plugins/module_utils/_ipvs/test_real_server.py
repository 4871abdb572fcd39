# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What draining decides. What the kernel and keepalived make of it: tests/kernel/test_ipvs_real_server.py."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput, Plan
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import text
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.draining import parse_service
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    Destination,
    DestinationKey,
    Service,
    ServiceKey,
    Table,
    VirtualService,
    normal_service,
)
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.real_server import Files, Goal, RealServer, Selection
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import Managed, RealServers
from ansible_collections.lvs.cluster.plugins.module_utils._resource import Texts

SHOP = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
TLS = ServiceKey("ipv4", "tcp", "192.0.2.198", 443, 0)
RULES = "/etc/lvs/ipvs.rules"
FOLDER = "/etc/lvs/drained"
WHOLE = f"{FOLDER}/192.0.2.21"
OF_SHOP, OF_TLS = f"{WHOLE}:80@tcp:192.0.2.198:80", f"{WHOLE}:443@tcp:192.0.2.198:443"
WEB = Selection(("192.0.2.21",))
DRAINED = Goal(drained=True)
ACTIVE = Goal(drained=False)


def table(**weights: tuple[int, int]) -> Table:
    """The table with the weights of both real servers in these services."""
    return {
        key: VirtualService(
            normal_service(key, Service()),
            tuple(
                Destination(address, key.port, weight=weight)
                for address, weight in zip(("192.0.2.21", "192.0.2.22"), weights[name])
            ),
        )
        for name, key in (("shop", SHOP), ("tls", TLS))
        if name in weights
    }


def rules(defined: Table) -> str:
    return "".join(f"{line}\n" for line in text.table_lines(defined))


class Trial:
    """One call against a table that nobody changes."""

    def __init__(
        self,
        observed: Table,
        goal: Goal,
        selection: Selection = WEB,
        defined: Table | None = None,
        drained: Mapping[str, str] | None = None,
        managed: RealServers | None = None,
    ) -> None:
        texts = {path[len(FOLDER) + 1 :]: content for path, content in (drained or {}).items()}
        self.resource = RealServer(
            None,
            observed,
            managed or {},
            selection,
            goal,
            Files(RULES, FOLDER, texts),
            self.write,  # type: ignore[arg-type]
        )
        before: Texts = dict.fromkeys(self.resource.paths)
        before.update(drained or {})
        before[RULES] = rules(defined) if defined else None
        owned = self.resource.owned(before)
        self.desired = self.resource.desired(observed, owned)
        self.plan: Plan = self.resource.plan(self.desired, observed)
        self.resource.permit(self.plan)
        self.texts = {path: content for path, content in self.resource.texts(self.desired, owned).items() if content}

    def write(self, texts: Texts) -> None:
        raise AssertionError(texts)

    @property
    def weights(self) -> dict[str, list[int]]:
        return {str(key): [there.weight for there in value.destinations] for key, value in self.desired.items()}


def test_drained_from_all_services_and_from_what_comes_later() -> None:
    both = table(shop=(3, 1), tls=(2, 1))
    trial = Trial(both, DRAINED, defined=both)
    assert trial.weights == {"tcp 192.0.2.198:80": [0, 1], "tcp 192.0.2.198:443": [0, 1]}
    assert trial.texts[WHOLE] == "-1000000\n"
    assert set(trial.texts) == {WHOLE, RULES}
    assert trial.texts[RULES] == rules(both) + (
        "-e -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 0\n-e -t 192.0.2.198:443 -r 192.0.2.21:443 -g -w 0\n"
    )


def test_active_again_with_the_weight_of_the_definition() -> None:
    trial = Trial(table(shop=(0, 1)), ACTIVE, defined=table(shop=(3, 1)), drained={WHOLE: "-1000000\n"})
    assert trial.weights == {"tcp 192.0.2.198:80": [3, 1]}
    assert trial.texts == {RULES: rules(table(shop=(3, 1)))}


def test_drained_from_one_service() -> None:
    both = table(shop=(3, 1), tls=(2, 1))
    trial = Trial(both, DRAINED, Selection(("192.0.2.21",), services=(TLS,)), defined=both)
    assert trial.weights == {"tcp 192.0.2.198:80": [3, 1], "tcp 192.0.2.198:443": [0, 1]}
    assert set(trial.texts) == {OF_TLS, RULES}


def test_active_in_one_service_stays_drained_in_the_others() -> None:
    defined = table(shop=(3, 1), tls=(2, 1))
    observed = table(shop=(0, 1), tls=(0, 1))
    selection = Selection(("192.0.2.21",), services=(TLS,))
    trial = Trial(observed, ACTIVE, selection, defined=defined, drained={WHOLE: "-1000000\n"})
    assert trial.weights == {"tcp 192.0.2.198:80": [0, 1], "tcp 192.0.2.198:443": [2, 1]}
    assert set(trial.texts) == {OF_SHOP, RULES}
    assert trial.texts[OF_SHOP] == "-1000000\n"


def test_a_weight_of_its_own_is_kept_as_a_difference() -> None:
    trial = Trial(table(shop=(0, 1)), Goal(False, 1), defined=table(shop=(3, 1)), drained={WHOLE: "-1000000\n"})
    assert trial.weights == {"tcp 192.0.2.198:80": [1, 1]}
    assert trial.texts[OF_SHOP] == "-2\n"
    assert WHOLE not in trial.texts


def test_what_is_in_no_definition_comes_back_with_its_weight() -> None:
    trial = Trial(table(shop=(7, 1)), DRAINED)
    assert trial.texts == {WHOLE: "-1000000\n-e -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 7\n"}
    again = Trial(table(shop=(0, 1)), DRAINED, drained=trial.texts)  # type: ignore[arg-type]
    assert again.plan == ()
    assert again.texts == trial.texts
    back = Trial(table(shop=(0, 1)), ACTIVE, drained=trial.texts)  # type: ignore[arg-type]
    assert back.weights == {"tcp 192.0.2.198:80": [7, 1]}
    assert back.texts == {}


def test_without_a_word_about_the_weight_before_it_has_to_be_given() -> None:
    with pytest.raises(InvalidInput, match=r"weight: 192.0.2.21:80 has 0 in service tcp 192.0.2.198:80, and nothing"):
        Trial(table(shop=(0, 1)), ACTIVE)
    assert Trial(table(shop=(0, 1)), Goal(False, 4)).weights == {"tcp 192.0.2.198:80": [4, 1]}


def test_the_last_usable_real_server_is_not_taken_out() -> None:
    last = table(shop=(3, 0), tls=(1, 1))
    with pytest.raises(InvalidInput, match=r"service tcp 192.0.2.198:80: no other real server takes new") as refused:
        Trial(last, DRAINED, defined=last)
    assert len(refused.value.faults) == 1
    assert Trial(last, Goal(drained=True, force=True), defined=last).weights["tcp 192.0.2.198:80"] == [0, 0]
    both = Selection(("192.0.2.21", "192.0.2.22"))
    with pytest.raises(InvalidInput):
        Trial(table(shop=(1, 1)), DRAINED, both)
    # What is drained already takes nothing away.
    drained = table(shop=(0, 0))
    assert Trial(drained, DRAINED, defined=table(shop=(1, 1)), drained={WHOLE: "-1000000\n"}).plan == ()


def test_what_keepalived_has_taken_out_is_drained_for_the_time_when_it_comes_back() -> None:
    managed = {
        (SHOP, DestinationKey("192.0.2.21", 80)): Managed(3, frozenset({WHOLE, OF_SHOP})),
        (SHOP, DestinationKey("192.0.2.22", 80)): Managed(1, frozenset()),
    }
    observed = {SHOP: table(shop=(1, 1))[SHOP]._replace(destinations=(Destination("192.0.2.22", 80),))}
    trial = Trial(observed, DRAINED, managed=managed)
    assert trial.plan == ()
    assert trial.texts == {WHOLE: "-1000000\n"}
    back = Trial(table(shop=(0, 1)), ACTIVE, managed=managed, drained={WHOLE: "-1000000\n"})
    assert back.weights == {"tcp 192.0.2.198:80": [3, 1]}


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (
            Selection(("192.0.2.9",)),
            r"192.0.2.9 is no real server of this director; those that there are: 192.0.2.21, ",
        ),
        (Selection(("192.0.2.21",), port=81), r"192.0.2.21 is a real server of tcp 192.0.2.198:80; port and services"),
    ],
)
def test_a_selection_of_nothing_is_refused(selection: Selection, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Trial(table(shop=(1, 1)), DRAINED, selection)


def test_services_are_named_as_results_name_them() -> None:
    keys = [SHOP, ServiceKey("ipv6", "udp", "2001:db8::c6", 53, 0), ServiceKey("ipv4", "", "", 0, 7)]
    keys.append(ServiceKey("ipv6", "", "", 0, 7))
    for key in keys:
        assert parse_service(str(key)) == key
    for words in ("shop", "tcp 192.0.2.198", "tcp x:80", "fwmark", "fwmark x", "fwmark 0", "fwmark 7 ipv5", ""):
        with pytest.raises(ValueError):  # noqa: PT011
            parse_service(words)
