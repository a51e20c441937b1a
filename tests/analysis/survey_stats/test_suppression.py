from itertools import combinations

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from kiun.analysis.survey_stats import Census, Standing, Suppression, Table, suppress
from tests.analysis.survey_stats.attacker import exposed_people, identities, shown_cells

SHOWN, TOO_FEW, PROTECTS, COMPARES = Standing
# A town with two divisions, of three sections and of none.
TOWN, NORTH, SOUTH, ROADS, PARKS, WATER = range(6)
PARENTS = [-1, TOWN, TOWN, NORTH, NORTH, NORTH]
YES_NO = (2,)


def census(*members, sizes=(), parents=PARENTS, people=None):
    """`members` are (unit, category …, how many)."""
    rows = [row[:-1] for row in members for _ in range(row[-1])]
    return Census(parents, [row[0] for row in rows], [row[1:] for row in rows], sizes, people)


def everybody(found):
    return found.table().standing[:, 0].tolist()


def by_first(found, unit):
    return found.table(0).standing[unit].tolist()


def published(history, **options):
    found = []
    for wave in history:
        found.append(suppress(wave, found, **options))
    return found


def leak(waves, fewest=5):
    """Whom the attacker exposes with the cells of any two waves."""
    for pair in list(combinations(waves, 2)) or [waves]:
        cells = [cell for one in pair for cell in shown_cells(one, identities(one.census))]
        if (found := exposed_people(cells, fewest)) is not None:
            return found
    return None


def with_primary_alone(found):
    """What is shown by those who hide small cells and nothing else: the leak that is so often published."""
    tables = [Table(one.attributes, np.where(one.standing == TOO_FEW, TOO_FEW, SHOWN)) for one in found.tables]
    return Suppression(found.census, tuple(tables))


