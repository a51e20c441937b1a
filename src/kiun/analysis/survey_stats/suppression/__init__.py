"""Which numbers of a survey may be shown, so that none about fewer than five people can be calculated from them.

**What is protected.** A cell is a unit of the tree with all units below it, and everybody in it or those of one
category (or of two attributes crossed). Showing a mean, a distribution or a count shows as much as sums over the people
of the cell. A reader may add shown cells in any positive or negative multiples; what then falls on a person is their
weight in the result. The promise: *no result gives weight to somebody but to fewer than `fewest` people.* This holds
whatever the answers are, for results that mix plus and minus too, and for the number of people as for their answers. It
holds within a wave and for any two waves together, where a reader is granted to know who answered in each, and that
whoever answered in both said the same: then only those who came, left or moved remain, and they are `fewest` or none.
Units may be moved, split and merged between the waves. Three or more waves at once are not covered: a reader would need
that people said the same three times, which they do not, and to cover it would leave departments nothing to follow.

**Why it holds.** A view is one crossing in one wave. The block of a person in a view is the lowest shown cell that
holds them (0: none), so that every shown cell is a sum of blocks, and every block a difference of shown cells. Views
are read one after the other. A *witness* for two blocks i, j of the view read last is a handful of people with signs,
plus or minus, such that every block of the views before holds as many of plus as of minus, and in the last view one
plus is left in i and one minus in j, and nothing elsewhere; block 0 counts as nothing. Blocks are *linked* by `fewest`
witnesses that share nobody, and so are blocks linked with a third; linked blocks then count as one, which may link it
with more.

Theorem: if what was read before keeps the promise, so it does with one more view, provided that every group of linked
blocks without block 0 is, as a set of people, a sum of results of what was read before.

Proof: let a result have weights v(p) = x(p) + y(block of p), x from the views before, and v ≠ 0 for fewer than `fewest`
people. Summed with the signs of a witness, x vanishes, so that Σ ± v(p) = y(i) − y(j). If y(i) ≠ y(j), each of `fewest`
disjoint witnesses holds somebody with v ≠ 0, which is too many. So y is the same on linked blocks, and 0 on those
linked with block 0. Hence y is a sum of results of the views before, and so is v, and these keep the promise. ∎

**Which witnesses are counted** (`Reading`): two people in the same blocks of all views before; one in none of them; and
across waves, people with twins: somebody who answered now, less somebody who did not and was in the same blocks of the
earlier wave, is a person whom only the views of this wave see, and two of those are compared as people are within a
wave. For the first view of a first wave this is the rule of the rest: a cell less its shown parts is empty or `fewest`.
Fewer witnesses than there are hide more than is needed, and never less.

**What it does not do.** If all people of a cell gave the same answer, the cell tells the answer of each. 分からない and
無回答 are answers like others here: the people of a cell are those who answered in the wave. What is shown as hidden
tells that it had to be; and whoever knows some answers beforehand calculates with fewer people.

Source of the problem: Hundepool et al. 2012, Statistical Disclosure Control, ch. 4; the method is our own.
"""

from kiun.analysis.survey_stats.suppression.suppressing import beside, suppress
from kiun.analysis.survey_stats.suppression.terms import Census, Standing, Suppression, Table
from kiun.analysis.survey_stats.suppression.two_way import suppress_table

__all__ = ["Census", "Standing", "Suppression", "Table", "beside", "suppress", "suppress_table"]
