"""Print the path of a program that the tests drive; install it where the system's package manager lets us.

python tools/programs.py chromium | libreoffice
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

# Without a Japanese font, pictures and text widths would be those of empty boxes.
FONTS = "fonts-noto-cjk"


@dataclass(frozen=True)
class Program:
    title: str
    variable: str
    names: tuple[str, ...]
    packages: tuple[str, ...]

    @property
    def not_found(self) -> str:
        return (
            f"✗ {self.title} is needed for the tests: install it (Debian: apt-get install {' '.join(self.packages)}), "
            f"or set {self.variable} to the program."
        )

    def find(self) -> str | None:
        given = os.environ.get(self.variable)
        return next((path for path in map(shutil.which, [given] if given else self.names) if path), None)


PROGRAMS = {
    # The shell is Chromium without the windows that nobody looks at here: a third less work for the same pages.
    "chromium": Program(
        "Chromium",
        "KIUN_CHROMIUM",
        ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        ("chromium-headless-shell", FONTS),
    ),
    # Opens the reports as those who receive them do.
    "libreoffice": Program(
        "LibreOffice",
        "KIUN_LIBREOFFICE",
        ("soffice", "libreoffice"),
        ("libreoffice-writer", "libreoffice-impress", "libreoffice-calc", FONTS),
    ),
}


def install(program: Program) -> None:
    """Tries; whether it worked shows when the program is looked for again."""
    apt = shutil.which("apt-get")
    privilege = _privilege()
    if apt is None or privilege is None:
        return
    print(f"Installing {program.title} for the tests …", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *program.packages]):
        subprocess.run([*privilege, apt, *arguments], env=environment, stdout=sys.stderr, check=False)


def _privilege() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def main(arguments: Sequence[str]) -> int:
    program = PROGRAMS[arguments[0]]
    if program.find() is None:
        install(program)
    path = program.find()
    print(path or program.not_found, file=sys.stdout if path else sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
