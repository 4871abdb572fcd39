# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What draining does. What the kernel and keepalived make of it: tests/kernel/test_ipvs_real_server.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._change import InvalidInput, Plan
from ansible_collections.lvs.cluster.plugins.module_utils._drain import keepalived
from ansible_collections.lvs.cluster.plugins.module_utils._drain.keepalived import Keepalived
from ansible_collections.lvs.cluster.plugins.module_utils._drain.model import Files, Goal, Selection
from ansible_collections.lvs.cluster.plugins.module_utils._drain.resource import RealServer
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs import text
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import (
    Destination,
    DestinationKey,
    Service,
    ServiceKey,
    Table,
    VirtualService,
    normal_service,
)
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import Managed, Quorum, RealServers
from ansible_collections.lvs.cluster.plugins.module_utils._resource import Failed, Texts, _carry_out

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


class Kernel:
    """Its table, which nobody changes unless a test does."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def read(self) -> Table:
        return self.table

    def apply(self, plan: Plan) -> None:
        assert plan == ()


class Trial:
    """One call."""

    def __init__(
        self,
        observed: Table,
        goal: Goal,
        selection: Selection = WEB,
        defined: Table | None = None,
        drained: Mapping[str, str] | None = None,
        managed: RealServers | None = None,
        runs: bool = True,
        quorums: Mapping[ServiceKey, Quorum] | None = None,
    ) -> None:
        self.kernel = Kernel(observed)
        self.written: list[Texts] = []
        texts = {path[len(FOLDER) + 1 :]: content for path, content in (drained or {}).items()}
        self.resource = RealServer(
            self.kernel,  # type: ignore[arg-type]
            observed,
            Keepalived(managed or {}, quorums or {}, self.written.append, lambda: runs),
            selection,
            goal,
            Files(RULES, FOLDER, texts),
        )
        before: Texts = dict.fromkeys(self.resource.paths)
        before.update(drained or {})
        before[RULES] = rules(defined) if defined else None
        self.owned = owned = self.resource.owned(before)
        self.desired = self.resource.desired(observed, owned)
        self.plan: Plan = self.resource.plan(self.desired, observed)
        self.resource.permit(self.plan)
        self.texts = {path: content for path, content in self.resource.texts(self.desired, owned).items() if content}

    def carry_out(self) -> None:
        _carry_out(self.resource, self.plan, self.desired, self.kernel.table, self.owned)

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
    with pytest.raises(InvalidInput, match=r"192.0.2.21:80 has weight 0 in service tcp 192.0.2.198:80, and its"):
        Trial(table(shop=(0, 1)), ACTIVE)
    assert Trial(table(shop=(0, 1)), Goal(False, 4)).weights == {"tcp 192.0.2.198:80": [4, 1]}


def test_the_last_usable_real_server_is_not_taken_out() -> None:
    last = table(shop=(3, 0), tls=(1, 1))
    with pytest.raises(InvalidInput, match=r"service tcp 192.0.2.198:80: this would leave it with no real") as refused:
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


MANAGED = {
    (SHOP, DestinationKey("192.0.2.21", 80)): Managed(3, frozenset({WHOLE, OF_SHOP})),
    (SHOP, DestinationKey("192.0.2.22", 80)): Managed(1, frozenset()),
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keepalived, "DEADLINE_S", 0.01)
    monkeypatch.setattr(keepalived, "_POLL_S", 0.001)


def test_what_fails_its_check_is_active_already_where_no_file_drains_it() -> None:
    trial = Trial(table(shop=(0, 1)), ACTIVE, managed=MANAGED)
    assert trial.plan == ()
    assert trial.texts == {}
    assert trial.resource.wanted_weights == {(SHOP, DestinationKey("192.0.2.21", 80)): 3}
    # Of what keepalived does not manage, the definition alone decides.
    assert Trial(table(shop=(0, 1)), ACTIVE, defined=table(shop=(3, 1))).weights == {"tcp 192.0.2.198:80": [3, 1]}
    # Nor does a file of its own that stays, and drained it is whatever the check says.
    own = {OF_SHOP: "-1\n"}
    assert Trial(table(shop=(0, 1)), Goal(False, 2), managed=MANAGED, drained=own).plan == ()
    assert Trial(table(shop=(2, 1)), DRAINED, managed=MANAGED, drained={WHOLE: "-1000000\n"}).weights == {
        "tcp 192.0.2.198:80": [0, 1]
    }


QUORUM = Quorum(weight=2, hysteresis=0, sorry_server="192.0.2.29 80", command=False)


def test_a_drain_that_costs_the_quorum_is_refused() -> None:
    def trial(goal: Goal = DRAINED, quorum: Quorum = QUORUM, weights: tuple[int, int] = (3, 1)) -> Trial:
        return Trial(table(shop=weights), goal, managed=MANAGED, quorums={SHOP: quorum})

    message = r"the remaining weights add up to 1, .* below its quorum of 2; keepalived takes all real servers .*"
    with pytest.raises(InvalidInput, match=message + r"sorry server 192.0.2.29 80 serve; force=true does it"):
        trial()
    forced = trial(Goal(drained=True, force=True))
    (told,) = forced.resource.told_afterwards()
    assert "add up to 1, which is below its quorum of 2. With that, keepalived takes all real servers" in told
    assert forced.weights == {"tcp 192.0.2.198:80": [0, 1]}
    # As many as it needs are left.
    assert list(trial(weights=(3, 2)).resource.told_afterwards()) == []
    # A smaller weight counts as well.
    with pytest.raises(InvalidInput, match="add up to 3, which is below its quorum of 4; keepalived"):
        trial(Goal(drained=False, weight=2), QUORUM._replace(weight=4))
    with pytest.raises(InvalidInput, match="keepalived runs the command for the loss of the quorum; force=true"):
        trial(quorum=Quorum(2, 0, "", command=True))
    with pytest.raises(InvalidInput, match="no real server for new connections; keepalived takes all"):
        trial(weights=(3, 0))
    # Where clients notice nothing of it, it is done and told.
    (told,) = trial(quorum=Quorum(3, 1, "", command=False)).resource.told_afterwards()
    assert told.endswith("below its quorum of 3, less its hysteresis of 1, which keepalived reports")


def test_what_goes_with_its_quorum_has_been_drained() -> None:
    quorums = {SHOP: QUORUM}
    trial = Trial(table(shop=(3, 1)), Goal(drained=True, force=True), managed=MANAGED, quorums=quorums)
    trial.kernel.table = {SHOP: table(shop=(3, 1))[SHOP]._replace(destinations=(Destination("192.0.2.29", 80),))}
    trial.carry_out()
    assert trial.written == [{WHOLE: "-1000000\n", OF_SHOP: None}]


@pytest.mark.usefixtures("impatient")
def test_what_fails_its_check_becomes_active_for_the_time_when_it_passes() -> None:
    trial = Trial(table(shop=(0, 1)), ACTIVE, managed=MANAGED, drained={WHOLE: "-1000000\n"})
    trial.carry_out()
    assert trial.written == [dict.fromkeys((WHOLE, OF_SHOP))]
    (told,) = trial.resource.told_afterwards()
    assert "has not given the weight yet in 1 cases: tcp 192.0.2.198:80 -> 192.0.2.21:80 (weight 3). " in told
    # Should the rest fail, its files are put back.
    back = trial.resource.undoing(trial.plan, trial.kernel.table, trial.kernel.table)
    trial.resource.apply(back)
    assert trial.written[1:] == [{WHOLE: "-1000000\n", OF_SHOP: None}]
    assert trial.resource.undoing(trial.plan, trial.kernel.table, trial.kernel.table) == ()


@pytest.mark.usefixtures("impatient")
def test_what_a_failing_check_takes_out_of_the_table_meanwhile_is_active_too() -> None:
    trial = Trial(table(shop=(0, 1)), ACTIVE, managed=MANAGED, drained={WHOLE: "-1000000\n"})
    trial.kernel.table = {SHOP: table(shop=(0, 1))[SHOP]._replace(destinations=(Destination("192.0.2.22", 80),))}
    trial.carry_out()
    assert len(list(trial.resource.told_afterwards())) == 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("goal", "drained", "weights", "runs"),
    [(ACTIVE, {WHOLE: "-1000000\n"}, (0, 1), False), (DRAINED, {}, (3, 1), False), (DRAINED, {}, (3, 1), True)],
)
def test_what_keepalived_does_not_do_is_taken_back(
    goal: Goal, drained: Mapping[str, str], weights: tuple[int, int], runs: bool
) -> None:
    trial = Trial(table(shop=weights), goal, managed=MANAGED, drained=drained, runs=runs)
    with pytest.raises(Failed, match=r"has not changed 1 of 1 weights within .* is it running\? .* changed nothing"):
        trial.carry_out()
    assert [texts[WHOLE] for texts in trial.written] == [trial.texts.get(WHOLE), drained.get(WHOLE)]
    assert list(trial.resource.told_afterwards()) == []


def test_what_keepalived_has_done_is_told_no_more() -> None:
    trial = Trial(table(shop=(0, 1)), ACTIVE, managed=MANAGED, drained={WHOLE: "-1000000\n"})
    trial.kernel.table = table(shop=(3, 1))
    trial.carry_out()
    assert list(trial.resource.told_afterwards()) == []


RECORD_OF_SHOP = "-e -t 192.0.2.198:80 -r 192.0.2.21:80 -g -w 7\n"
RECORD_OF_TLS = "-e -t 192.0.2.198:443 -r 192.0.2.21:443 -g -w 9\n"


def then(before: Trial, goal: Goal, selection: Selection = WEB) -> Trial:
    """The next call, against what the one before has left."""
    return Trial(before.desired, goal, selection, drained=before.texts)  # type: ignore[arg-type]


def test_a_weight_in_no_definition_outlives_the_file_of_the_whole_real_server() -> None:
    drained = Trial(table(shop=(7, 1), tls=(9, 1)), DRAINED)
    assert drained.texts == {WHOLE: f"-1000000\n{RECORD_OF_SHOP}{RECORD_OF_TLS}"}
    one = then(drained, ACTIVE, Selection(("192.0.2.21",), services=(SHOP,)))
    assert one.weights == {"tcp 192.0.2.198:80": [7, 1], "tcp 192.0.2.198:443": [0, 1]}
    assert one.texts == {OF_TLS: f"-1000000\n{RECORD_OF_TLS}"}
    assert then(one, ACTIVE).weights == {"tcp 192.0.2.198:80": [7, 1], "tcp 192.0.2.198:443": [9, 1]}


def test_a_weight_in_no_definition_outlives_the_file_of_one_service() -> None:
    one = Trial(table(shop=(7, 1), tls=(9, 1)), DRAINED, Selection(("192.0.2.21",), services=(SHOP,)))
    assert one.texts == {OF_SHOP: f"-1000000\n{RECORD_OF_SHOP}"}
    whole = then(one, DRAINED)
    assert whole.texts == {WHOLE: f"-1000000\n{RECORD_OF_SHOP}{RECORD_OF_TLS}"}
    assert then(whole, ACTIVE).weights == {"tcp 192.0.2.198:80": [7, 1], "tcp 192.0.2.198:443": [9, 1]}


def test_a_service_that_comes_while_its_real_server_is_drained_is_kept_in_mind_too() -> None:
    before = Trial(table(shop=(7, 1)), DRAINED)
    both = {**before.desired, **table(tls=(9, 1))}
    other = Trial(both, ACTIVE, Selection(("192.0.2.21",), services=(SHOP,)), drained=before.texts)  # type: ignore[arg-type]
    assert other.texts == {OF_TLS: f"-1000000\n{RECORD_OF_TLS}"}
    came = Trial(both, DRAINED, drained=before.texts)  # type: ignore[arg-type]
    assert came.texts == {WHOLE: f"-1000000\n{RECORD_OF_SHOP}{RECORD_OF_TLS}"}
    # One that is gone for a while is not forgotten.
    gone = Trial(table(shop=(0, 1)), DRAINED, drained=came.texts)  # type: ignore[arg-type]
    assert gone.texts == came.texts


def test_what_someone_has_noted_in_a_file_stays_there() -> None:
    noted = {WHOLE: f"-1000000\n# a new disk, until Friday\n{RECORD_OF_SHOP}"}
    assert Trial(table(shop=(0, 1)), DRAINED, drained=noted).texts == noted


ASIDE = Goal(drained=True, temporary=True)
BACK = Goal(drained=False, temporary=True)


@pytest.mark.parametrize(
    ("said", "weights"),
    [
        ({}, {"shop": 3, "tls": 2}),
        ({WHOLE: "-1000000\n# a new disk\n"}, {"shop": 0, "tls": 0}),
        ({OF_SHOP: "-1000000\n"}, {"shop": 0, "tls": 2}),
        ({OF_SHOP: "-2\n"}, {"shop": 1, "tls": 2}),
    ],
)
def test_what_is_drained_for_a_while_comes_back_as_operators_have_left_it(
    said: Mapping[str, str], weights: Mapping[str, int]
) -> None:
    defined = table(shop=(3, 1), tls=(2, 1))
    before = table(**{name: (weight, 1) for name, weight in weights.items()})
    aside = Trial(before, ASIDE, defined=defined, drained=said)
    assert [own for own, _other in aside.weights.values()] == [0, 0]
    files = {path: content for path, content in aside.texts.items() if path != RULES and content}
    back = Trial(aside.desired, BACK, defined=defined, drained=files)
    assert back.desired == before
    assert {path: content for path, content in back.texts.items() if path != RULES} == said
    stays = [warning.partition(":")[0] for warning in back.resource.told_afterwards()]
    assert stays == (["192.0.2.21 was drained or got a weight by hand before, and that stays"] if said else [])


def test_a_weight_that_nothing_tells_stays_0_for_a_while() -> None:
    aside = Trial(table(shop=(0, 1)), ASIDE)
    assert then(aside, BACK).weights == {"tcp 192.0.2.198:80": [0, 1]}


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (
            Selection(("192.0.2.9",)),
            r"192.0.2.9 is not a real server of this director; those that there are: 192.0.2.21, ",
        ),
        (Selection(("192.0.2.21",), port=81), r"192.0.2.21 is a real server of tcp 192.0.2.198:80; port and services"),
    ],
)
def test_a_selection_of_nothing_is_refused(selection: Selection, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Trial(table(shop=(1, 1)), DRAINED, selection)


TEN = table(shop=(10, 10), tls=(20, 10))
BOTH_NAMES = frozenset({"tcp 192.0.2.198:80 -> 192.0.2.21:80", "tcp 192.0.2.198:443 -> 192.0.2.21:443"})


def begun(share: int, **files: str) -> Trial:
    drained = {WHOLE: "-1000000\n", **files}
    return Trial(table(shop=(0, 10), tls=(0, 10)), ACTIVE._replace(share=share), defined=TEN, drained=drained)


def continued(before: Trial, share: int, **changed: Any) -> Trial:
    goal = ACTIVE._replace(share=share, continued=frozenset(before.resource.slow_starts))
    files = {**before.texts, **changed.get("files", {})}
    files = {path: text for path, text in files.items() if text and path != RULES}
    return Trial(changed.get("observed", before.desired), goal, defined=TEN, drained=files)


def test_a_slow_start_goes_from_a_share_to_the_whole_weight_and_leaves_no_file() -> None:
    first = begun(10)
    assert first.weights == {"tcp 192.0.2.198:80": [1, 10], "tcp 192.0.2.198:443": [2, 10]}
    assert first.texts[OF_SHOP] == "-9\nslow start: -9\n"
    assert WHOLE not in first.texts
    assert {*first.resource.slow_starts} == BOTH_NAMES
    second = continued(first, 55)
    assert second.weights == {"tcp 192.0.2.198:80": [6, 10], "tcp 192.0.2.198:443": [11, 10]}
    last = continued(second, 100)
    assert last.desired == TEN
    assert {*last.texts} == {RULES}
    assert last.resource.slow_starts == []


def test_what_takes_away_is_written_before_what_adds() -> None:
    """Or else keepalived would see the whole weight for a moment."""
    written = [*begun(10).resource.texts(TEN, TEN)]
    assert written.index(OF_SHOP) < written.index(WHOLE)


def test_a_drain_ends_a_slow_start() -> None:
    first = begun(10)
    drained = {OF_SHOP: None, OF_TLS: None, WHOLE: "-1000000\n"}
    second = continued(first, 50, observed=table(shop=(0, 10), tls=(0, 10)), files=drained)
    assert second.plan == ()
    assert second.texts[WHOLE] == "-1000000\n"
    (warning,) = second.resource.told_afterwards()
    assert "the slow start has ended in tcp 192.0.2.198:80 -> 192.0.2.21:80, tcp 192.0.2.198:443" in warning


def test_a_drain_of_one_service_leaves_the_slow_start_of_the_others() -> None:
    first = begun(10)
    files = {path: text for path, text in first.texts.items() if path != RULES}
    drain = Trial(first.desired, DRAINED, Selection(("192.0.2.21",), services=(TLS,)), defined=TEN, drained=files)
    assert drain.weights == {"tcp 192.0.2.198:80": [1, 10], "tcp 192.0.2.198:443": [0, 10]}
    assert drain.texts[OF_SHOP] == "-9\nslow start: -9\n"
    second = continued(first, 50, observed=drain.desired, files=drain.texts)
    assert second.weights == {"tcp 192.0.2.198:80": [5, 10], "tcp 192.0.2.198:443": [0, 10]}
    assert second.texts[OF_TLS] == "-1000000\n"


def test_an_interrupted_slow_start_goes_on_where_it_was_or_ends_at_once() -> None:
    first = begun(50)
    files = {path: text for path, text in first.texts.items() if path != RULES}
    again = Trial(first.desired, ACTIVE._replace(share=10), defined=TEN, drained=files)
    assert again.desired == first.desired
    assert {*again.resource.slow_starts} == BOTH_NAMES
    whole = Trial(first.desired, ACTIVE, defined=TEN, drained=files)
    assert whole.desired == TEN
    assert {*whole.texts} == {RULES}
    assert Trial(TEN, ACTIVE._replace(share=10), defined=TEN).plan == ()


def test_after_an_update_a_slow_start_ends_at_what_operators_have_said() -> None:
    said = {WHOLE: "-2000002\n", OF_TLS: "-1000000\n"}
    observed, goal = table(shop=(0, 10), tls=(0, 10)), ACTIVE._replace(temporary=True, share=50)
    first = Trial(observed, goal, defined=TEN, drained=said)
    assert first.weights == {"tcp 192.0.2.198:80": [4, 10], "tcp 192.0.2.198:443": [0, 10]}
    assert first.texts[OF_SHOP] == "-4\nslow start: -4\n"
    files = {path: text for path, text in first.texts.items() if path != RULES}
    aside = Trial(first.desired, DRAINED._replace(temporary=True), defined=TEN, drained=files)
    assert {*aside.texts} == {WHOLE, OF_TLS, RULES}
    last = continued(first, 100)
    assert last.weights == {"tcp 192.0.2.198:80": [8, 10], "tcp 192.0.2.198:443": [0, 10]}
    assert {path: text for path, text in last.texts.items() if path != RULES} == {WHOLE: "-2\n", OF_TLS: "-1000000\n"}
