"""Where two wordings differ: what is marked, and that nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiun.initiatives.queries.comparison.pieces import compare_texts

WORDS = st.text(alphabet="窓口予約を令和89年度末0までにオンラインABc 、。", max_size=40)


def joined(pieces):
    return "".join(piece.text for piece in pieces)


@given(old=WORDS, new=WORDS)
def test_the_pieces_of_a_side_are_its_text_and_the_unmarked_ones_are_common(old, new):
    left, right = compare_texts(old, new)
    assert (joined(left), joined(right)) == (old, new)
    common = ["".join(p.text for p in side if not p.differs) for side in (left, right)]
    assert common[0] == common[1]
    if old == new:
        assert not any(piece.differs for piece in (*left, *right))


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("令和9年3月31日", "令和9年6月30日", (["3", "31"], ["6", "30"])),
        ("1,200件", "1,300件", (["1,200"], ["1,300"])),
        ("待ち時間を15分にする", "待ち時間を10分以内にする", (["15分"], ["10分以内"])),
        ("紙で受け付ける", "電子申請に限る", (["紙で受け付ける"], ["電子申請に限る"])),
        ("", "新しい", ([], ["新しい"])),
    ],
)
def test_numbers_and_words_are_marked_whole(old, new, marked):
    found = tuple([piece.text for piece in side if piece.differs] for side in compare_texts(old, new))
    assert found == marked
