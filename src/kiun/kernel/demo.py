"""Accounts of the demonstration: told to whoever starts it, and refused by `kiun check` in production."""

from dataclasses import dataclass

from kiun.kernel.registries import Registry


@dataclass(frozen=True, kw_only=True)
class DemoAccount:
    """`id` is the name typed at sign-in; `words` say who this is."""

    id: str
    password: str
    words: str


demo_accounts: Registry[DemoAccount] = Registry()