class TestWithinOneWave:
    def test_with_a_small_section_the_smallest_other_one_is_hidden(self):
        """Of 27 people in the north 3 would be left over."""
        found = suppress(census((ROADS, 14), (PARKS, 10), (WATER, 3), (SOUTH, 9)))
        assert everybody(found) == [SHOWN, SHOWN, SHOWN, SHOWN, PROTECTS, TOO_FEW]

    def test_nothing_else_is_hidden_when_enough_people_are_left_over(self):
        found = suppress(census((ROADS, 14), (PARKS, 4), (WATER, 3), (SOUTH, 9)))
        assert everybody(found) == [SHOWN, SHOWN, SHOWN, SHOWN, TOO_FEW, TOO_FEW]

    def test_people_of_the_division_itself_are_left_over_too(self):
        found = suppress(census((NORTH, 2), (ROADS, 14), (PARKS, 10), (WATER, 6), (SOUTH, 9)))
        assert everybody(found) == [SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, PROTECTS]

    def test_a_section_where_nobody_answered_looks_like_one_where_few_did_and_hides_no_other(self):
        found = suppress(census((ROADS, 14), (PARKS, 10), (SOUTH, 9)))
        assert everybody(found) == [SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, TOO_FEW]

    def test_a_small_town_shows_nothing(self):
        assert everybody(suppress(census((ROADS, 4)))) == [TOO_FEW] * 6
        assert everybody(suppress(census())) == [TOO_FEW] * 6

    def test_the_division_is_kept_when_its_rest_can_be_filled_only_two_levels_down(self):
        """The mayor's office has 2 people; both divisions are the sums of their sections."""
        parents = [-1, 0, 0, 1, 1, 2, 2]
        found = suppress(census((0, 2), (3, 20), (4, 30), (5, 8), (6, 9), parents=parents))
        assert everybody(found) == [SHOWN, SHOWN, PROTECTS, SHOWN, SHOWN, PROTECTS, SHOWN]
        assert leak([found]) is None

    def test_a_category_of_few_hides_the_smallest_other_one(self):
        """Of 22 people 3 said no: the rest of those who said yes would be they."""
        found = suppress(census((SOUTH, 0, 12), (SOUTH, 1, 7), (SOUTH, 2, 3), (ROADS, 0, 9), sizes=(3,)))
        assert by_first(found, SOUTH) == [SHOWN, PROTECTS, TOO_FEW]
        assert leak([with_primary_alone(found)]) is not None
        assert leak([found]) is None

    def test_the_town_keeps_its_categories_rather_than_its_units(self):
        """Three in the south said no. With any of the four other cells of units they would be what is left over."""
        found = suppress(census((SOUTH, 0, 12), (SOUTH, 1, 3), (ROADS, 0, 9), (ROADS, 1, 9), sizes=YES_NO))
        assert by_first(found, TOWN) == [SHOWN, SHOWN]
        assert by_first(found, SOUTH) == [PROTECTS, TOO_FEW]
        assert by_first(found, NORTH) == by_first(found, ROADS) == [PROTECTS, PROTECTS]

    def test_those_whose_category_is_not_known_are_left_over(self):
        few = suppress(census((SOUTH, 0, 12), (SOUTH, 1, 8), (SOUTH, -1, 3), sizes=YES_NO))
        enough = suppress(census((SOUTH, 0, 12), (SOUTH, 1, 8), (SOUTH, -1, 5), sizes=YES_NO))
        assert by_first(few, SOUTH) == [SHOWN, PROTECTS]
        assert by_first(enough, SOUTH) == [SHOWN, SHOWN]

    def test_no_category_is_shown_of_a_unit_that_is_hidden(self):
        found = suppress(census((ROADS, 0, 14), (PARKS, 0, 10), (WATER, 0, 3), sizes=YES_NO))
        assert everybody(found)[PARKS] == PROTECTS
        assert by_first(found, PARKS) == [PROTECTS, TOO_FEW]

    def test_a_division_that_is_nearly_a_category_is_not_shown_by_it(self):
        """All managers but one work in the south, and nobody else does: town's managers less the south is that one."""
        found = suppress(census((SOUTH, 0, 9), (ROADS, 0, 1), (ROADS, 1, 30), sizes=YES_NO))
        assert everybody(found)[:4] == [SHOWN] * 4
        assert by_first(found, TOWN) == [PROTECTS, PROTECTS]
        assert leak([with_primary_alone(found)]) is not None

    def test_two_attributes_are_crossed_where_nothing_follows_from_it(self):
        found = suppress(
            census(*((SOUTH, one, other, 6) for one in (0, 1) for other in (0, 1)), sizes=(2, 2)), crossings=[(0, 1)]
        )
        assert found.table(0, 1).standing[SOUTH].tolist() == [SHOWN] * 4
        few = suppress(
            census((SOUTH, 0, 0, 6), (SOUTH, 0, 1, 7), (SOUTH, 1, 0, 8), (SOUTH, 1, 1, 2), sizes=(2, 2)),
            crossings=[(0, 1)],
        )
        assert few.table(0, 1).standing[SOUTH].tolist() == [PROTECTS, SHOWN, SHOWN, TOO_FEW]

    def test_what_was_decided_for_one_crossing_is_kept_for_the_next(self):
        answers = census(*((SOUTH, one, other, 7) for one in (0, 1) for other in (0, 1)), sizes=(2, 2))
        first = suppress(answers)
        both = suppress(answers, crossings=[(0,), (1,), (0, 1)])
        assert [one.attributes for one in both.tables] == [(), (0,), (1,), (0, 1)]
        for table in first.tables:
            assert both.table(*table.attributes).standing.tolist() == table.standing.tolist()

    def test_free_texts_need_ten(self):
        found = suppress(census((ROADS, 14), (PARKS, 12), (WATER, 9), (SOUTH, 11)), crossings=[], fewest=10)
        assert everybody(found) == [SHOWN, SHOWN, SHOWN, SHOWN, PROTECTS, TOO_FEW]


