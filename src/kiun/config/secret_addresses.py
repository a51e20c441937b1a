"""Keeps out of the log what an address gives away: who opens the page of a survey, and with which secret."""

import logging
import re

ANSWERING = re.compile(r"/p/[^/]+/[aq]/|/t/[^/]+/surveys/\d+/answer/")
SERVER_ERROR = 500


class SecretAddresses(logging.Filter):
    """Of requests to these pages only failures of Kiun itself are told, without their address."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not ANSWERING.search(record.getMessage()):
            return True
        if getattr(record, "status_code", SERVER_ERROR) < SERVER_ERROR:
            return False
        record.msg, record.args = ANSWERING.sub("(page of a survey)", str(record.msg)), _without_addresses(record.args)
        return True


def _without_addresses(args: object) -> object:
    if not isinstance(args, tuple):
        return args
    return tuple("(page of a survey)" if isinstance(one, str) and ANSWERING.search(one) else one for one in args)
