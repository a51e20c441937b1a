"""Names on the roadmap never lie upon each other, at whatever width the picture is shown."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiun.initiatives.roadmap.labels import MARK, STEPS, Wanted, first_step, place_labels, width_of

WANTED = st.lists(
    st.builds(Wanted, st.text("契約本稼働の開始ABC123", min_size=1, max_size=12), st.floats(0, 100)), max_size=8
)
WIDTHS = st.floats(STEPS[0], 9_000)


def edges_of(label, width):
    x = label.x / 100 * width + label.dx
    return (x, x + width_of(label.text)) if label.anchor == "start" else (x - width_of(label.text), x)


@given(WANTED, WIDTHS)
def test_no_name_covers_another_or_a_mark_or_leaves_the_picture(wanted, width):
    shown = [label for label in place_labels(wanted) if STEPS[label.step] <= width]
    places = sorted(edges_of(label, width) for label in shown)
    assert all(left[1] <= right[0] for left, right in pairwise(places))
    assert all(start >= -1e-6 and end <= width + 1e-6 for start, end in places)
    for start, end in places:
        assert not any(start < one.x / 100 * width < end for one in wanted)


def test_a_name_stands_to_the_right_of_its_mark_where_there_is_room():
    labels = place_labels([Wanted("契約", 50), Wanted("本稼働", 99)])
    assert [(label.text, label.anchor, label.dx, label.step) for label in labels] == [
        ("契約", "start", MARK, 0),
        ("本稼働", "end", -MARK, 0),
    ]


def test_of_names_too_close_to_each_other_the_more_important_one_is_shown_first():
    labels = place_labels([Wanted("遅れている節目", 50), Wanted("次期の方針決定", 51), Wanted("契約", 51.5)])
    assert [(label.text, label.anchor) for label in labels] == [
        ("遅れている節目", "end"),
        ("契約", "start"),
        # Between the marks of the others it needs a very wide picture.
        ("次期の方針決定", "start"),
    ][: len(labels)]
    assert [label.step for label in labels[:2]] == [0, 0]
    assert all(label.step == len(STEPS) - 1 for label in labels[2:])


def test_names_of_phases_are_shown_where_they_fit():
    assert width_of("短期") == 24
    assert first_step("短期", 100) == 0
    assert first_step("短期", 30 / 960 * 100) == 2
    assert first_step("短期", 0.1) is None