class TestFromWaveToWave:
    def test_the_same_people_are_shown_again(self):
        staff = census((ROADS, 14), (PARKS, 10), (SOUTH, 9), people=range(33))
        first, second = published([staff, staff])
        assert everybody(second) == everybody(first) == [SHOWN] * 5 + [TOO_FEW]

    def test_a_section_that_one_person_left_is_hidden_and_with_it_all_that_is_its_sum(self):
        first = census((ROADS, 14), (PARKS, 10), (SOUTH, 9), people=range(33))
        second = census((ROADS, 13), (PARKS, 10), (SOUTH, 9), people=range(1, 33))
        waves = published([first, second])
        assert everybody(waves[1]) == [COMPARES, COMPARES, SHOWN, COMPARES, SHOWN, TOO_FEW]
        assert leak([waves[0], suppress(second)]) is not None

    def test_a_section_that_five_people_left_is_shown(self):
        first = census((ROADS, 14), (PARKS, 10), (SOUTH, 9), people=range(33))
        second = census((ROADS, 9), (PARKS, 10), (SOUTH, 9), people=range(5, 33))
        assert everybody(published([first, second])[1]) == [SHOWN] * 5 + [TOO_FEW]

    def test_as_many_people_may_be_others(self):
        """Two of fourteen answered for the first time, two no longer: the difference of the waves is about four."""
        first = census((ROADS, 14), (SOUTH, 9), people=range(23))
        second = census((ROADS, 14), (SOUTH, 9), people=[*range(2, 14), 30, 31, *range(14, 23)])
        assert everybody(published([first, second])[1])[ROADS] == COMPARES

    def test_without_people_the_fewer_are_taken_to_be_among_the_more(self):
        def roads(first, second):
            waves = published([census((ROADS, first), (SOUTH, 40)), census((ROADS, second), (SOUTH, 60))])
            return everybody(waves[1])[ROADS]

        assert [roads(14, after) for after in (9, 10, 13, 14, 15, 18, 19)] == [
            SHOWN,
            COMPARES,
            COMPARES,
            SHOWN,
            COMPARES,
            COMPARES,
            SHOWN,
        ]

    def test_two_sections_that_became_one_are_compared_with_it(self):
        first = census((ROADS, 14), (PARKS, 10), (SOUTH, 30), people=range(54))
        whole = census((WATER, 24), (SOUTH, 30), people=range(54))
        less = census((WATER, 23), (SOUTH, 30), people=range(1, 54))
        assert everybody(published([first, whole])[1])[WATER] == SHOWN
        assert everybody(published([first, less])[1])[WATER] == COMPARES

    def test_a_hidden_section_is_not_told_by_the_one_that_took_it_in(self):
        """Parks had four people and were hidden; roads and parks together, less roads, would be they."""
        first = census((ROADS, 14), (PARKS, 4), (NORTH, 6), (SOUTH, 30), people=range(54))
        second = census((ROADS, 18), (NORTH, 6), (SOUTH, 30), people=range(54))
        waves = published([first, second])
        assert [everybody(wave)[ROADS] for wave in waves] == [SHOWN, COMPARES]
        assert leak(waves) is None
        assert leak([waves[0], suppress(second)]) is not None

    def test_a_section_that_moved_to_another_division_is_compared_there(self):
        first = census((ROADS, 14), (PARKS, 10), (SOUTH, 9), people=range(33))
        moved = census((ROADS, 14), (PARKS, 10), (SOUTH, 9), people=range(33), parents=[-1, 0, 0, 1, 2, 1])
        assert everybody(published([first, moved])[1]) == [SHOWN] * 5 + [TOO_FEW]

    def test_of_two_the_one_that_readers_follow_stays(self):
        """The north must give up a section: roads are smaller, but were shown the year before."""
        first = census((ROADS, 10), (PARKS, 3), (WATER, 2), (SOUTH, 30), people=range(45))
        second = census((ROADS, 10), (PARKS, 12), (WATER, 3), (SOUTH, 30), people=range(100, 155))
        assert everybody(published([first, second])[1]) == [SHOWN, SHOWN, SHOWN, SHOWN, PROTECTS, TOO_FEW]
        assert everybody(suppress(second)) == [SHOWN, SHOWN, SHOWN, PROTECTS, SHOWN, TOO_FEW]

    def test_every_earlier_wave_counts_and_not_the_last_alone(self):
        staff = census((ROADS, 14), (SOUTH, 9), people=range(23))
        others = census((ROADS, 14), (SOUTH, 9), people=range(50, 73))
        less = census((ROADS, 13), (SOUTH, 9), people=range(1, 23))
        assert everybody(published([staff, others, less])[2])[ROADS] == COMPARES


