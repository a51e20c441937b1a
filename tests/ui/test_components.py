"""What components write, attribute by attribute; the look is judged in the browser."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory, SimpleTestCase
from django.utils.translation import override

from kiun.kernel.registries import Registry
from kiun.ui.gallery.forms import SampleForm
from kiun.ui.history import FieldChange, HistoryEntry
from kiun.ui.loop import LoopContribution, LoopFigure, LoopSubject, Stage, draw_loop

COMPONENTS = Path(__file__).parents[2] / "src/kiun/ui/templates/cotton"


@pytest.fixture(autouse=True)
def _japanese():
    with override("ja"):
        yield


def render(source, path="/", **context):
    from django_cotton.compiler_regex import CottonCompiler  # the loaders do this for template files

    template = engines["django"].from_string(CottonCompiler().process(source))
    return template.render(context, RequestFactory().get(path)).strip()


def same(html, expected):
    SimpleTestCase().assertHTMLEqual(html, expected)


def test_button():
    same(
        render('<c-button variant="primary" size="lg" name="go" value="1" class="mt-4">保存する</c-button>'),
        '<button type="submit" class="k-button k-button--primary k-button--lg mt-4"'
        ' name="go" value="1">保存する</button>',
    )


def test_a_component_does_not_see_the_variables_of_the_page():
    assert "漏れ" not in render(
        "<c-card>中</c-card><c-section>中</c-section>", title="漏れ", actions="漏れ", href="漏れ"
    )


@pytest.mark.parametrize(
    ("status", "tone", "word"),
    [
        ("on_track", "ok", "順調"),
        ("even", "even", "五分五分"),
        ("late", "late", "遅れ"),
        ("stale", "stale", "更新待ち"),
        ("unknown", "unknown", "判定不能"),
    ],
)
def test_status_is_shape_and_word_and_colour(status, tone, word):
    html = render('<c-status status="{{ status }}" />', status=status)
    assert html.startswith(f'<span class="k-chip is-{tone}"><svg ')
    assert html.endswith(f"<span>{word}</span></span>")


def test_every_status_has_a_shape_of_its_own():
    drawn = {render("{% status_shape status %}", status=s) for s in ("on_track", "even", "late", "stale", "unknown")}
    assert len(drawn) == 5


def test_outlook_tells_its_interval():
    html = render('<c-outlook outlook="low" :low="10" :high="35" />')
    assert html.endswith("<span>低い</span><small>10〜35%</small></span>")
    assert render('<c-outlook outlook="unknown" :low="none" :high="none" />').endswith("<span>判定不能</span></span>")


class OneField(forms.Form):
    amount = forms.IntegerField(label="件数", help_text="令和7年度の件数", min_value=0)


def test_field_puts_help_and_error_between_label_and_control():
    html = render('<c-field :field="form.amount" unit="件" hx-get="/x/" />', form=OneField({"amount": ""}))
    places = [html.index(text) for text in ("件数", "令和7年度の件数", "入力してください。", "<input")]
    assert places == sorted(places)
    control = re.search(r"<input[^>]*>", html).group()
    same(
        control,
        '<input type="number" name="amount" min="0" required aria-describedby="id_amount-help id_amount-error"'
        ' hx-get="/x/" aria-invalid="true" class="k-control k-control--sm" inputmode="decimal" id="id_amount">',
    )


def test_a_sound_field_says_nothing_of_errors():
    html = render('<c-field :field="form.amount" />', form=OneField())
    assert "aria-invalid" not in html
    assert 'aria-describedby="id_amount-help"' in html


def test_choices_are_a_group_with_a_legend():
    html = render('<c-field :field="form.direction" />', form=SampleForm())
    assert html.startswith('<fieldset class="k-field" id="id_direction"><legend class="k-label">')
    assert html.count('<label class="k-choice"><input type="radio"') == 3


def test_form_sums_up_its_errors_and_leads_to_the_fields():
    form = OneField({"amount": ""})
    form.add_error(None, "期限が基準日より前です。")
    html = render('<c-form :form="form" submit="記録する" />', form=form)
    assert "2か所を直してください。" in html
    assert '<li>期限が基準日より前です。</li><li><a href="#id_amount">件数</a>：入力してください。</li>' in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert re.search(r'<button type="submit" class="[^"]*k-button--primary[^"]*" >記録する</button>', html)


def test_form_with_a_file_is_sent_in_parts():
    assert 'enctype="multipart/form-data"' in render('<c-form :form="form" />', form=SampleForm())


def test_loop_marks_where_it_stands_what_is_wrong_and_what_is_not_counted():
    registry = Registry()
    figure = LoopFigure(number=1284, unit="人", note="職員402・住民882", wrong="遅れ 7", url="/goals/")
    registry.register(LoopContribution(id="x", stage=Stage.GOAL, figure=lambda _subject: figure))
    loop = draw_loop(LoopSubject(kind="town", town=None), current=Stage.GOAL, registry=registry)
    html = render('<c-loop :loop="loop" />', loop=loop)
    assert re.findall(r'k-loop__name"><span>(\d)</span>(\w+)<', html) == [
        ("1", "課題"),
        ("2", "目標"),
        ("3", "計画"),
        ("4", "参加"),
        ("5", "成果"),
        ("6", "共有"),
    ]
    assert html.count("<b>準備中</b>") == 5
    assert '<a href="/goals/" class="k-loop__stage" aria-current="step">' in html
    assert "1,284<small>人</small>" in html
    parts = '<span class="k-part">職員402・</span>\u200b<span class="k-part">住民882</span>'
    assert f'<span class="k-loop__note k-phrase">{parts}</span>' in html
    assert re.findall(r'k-loop__note--wrong k-phrase"><svg.*?</svg><span class="k-part">([^<]*)<', html) == ["遅れ 7"]


def test_table_can_be_scrolled_by_keyboard_and_says_its_name():
    html = render(
        '<c-table caption="指標"><c-slot name="head"><tr><th>名</th></tr></c-slot><tr><td>値</td></tr></c-table>'
    )
    same(
        html,
        '<div class="k-scroll" role="region" aria-label="指標" tabindex="0"><table class="k-table k-table--scroll">'
        '<caption class="k-hidden">指標</caption><thead><tr><th>名</th></tr></thead>'
        "<tbody><tr><td>値</td></tr></tbody></table></div>",
    )


@pytest.mark.parametrize(
    ("query", "link", "state"),
    [
        ("?dept=1&page=3", "?dept=1&amp;sort=name", ""),
        ("?dept=1&sort=name", "?dept=1&amp;sort=-name", ' aria-sort="ascending"'),
        ("?dept=1&sort=-name", "?dept=1&amp;sort=name", ' aria-sort="descending"'),
    ],
)
def test_sort_link_keeps_the_filter_and_starts_on_the_first_page(query, link, state):
    html = render('<c-sort-th field="name" label="名称" />', path=f"/x/{query}")
    assert html.startswith(f'<th scope="col" class=""{state} ><a class="k-sort" href="{link}">名称')


def test_pagination_tells_the_place_and_keeps_the_query():
    page = Paginator(range(600), 20).page(7)
    html = render('<c-pagination :page="page" />', path="/x/?q=申請", page=page)
    assert "600件のうち121〜140件" in html
    assert 'href="?q=%E7%94%B3%E8%AB%8B&amp;page=8"' in html
    assert '<span class="num" aria-current="page">7</span>' in html
    assert render('<c-pagination :page="page" />', page=Paginator([1], 20).page(1)) == ""


def test_history_tells_before_after_reason_who_and_when():
    entry = HistoryEntry(
        when=datetime(2026, 11, 20, 5, 32, tzinfo=UTC),
        who="緑川",
        what="目標を変えました",
        changes=(FieldChange(label="目標値", before="50%", after="60%"), FieldChange(label="注", before="古い")),
        reason="会議の決定",
    )
    text = re.sub(r"<[^>]+>", "|", render('<c-history :entries="entries" />', entries=[entry]))
    assert [part.strip() for part in text.split("|") if part.strip()] == [
        "令和8年11月20日 14:32",
        "· 緑川",
        "目標を変えました",
        "目標値",
        "変更前：",
        "50%",
        "変更後：",
        "60%",
        "注",
        "変更前：",
        "古い",
        "変更後：",
        "（空）",
        "理由：",
        "会議の決定",
    ]


def test_job_state_gives_machines_plain_numbers():
    html = render('<c-job-state :done="1200" :total="4000" doing="読み込んでいます" />')
    assert 'max="4000" value="1200"' in html
    assert "1,200 / 4,000" in html
    assert '<div data-state="running">' in html


def test_live_region_carries_its_address_and_version():
    assert render("<div {% live_region url version %}></div>", url="/v/?a=1&b=2", version="7") == (
        '<div data-live="/v/?a=1&amp;b=2" data-live-version="7"></div>'
    )


def test_no_component_can_be_refused_by_the_content_policy():
    for path in COMPONENTS.parent.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"<[a-z][^>]*\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", text) == [], path.name


def test_every_component_stands_in_the_gallery():
    pages = "".join(path.read_text(encoding="utf-8") for path in COMPONENTS.parent.glob("ui/**/*.html"))
    pages += "".join(path.read_text(encoding="utf-8") for path in COMPONENTS.glob("*.html"))
    names = {path.stem.replace("_", "-") for path in COMPONENTS.glob("*.html")}
    assert names - set(re.findall(r"<c-([a-z-]+)", pages)) == set()
