"""報告書: one content, told in Word, in slides and as a page."""
