"""Throw-away PostgreSQL and Redis for a test run: own data folders, free ports, gone afterwards."""

from __future__ import annotations

import contextlib
import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PACKAGES = {
    "postgresql": lambda: postgres_bin() is not None,
    "redis-server": lambda: shutil.which("redis-server") is not None,
    "chromium": lambda: chromium() is not None,
    "libpango-1.0-0 libpangoft2-1.0-0": lambda: bool(glob.glob("/usr/lib/*/libpangoft2-1.0.so.0*")),
    "fonts-wqy-microhei": lambda: bool(glob.glob("/usr/share/fonts/**/wqy-microhei*", recursive=True)),
    "poppler-utils": lambda: shutil.which("pdftotext") is not None,
    "gettext": lambda: shutil.which("xgettext") is not None,
}


class Missing(SystemExit):
    """System packages are missing and this account may not install them."""


def postgres_bin() -> Path | None:
    """Folder of PostgreSQL's server programs (Debian keeps them off PATH), newest version first."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda p: int(p.split("/")[4].split(".")[0]))
    return Path(found[-1]).parent if found else None


def chromium() -> str | None:
    """The system's Chromium or Chrome."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        path = shutil.which(name)
        if path:
            return path
    return None


def require_packages() -> None:
    """Install the system packages that are missing, if this account may; else say exactly what to install and stop."""
    missing = [package for names, present in PACKAGES.items() if not present() for package in names.split()]
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise Missing("The tests need these system packages:\n    sudo " + " ".join(command))
    print("-- system packages:", " ".join(missing), flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-q"], check=True, **quiet)
    subprocess.run(command, check=True, **quiet)
    still = [names for names, present in PACKAGES.items() if not present()]
    if still:
        raise Missing("Installed, but not found afterwards: " + ", ".join(still))


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes], what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{what} ended at once with code {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{what} did not answer on port {port} within {seconds} s")


def _until_it_serves(create: list[str], folder: Path, become: dict[str, object]) -> None:
    """Create the database; a server that listens already may still be starting up."""
    for attempt in range(60):
        last = attempt == 59
        output = None if last else subprocess.DEVNULL
        made = subprocess.run(create, check=last, cwd=folder, stderr=output, **become)  # type: ignore[call-overload]
        if made.returncode == 0:
            return
        time.sleep(0.5)


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """A PostgreSQL of this run's own; gives its DATABASE_URL. `durable` keeps fsync on (benchmarks)."""
    binaries = postgres_bin()
    if binaries is None:
        raise Missing("PostgreSQL's server programs are missing: sudo apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="guicheng-pg-"))
    data = folder / "data"
    data.mkdir()
    become: dict[str, object] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        account = pwd.getpwnam("postgres")
        for path in (folder, data):
            os.chown(path, account.pw_uid, account.pw_gid)
        become = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    port = free_port()
    init = [
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "guicheng",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    subprocess.run(init, check=True, stdout=subprocess.DEVNULL, cwd=folder, **become)  # type: ignore[call-overload]
    options = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"]
    options += ["-c", "max_connections=300", "-c", "logging_collector=off", "-c", "log_min_messages=fatal"]
    if not durable:
        options += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    log = (folder / "log").open("wb")
    server = subprocess.Popen(
        [str(binaries / "postgres"), "-D", str(data), *options],
        stdout=log,
        stderr=log,
        cwd=folder,
        **become,  # type: ignore[call-overload]
    )
    try:
        _wait(port, server, "PostgreSQL")
        create = [str(binaries / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "guicheng", "guicheng"]
        _until_it_serves(create, folder, become)
        yield f"postgres://guicheng@127.0.0.1:{port}/guicheng"
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        server.kill()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A Redis of this run's own; gives its REDIS_URL."""
    program = shutil.which("redis-server")
    if program is None:
        raise Missing("Redis is missing: sudo apt-get install redis-server")
    folder = tempfile.mkdtemp(prefix="guicheng-redis-")
    port = free_port()
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL)
    try:
        _wait(port, server, "Redis")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)
