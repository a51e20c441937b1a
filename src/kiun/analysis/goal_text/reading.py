from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kiun.analysis.goal_text.direction import Direction, find_direction
from kiun.analysis.goal_text.indicators import name_indicator, unit_by_heading
from kiun.analysis.goal_text.normalisation import normalize
from kiun.analysis.goal_text.roles import assign_roles
from kiun.analysis.goal_text.statement import read_statement


def read_goal(text, *, today):
    n = normalize(text)
    s = read_statement(n.text, today)
    r = assign_roles(s)
    anchor = r.target or r.baseline or (s.values[0] if r.has_values and s.values else None)
    span = name_indicator(s, anchor)
    indicator = n.text[slice(*span)] if span else ""
    target = r.target
    unit = target.unit if target else ""
    tv = None
    if target:
        tv = target.number if target.number is not None else target.word
        if target.number is not None and not unit:
            unit = (r.baseline.unit if r.baseline else "") or unit_by_heading(n.text, indicator)
    b = None
    if r.baseline:
        b = r.baseline.number if r.baseline.number is not None else r.baseline.word
    elif r.reference:
        b = n.text[slice(*r.reference)]
    if tv in {"全て", "全域", "ほぼ全て"} and (r.baseline and r.baseline.unit == "%"):
        unit = "%"
        if tv != "ほぼ全て":
            tv = Decimal(100)
    d = find_direction(s, indicator=indicator, target=target, baseline=r.baseline, has_deadline=r.deadline is not None)
    return dict(text=text, has_indicator=bool(anchor or span), has_baseline=b is not None, has_target=target is not None,
        has_deadline=r.deadline is not None, indicator=indicator, baseline=b, target=tv, unit=unit, direction=str(d), deadline=r.deadline.last if r.deadline else None, s=s)