class TestWhatIsLeftToSee:
    """A town of 1,500 in 55 units; three of four answer, a tenth moves or is replaced from wave to wave."""

    ROLES, GRADES = (0.06, 0.14, 0.8), (0.3, 0.3, 0.2, 0.1, 0.1)

    def waves(self, count):
        chance = np.random.default_rng(4)
        parents = np.array([-1, *[0] * 6, *np.repeat(np.arange(1, 7), 2), *np.repeat(np.arange(7, 19), 3)])
        size = 1500
        unit = chance.integers(19, 55, size)
        grade = chance.choice(5, size, p=self.GRADES)
        role = chance.choice(3, size, p=self.ROLES)
        who = np.arange(size)
        for _ in range(count):
            answers = chance.random(size) < 0.75
            categories = np.column_stack([role, grade])[answers]
            yield Census(parents, unit[answers], categories, (3, 5), who[answers])
            moved = chance.random(size) < 0.1
            unit[moved] = chance.integers(19, 55, moved.sum())
            who[moved] += size * (chance.random(moved.sum()) < 0.5)

    def test_town_and_divisions_are_shown_in_every_wave_and_most_sections(self):
        shown = [wave.table().shown[:, 0] for wave in published(self.waves(4))]
        assert all(one[:7].all() for one in shown)
        assert min(one[7:].mean() for one in shown) > 0.8

    def test_the_town_is_shown_by_role_and_grade_in_every_wave_and_most_divisions(self):
        tables = [(wave.table(0).shown, wave.table(1).shown) for wave in published(self.waves(4))]
        assert all(role[0].all() and grade[0].all() for role, grade in tables)
        assert min(role[1:7, 2].mean() for role, _ in tables) > 0.8
        assert min(grade[1:7].mean() for _, grade in tables) > 0.8

    def test_roles_and_grades_crossed_are_shown_instead_of_each_where_there_are_people_enough(self):
        """Of the managers four are of the fourth grade: those of the fifth are hidden with them."""
        table = suppress(next(self.waves(1)), crossings=[(0, 1)]).table(0, 1)
        assert table.standing[0].tolist() == [SHOWN] * 3 + [TOO_FEW, PROTECTS] + [SHOWN] * 10
        assert (table.standing[1:7] == PROTECTS).mean() < 0.05


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (([-1, 2, 1], [0], [[]], ()), "hang below"),
            (([-1], [1], [[]], ()), "unit of the tree"),
            (([-1], [0], [[2]], (2,)), "less than the size"),
            (([-1], [0, 0], [[], []], (), [7, 7]), "different people"),
            (([-1], [0.5], [[]], ()), "whole numbers"),
        ],
    )
    def test_a_census_that_cannot_be(self, arguments, words):
        with pytest.raises(ValueError, match=words):
            Census(*arguments)

    def test_waves_of_which_people_are_known_for_some_only(self):
        first = suppress(census((ROADS, 9)))
        with pytest.raises(ValueError, match="for all waves or for none"):
            suppress(census((ROADS, 9), people=range(9)), [first])

    def test_waves_with_other_attributes_when_people_are_not_known(self):
        first = suppress(census((ROADS, 9)))
        with pytest.raises(ValueError, match="different attributes"):
            suppress(census((ROADS, 0, 9), sizes=YES_NO), [first])

    def test_attributes_that_are_not_there_and_a_threshold_of_nobody(self):
        with pytest.raises(ValueError, match="attributes of the census"):
            suppress(census((ROADS, 9)), crossings=[(0,)])
        with pytest.raises(ValueError, match="at least 1"):
            suppress(census((ROADS, 9)), fewest=0)


@st.composite
def trees(draw):
    size = draw(st.integers(1, 6))
    return [-1] + [draw(st.integers(-1, unit - 1)) for unit in range(1, size)]


@st.composite
def histories(draw, waves, sizes=(2, 3)):
    """Waves of a small town whose people come, go, keep silent, move and change their categories; so do the units."""
    parents = draw(trees())
    asked = sizes[: draw(st.integers(0, len(sizes)))]
    lowest = -draw(st.integers(0, 1))
    place = st.tuples(st.integers(0, len(parents) - 1), *(st.integers(lowest, size - 1) for size in asked))
    groups = draw(st.lists(st.tuples(place, st.integers(1, 9)), min_size=2, max_size=8))
    staff = [home for home, size in groups for _ in range(size)]
    known = draw(st.booleans())
    found = []
    for _ in range(waves):
        some = st.sets(st.integers(0, len(staff) - 1), max_size=6)
        silent = draw(some)
        answered = [who for who in range(len(staff)) if who not in silent]
        units, categories = [staff[who][0] for who in answered], [staff[who][1:] for who in answered]
        found.append(Census(parents, units, categories, asked, answered if known else None))
        for who in draw(some):
            staff[who] = draw(place)
        staff += [draw(place)] * draw(st.integers(0, 6))
        if len(parents) > 1 and draw(st.booleans()):
            unit = draw(st.integers(1, len(parents) - 1))
            parents = [*parents[:unit], draw(st.integers(-1, unit - 1)), *parents[unit + 1 :]]
    return found


