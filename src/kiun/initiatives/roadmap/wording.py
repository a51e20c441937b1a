"""What the roadmap says, in sentences."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.goals.wording import Lead
from kiun.initiatives.queries.moving import Effect
from kiun.initiatives.queries.roadmap import RoadmapRow
from kiun.initiatives.queries.standing import Standing
from kiun.ui.dates import between_sentences, long_date
from kiun.ui.figures import figure


def say_move(effect: Effect) -> str:
    """30日遅くなり、令和9年4月30日に終わります。後に続く2つの取組も動きます。"""
    root = effect.root
    words = {"days": figure(abs(root.delay)), "end": long_date(root.new[1]), "start": long_date(root.new[0])}
    if root.delay > 0:
        said = _("It ends %(days)s days later, on %(end)s.") % words
    elif root.delay < 0:
        said = _("It ends %(days)s days earlier, on %(end)s.") % words
    else:
        said = _("It begins on %(start)s; the end stays as it is.") % words
    if not effect.followers:
        return said
    number = len(effect.followers)
    pushed = ngettext(
        "%(n)s initiative that waits for it moves too.", "%(n)s initiatives that wait for it move too.", number
    )
    return f"{said}{between_sentences()}{pushed % {'n': figure(number)}}"


def say_to_residents(rows: Sequence[RoadmapRow]) -> Lead:
    """24の取組のうち、3が完了し、18が進行中で、3がこれから始まります。2件が予定より遅れています。"""
    number = Counter(row.standing for row in rows)
    words = {
        "all": figure(len(rows)),
        "done": figure(number[Standing.DONE]),
        "going": figure(number[Standing.IN_TIME] + number[Standing.LATE]),
        "coming": figure(number[Standing.COMING]),
        "late": figure(number[Standing.LATE]),
    }
    text = (
        _("Of %(all)s initiatives %(done)s are completed, %(going)s under way and %(coming)s still to begin.") % words
    )
    if not number[Standing.LATE]:
        return Lead(text=text)
    late = ngettext(
        "%(late)s initiative is behind schedule", "%(late)s initiatives are behind schedule", number[Standing.LATE]
    )
    return Lead(text=text, wrong=late % words, rest=_("."))
