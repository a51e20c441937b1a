"""Print the path of Chromium for the browser tests; install it where the system's package manager lets us."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without a Japanese font, screenshots and text widths would be those of empty boxes.
PACKAGES = ("chromium", "fonts-noto-cjk")
NOT_FOUND = (
    "✗ Chromium is needed for the browser tests: install it (Debian: apt-get install chromium fonts-noto-cjk), "
    "or set KIUN_CHROMIUM to the program."
)


def find() -> str | None:
    given = os.environ.get("KIUN_CHROMIUM")
    return next((path for path in map(shutil.which, [given] if given else NAMES) if path), None)


def install() -> None:
    """Tries; whether it worked shows when the program is looked for again."""
    apt = shutil.which("apt-get")
    privilege = _privilege()
    if apt is None or privilege is None:
        return
    print("Installing Chromium for the browser tests …", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *PACKAGES]):
        subprocess.run([*privilege, apt, *arguments], env=environment, stdout=sys.stderr, check=False)


def _privilege() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def main() -> int:
    if find() is None:
        install()
    path = find()
    print(path or NOT_FOUND, file=sys.stdout if path else sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
