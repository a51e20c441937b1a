from kiun.surveys.models import Channel, Sheet, Survey, UnmixedSheet


def sheets_on_paper(survey: Survey) -> int:
    """How many the office has typed in; of those that lie in the urn it is only counted how many came this way."""
    in_the_urn = UnmixedSheet.objects.filter(survey=survey, payload__channel=Channel.PAPER).count()
    return Sheet.objects.filter(survey=survey, channel=Channel.PAPER).count() + in_the_urn
