"""Run a command with DATABASE_URL set to a PostgreSQL server on which it may create databases.

python tools/postgres.py COMMAND [ARGUMENT …]

Taken, in this order: DATABASE_URL, a server of this machine that lets us in, or one that is started for the time
of the command and thrown away with everything in it.
"""

import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import psycopg

NOT_FOUND = (
    "✗ PostgreSQL is needed for the tests: install it (Debian: apt-get install postgresql), "
    "or set DATABASE_URL to a server on which databases may be created."
)
SOCKET_FOLDERS = ("/var/run/postgresql", "/tmp")  # noqa: S108 - where servers put their sockets
PROGRAM_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
# initdb refuses to run as root; one of these accounts exists on every Unix.
UNPRIVILEGED = ("postgres", "nobody")


def main(command: Sequence[str]) -> int:
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    given = os.environ.get("DATABASE_URL", "")
    url = given if given.startswith("postgres") else _running_server()
    if url:
        return _run(command, url)
    programs = _server_programs()
    if programs is None:
        print(NOT_FOUND, file=sys.stderr)
        return 1
    with _temporary_server(programs) as started:
        return _run(command, started)


def _run(command: Sequence[str], url: str) -> int:
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


def _running_server() -> str | None:
    for user in dict.fromkeys([getpass.getuser(), "postgres", "root"]):
        for host in ("127.0.0.1", *SOCKET_FOLDERS):
            if _may_create_databases(user, host):
                return _url(user, host)
    return None


def _url(user: str, host: str, port: int = 5432) -> str:
    # Django derives the name of its test database from this one, which need not exist: two runs never meet.
    return f"postgres://{user}@{host.replace('/', '%2F')}:{port}/kiun_{os.getpid()}"


def _may_create_databases(user: str, host: str) -> bool:
    try:
        with psycopg.connect(host=host, user=user, dbname="postgres", connect_timeout=3) as connection:
            row = connection.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = user").fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def _server_programs() -> Path | None:
    """The folder with initdb and pg_ctl, of the newest version if there are several."""
    on_path = shutil.which("initdb")
    found = [path for pattern in PROGRAM_FOLDERS for path in Path("/").glob(pattern.lstrip("/"))]
    newest_first = sorted(found, key=lambda path: [int(part) for part in path.parts if part.isdigit()], reverse=True)
    folders = [*newest_first, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


@contextmanager
def _temporary_server(programs: Path) -> Iterator[str]:
    folder = Path(mkdtemp(prefix="kiun-postgres-"))
    account = _unprivileged_account() if os.geteuid() == 0 else None
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    port = _free_port()
    data = str(folder / "data")

    def call(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs / program), *arguments],
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            check=True,
        )

    print("Starting a temporary PostgreSQL server …", flush=True)
    try:
        call("initdb", "--pgdata", data, "--username=kiun", "--auth=trust", "--encoding=UTF8", "--no-sync")
        # A test database needs no protection against power cuts.
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
        call("pg_ctl", "--pgdata", data, "--wait", f"--log={folder / 'log'}", "--options", options, "start")
        try:
            yield _url("kiun", "127.0.0.1", port)
        finally:
            call("pg_ctl", "--pgdata", data, "--wait", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_account() -> pwd.struct_passwd:
    known = {account.pw_name: account for account in pwd.getpwall()}
    return next(known[name] for name in UNPRIVILEGED if name in known)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _stop(number: int, _frame: object) -> None:
    """SIGTERM unwinds like Ctrl-C, so that the temporary server is stopped."""
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