THRESHOLDS = st.integers(2, 6)


def all_crossings(history):
    attributes = range(len(history[0].sizes))
    return [*((one,) for one in attributes), *combinations(attributes, 2)]


class TestTheAttack:
    @settings(max_examples=200)
    @given(histories(waves=1), THRESHOLDS, st.randoms(use_true_random=False))
    def test_exposes_nobody_in_one_wave(self, history, fewest, random):
        crossings = all_crossings(history)
        random.shuffle(crossings)
        assert leak(published(history, fewest=fewest, crossings=crossings), fewest) is None

    @settings(max_examples=200)
    @given(histories(waves=2), THRESHOLDS)
    def test_exposes_nobody_in_two_waves(self, history, fewest):
        assert leak(published(history, fewest=fewest), fewest) is None

    @settings(max_examples=100)
    @given(histories(waves=3), THRESHOLDS)
    def test_exposes_nobody_in_any_two_of_three_waves_with_all_crossings(self, history, fewest):
        assert leak(published(history, fewest=fewest, crossings=all_crossings(history)), fewest) is None

    @settings(max_examples=60)
    @given(histories(waves=2), THRESHOLDS)
    def test_always_leads_to_the_same_cells(self, history, fewest):
        def cells():
            return [[one.standing.tolist() for one in wave.tables] for wave in published(history, fewest=fewest)]

        assert cells() == cells()

    @settings(max_examples=60)
    @given(histories(waves=2), THRESHOLDS)
    def test_finds_few_people_in_no_cell_that_is_shown(self, history, fewest):
        cells = [cell for one in published(history, fewest=fewest) for cell in shown_cells(one, identities(one.census))]
        assert min(map(len, cells), default=fewest) >= fewest

    def test_exposes_somebody_where_small_cells_are_hidden_and_nothing_else(self):
        def leaks(history):
            return leak([with_primary_alone(suppress(history[0]))]) is not None

        found = suppress(*find(histories(waves=1), leaks))
        assert any((table.standing == PROTECTS).any() for table in found.tables)

    def test_exposes_somebody_where_every_wave_is_taken_alone(self):
        def leaks(history):
            return leak([suppress(wave) for wave in history]) is not None

        found = published(find(histories(waves=2), leaks))
        assert any((table.standing == COMPARES).any() for table in found[1].tables)


class TestTheAttacker:
    @pytest.mark.parametrize(
        ("cells", "exposed"),
        [
            ([range(9), range(6)], {6, 7, 8}),
            ([range(10), range(5)], None),
            ([range(10), range(1, 11)], {0, 10}),
            ([range(4)], {0, 1, 2, 3}),
            # (a + b) + (a + c) − (b + c) is twice a.
            ([range(9), [*range(3), *range(10, 16)], [*range(3, 9), *range(10, 16)]], {0, 1, 2}),
            # A whole in one wave, its halves in two others.
            ([range(20), range(10), range(10, 19)], {19}),
            ([], None),
        ],
    )
    def test_finds_what_can_be_calculated(self, cells, exposed):
        found = exposed_people([frozenset(cell) for cell in cells], 5)
        assert (found if found is None else set(found)) == exposed

    @settings(max_examples=100)
    @given(st.lists(st.frozensets(st.integers(0, 7), min_size=1), max_size=5), st.integers(2, 5))
    def test_finds_somebody_exactly_when_leaving_few_people_out_tells_less(self, cells, fewest):
        """By trying all: a result holds only some people when without them fewer results can be told apart."""
        table = np.array([[who in cell for who in range(8)] for cell in cells], dtype=float).reshape(-1, 8)
        few = [one for size in range(1, fewest) for one in combinations(range(8), size)]
        rank = np.linalg.matrix_rank(table) if cells else 0
        by_trying = any(cells and np.linalg.matrix_rank(np.delete(table, one, axis=1)) < rank for one in few)
        assert (exposed_people(cells, fewest) is not None) == by_trying
