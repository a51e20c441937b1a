"""ISO order for machines' sake in inputs; the pages print 和暦 through the `wareki` filter."""

DATE_FORMAT = "Y年n月j日"
DATETIME_FORMAT = "Y年n月j日 G時i分"
SHORT_DATE_FORMAT = "Y/m/d"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]
