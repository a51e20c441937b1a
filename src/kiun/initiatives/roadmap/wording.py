"""What the roadmap says, in sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kiun.initiatives.queries.moving import Effect
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
