"""Keeps out of the log what an address gives away: who opens the page of a survey, and with which secret."""

import logging
import re

ANSWERING = re.compile(r"/p/[^/]+/[aq]/\S*|/t/[^/]+/surveys/\d+/answer/\S*")
SERVER_ERROR = 500


class SecretAddresses(logging.Filter):
    """Of requests to these pages only failures of Kiun itself are told, without their address."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        if not ANSWERING.search(told):
            return True
        if getattr(record, "status_code", SERVER_ERROR) < SERVER_ERROR:
            return False
        record.msg, record.args = ANSWERING.sub("(page of a survey)", told), ()
        return True
