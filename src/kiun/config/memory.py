"""How often Python looks for garbage: its own rhythm is made for small programs."""

import gc


def collect_seldom() -> None:
    """An import makes millions of objects that live: looking through them every 700 takes a sixth of its time."""
    gc.set_threshold(50_000, 20, 50)


def keep_what_is_loaded() -> None:
    """Nothing that stands now is looked through again. Python would otherwise walk through some 200,000 lasting objects
    every few requests: 70 ms, in which a reader waits.
    """
    collect_seldom()
    gc.collect()
    gc.freeze()
