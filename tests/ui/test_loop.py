from kiun.kernel.registries import Registry
from kiun.ui.loop import LoopContribution, LoopFigure, LoopSubject, Stage, draw_loop

SUBJECT = LoopSubject(kind="town", town=object())


def registry_of(*contributions):
    registry = Registry()
    for contribution in contributions:
        registry.register(contribution)
    return registry


def test_six_stages_in_their_order_and_none_is_faked():
    loop = draw_loop(SUBJECT, registry=registry_of())
    assert [(stage.position, stage.stage) for stage in loop.stages] == [
        (1, Stage.CHALLENGE),
        (2, Stage.GOAL),
        (3, Stage.PLAN),
        (4, Stage.PARTICIPATION),
        (5, Stage.OUTCOME),
        (6, Stage.SHARING),
    ]
    assert [stage.figure for stage in loop.stages] == [None] * 6


def test_a_contribution_counts_the_subject_that_is_asked_for():
    asked = []
    figure = LoopFigure(number=41, wrong="曖昧 11", url="/goals/")
    contribution = LoopContribution(
        id="goals", stage=Stage.GOAL, figure=lambda subject: asked.append(subject) or figure
    )
    loop = draw_loop(SUBJECT, current=Stage.GOAL, registry=registry_of(contribution))
    assert asked == [SUBJECT]
    assert loop.stages[1].figure == figure
    assert [stage.is_current for stage in loop.stages] == [False, True, False, False, False, False]


def test_the_highest_room_speaks_and_a_room_that_does_not_count_is_passed_over():
    low, high = LoopFigure(number=1), LoopFigure(number=2)
    contributions = (
        LoopContribution(id="low", stage=Stage.OUTCOME, figure=lambda _subject: low),
        LoopContribution(
            id="high", stage=Stage.OUTCOME, figure=lambda subject: high if subject.kind == "goal" else None
        ),
    )
    registry = registry_of(*contributions)
    goal = LoopSubject(kind="goal", town=object(), row=object())
    assert draw_loop(goal, registry=registry).stages[4].figure == high
    assert draw_loop(SUBJECT, registry=registry).stages[4].figure == low
