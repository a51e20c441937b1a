"""A reader who calculates with everything that is shown, exactly, and knows nothing of how it was chosen.

A cell is the set of the people it holds, and what is shown of it is as good as the sum of their answers. The reader may
add cells in any multiples: Σ cᵢ · cell i. Whatever falls on a person is their weight in the result. The attack succeeds
when a result gives weight to somebody, but to fewer people than may be shown.
"""

from collections import Counter
from fractions import Fraction
from itertools import product

Cell = frozenset


def shown_cells(suppression, people):
    """What a reader of one wave sees; `people` are the identities of those of the census, in its order."""
    census = suppression.census
    above = [_above(census.parents.tolist(), unit) for unit in range(len(census.parents))]
    homes, categories = census.units.tolist(), census.categories.tolist()
    for table in suppression.tables:
        choices = list(product(*(range(census.sizes[attribute]) for attribute in table.attributes)))
        for unit, line in enumerate(table.standing.tolist()):
            for choice, standing in zip(choices, line, strict=True):
                if standing == 0:
                    yield Cell(
                        who
                        for who, home, own in zip(people, homes, categories, strict=True)
                        if unit in above[home] and tuple(own[one] for one in table.attributes) == choice
                    )


def identities(census):
    """Known people are themselves; others are told apart by what is known of them and a number."""
    if census.people is not None:
        return census.people.tolist()
    seen = Counter()
    found = []
    for unit, categories in zip(census.units.tolist(), census.categories.tolist(), strict=True):
        key = (unit, *categories)
        found.append((*key, seen[key]))
        seen[key] += 1
    return found


def exposed_people(cells, fewest):
    """Fewer than `fewest` people, of whom a result can be calculated that holds nobody else; None if there are none.

    Exact: the results are the row space of cells × people. If one of them holds only people of a set D, then every set
    of people whose columns determine all results has somebody in D. So somebody of one such set is put into D in turn,
    and if the others still determine all results, somebody of the next such set, until fewest − 1 are used up. People
    who are in the same cells come and go together; the largest groups are taken first, to have few to try.
    """
    cells = list(dict.fromkeys(cell for cell in cells if cell))
    groups = {}
    for who in sorted(set().union(*cells)):
        groups.setdefault(tuple(int(who in cell) for cell in cells), []).append(who)
    columns = sorted(groups.items(), key=lambda item: -len(item[1]))
    return _search(columns, len(_determining(columns)), fewest - 1, [])


def _search(columns, rank, budget, taken):
    determining = _determining(columns)
    if len(determining) < rank:
        return taken
    for place in determining:
        people = columns[place][1]
        if len(people) <= budget:
            rest = columns[:place] + columns[place + 1 :]
            found = _search(rest, rank, budget - len(people), taken + people)
            if found is not None:
                return found
    return None


def _determining(columns):
    """Places of independent columns that all others depend on, the first that will do."""
    basis, places = {}, []
    for place, (column, _) in enumerate(columns):
        rest = [Fraction(value) for value in column]
        for pivot, known in basis.items():
            if rest[pivot]:
                factor = rest[pivot]
                rest = [a - factor * b for a, b in zip(rest, known, strict=True)]
        pivot = next((spot for spot, value in enumerate(rest) if value), None)
        if pivot is not None:
            basis[pivot] = [value / rest[pivot] for value in rest]
            places.append(place)
    return places


def _above(parents, unit):
    found = {unit}
    while parents[unit] >= 0:
        unit = parents[unit]
        found.add(unit)
    return found
