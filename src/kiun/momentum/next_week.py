"""Three small things that a head can do next week, by what stands in the way. Nothing here needs a budget or a decision
from above; what takes longer is an intervention (`remedies`). Where room to act is missing, each of them gives time.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kiun.momentum.dimensions import Dimension

NEXT_WEEK: Mapping[Dimension, tuple[Promise, Promise, Promise]] = {
    Dimension.NEED: (
        _("Open the morning meeting with one figure of your section: who waits, how long, how often in vain."),
        _("Stand at the counter or at the telephone for an hour with somebody who never does, and note what stops."),
        _("Say in three sentences what the change is meant to solve, and ask two people to say it in their own words."),
    ),
    Dimension.FIT: (
        _("Ask everybody for the one form or tool that costs them most time, and write the list on the wall."),
        _("Walk through one procedure with those who do it, and mark each step that the new way makes longer."),
        _("Tell the DX office one thing that does not fit your work, with an example."),
    ),
    Dimension.CONFIDENCE: (
        _("Name one colleague whom everybody may ask, and free an hour a day for it."),
        _("Do one real case in the new way together, and let somebody who has not tried it hold the mouse."),
        _("Write down on one page where you got stuck and how you went on."),
    ),
    Dimension.SUPPORT: (
        _("Say in front of all what may be tried without asking you."),
        _("Talk for ten minutes with each person who has begun something: what do they need from you?"),
        _("Tell of something that you tried yourself and that did not work out."),
    ),
    Dimension.BENEFIT: (
        _("Thank one person by name for one thing that has become easier, and say for whom."),
        _("Let somebody of your section count the minutes that the new way saves in a week."),
        _("Pass on what a resident said about it, in their own words."),
    ),
    Dimension.SLACK: (
        _("Strike one meeting, report or list off next week, and say which."),
        _("Name the work that is done both in the old and in the new way, and set a day on which the old way ends."),
        _("Enter two hours without telephone and counter into the roster."),
    ),
}
