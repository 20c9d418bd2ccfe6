"""A real Guicheng to click through: seeded by `setup --demo`, served by `serve` with its worker, driven by Chromium.

Nothing here is a test double: the tests see what an office sees. One seeded installation is built for all tests of a
run; each pytest worker serves its own copy of it. With SCREENS=1 the pages looked at are kept in docs/screens/.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.acceptance.form_filling import Clerk

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "docs" / "screens"
PASSWORD = "guicheng"
WIDE, PHONE = (1366, 768), (360, 740)
_AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
#: Of a long list or table axe reads the first forty rows: the others come from the same lines of a template.
_FIRST_ROWS = {"exclude": [["tbody > tr:nth-child(n+41)"], ["li:nth-child(n+41)"]]}
_START_S = 180


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a page looks like is the same on either database: tests that only look run on one."""
    for item in items:
        if "look" in getattr(item, "fixturenames", ()):
            item.add_marker("once")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@dataclass(frozen=True)
class Portal:
    """A served installation: its address and the environment its commands run in."""

    address: str
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a management command against the installation and give what it prints."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(arguments)}: {done.stdout}\n{done.stderr}"
        return done.stdout


@contextmanager
def _only_one_builds(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _environment(data: Path, database: str) -> dict[str, str]:
    environment = {**os.environ, "GUICHENG_DATA": str(data), "DEMO": "1", "LOG_LEVEL": "ERROR"}
    environment.pop("DATABASE_URL", None)
    return environment | ({"DATABASE_URL": database} if database else {})


def _database(name: str, template: str = "template1") -> str:
    """URL of a new PostgreSQL database when the run is on PostgreSQL, else "": SQLite lies in the data folder."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        return ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def _seeded(shared: Path, own: Path, worker: str) -> dict[str, str]:
    """Environment of a seeded installation: a copy of the one built first, its folder and its database."""
    with _only_one_builds(shared / "seeded.lock"):
        template = shared / "seeded"
        if not (template / "ready").exists():
            environment = _environment(template, _database("guicheng_acceptance"))
            subprocess.run([sys.executable, "manage.py", "setup", "--demo"], cwd=ROOT, env=environment, check=True)
            (template / "ready").touch()
        shutil.copytree(template, own, dirs_exist_ok=True)
        return _environment(own, _database(f"guicheng_acceptance_{worker}", "guicheng_acceptance"))


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Portal]:
    """The served installation with demonstration data; its worker and its registers run as they do in an office."""
    if running := os.environ.get("ACCEPTANCE_URL"):  # one that runs already, to write a test against
        yield Portal(running.rstrip("/"), {**os.environ})
        return
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    environment = _seeded(shared, base / "installation", worker_id)
    port = _free_port()
    environment["SIMULATOR_URL"] = f"http://127.0.0.1:{_free_port()}"
    log = (base / "serve.log").open("w")
    command = [sys.executable, "manage.py", "serve", "--port", str(port), "--threads", "4"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(address, server, Path(log.name))
        yield Portal(address, environment)
    finally:
        server.terminate()
        server.wait(30)


def _wait_until_up(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/login/", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the portal did not start within {_START_S} s:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, the one `make test` found or installed."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is missing: `make test` installs it, or set CHROMIUM to its path"
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        expect.set_options(timeout=15_000)  # milliseconds; as long as everything else waits here
        opened = playwright.chromium.launch(executable_path=path, args=flags)
        yield opened
        opened.close()


class Desk:
    """Somebody's browser window, logged in; knows the pages by their path."""

    def __init__(self, page: Page, portal: Portal) -> None:
        self.page = page
        self.portal = portal

    def open(self, path: str) -> Page:
        """Go to a path of the portal."""
        self.page.goto(self.portal.address + path)
        return self.page

    def log_in(self, user: str) -> Page:
        """Log in through the page, as a person does."""
        self.open("/login/")
        self.page.fill("#id_username", user)
        self.page.fill("#id_password", PASSWORD)
        self.page.press("#id_password", "Enter")
        self.page.wait_for_url(lambda url: "/login/" not in url)
        return self.page


@pytest.fixture
def desk_of(browser: Browser, portal: Portal) -> Iterator[Callable[..., Desk]]:
    """`desk_of("wuzhi_window")`: a window of its own for that log-in. Options: language, size, dark, javascript."""
    contexts: list[BrowserContext] = []

    def open_desk(
        user: str = "",
        *,
        language: str = "zh-hans",
        size: tuple[int, int] = WIDE,
        dark: bool = False,
        javascript: bool = True,
    ) -> Desk:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",  # axe must not meet colours half way between two themes
            java_script_enabled=javascript,
            timezone_id="Asia/Shanghai",
            locale="zh-CN" if language != "en" else "en-GB",
        )
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": portal.address}])
        desk = Desk(context.new_page(), portal)
        desk.page.set_default_timeout(15_000)
        if user:
            desk.log_in(user)
        return desk

    yield open_desk
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def clerk(browser: Browser, portal: Portal) -> Iterator[Clerk]:
    """One window, logged in once, for all the forms of a file."""
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, reduced_motion="reduce")
    desk = Desk(context.new_page(), portal)
    desk.page.set_default_timeout(15_000)
    desk.log_in("designer")
    yield Clerk.at(desk.page, portal.address)
    context.close()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails with every breach of WCAG 2.2 A and AA that axe-core finds on the page."""

    def check(page: Page) -> None:
        found = Axe().run(page, context=_FIRST_ROWS, options=_AXE).response["violations"]
        said = [
            f"{each['id']}: {each['help']}\n   " + "\n   ".join(node["html"][:200] for node in each["nodes"][:5])
            for each in found
        ]
        assert not found, f"{page.url}\n" + "\n".join(said)

    return check


@pytest.fixture
def shot() -> Callable[[Page, str, str], None]:
    """`shot(page, "desk-queue", "zh")` keeps a picture as docs/screens/desk-queue-zh-1366.png when SCREENS=1."""

    def keep(page: Page, name: str, language: str) -> None:
        if os.environ.get("SCREENS"):
            SCREENS.mkdir(parents=True, exist_ok=True)
            width = page.viewport_size["width"] if page.viewport_size else 0
            whole = Image.open(BytesIO(page.screenshot(full_page=True)))
            picture = whole.crop((0, 0, whole.width, min(whole.height, 4_000)))  # the rest of a long list is like it
            # 128 colours are all that these pages need: a quarter of the bytes in the repository.
            picture.convert("RGB").quantize(128).save(SCREENS / f"{name}-{language}-{width}.png", optimize=True)

    return keep


@pytest.fixture(scope="session")
def sessions() -> dict[str, object]:
    """Log-ins of this run by user name, so that looking at thirty screens does not cost thirty log-ins."""
    return {}


#: True once nothing more will change by itself: fonts are in, diagrams are drawn (or said to have failed), and no part
#: of the page is being fetched. What stock `networkidle` adds is half a second of silence after that, on every page.
_SETTLED = """() => document.readyState === "complete" && document.fonts.status === "loaded"
  && !document.querySelector(".htmx-request")
  && [...document.querySelectorAll("figure[data-diagram]")]
       .every(figure => "ready" in figure.dataset || !figure.querySelector(".diagram-failed")?.hidden)"""


def settled(page: Page) -> None:
    """Wait until the page has loaded and drawn all that it draws."""
    page.wait_for_function(_SETTLED)


@pytest.fixture
def look(
    desk_of: Callable[..., Desk],
    sessions: dict[str, object],
    axe: Callable[[Page], None],
    shot: Callable[[Page, str, str], None],
) -> Callable[..., None]:
    """`look("wuzhi_window", "/desk/", "desk-queue")`: see a page as everybody would and find nothing wrong with it.

    In both languages, wide and on a phone: no sideways scroll, and pictures. In Chinese wide, in English on a phone,
    and dark: no breach of WCAG 2.2 AA.
    `prepare(page)` brings the page into the state to be seen.
    """

    def see(user: str, path: str, name: str, prepare: Callable[[Page], object] | None = None) -> None:
        desk = desk_of()
        page = desk.page
        if user in sessions:
            page.context.add_cookies(sessions[user])
        elif user:
            desk.log_in(user)
            sessions[user] = [each for each in page.context.cookies() if each["name"] in ("sessionid", "csrftoken")]
        address = ""
        for language, short in (("zh-hans", "zh"), ("en", "en")):
            page.context.add_cookies([{"name": "django_language", "value": language, "url": desk.portal.address}])
            for size in (WIDE, PHONE):
                page.set_viewport_size({"width": size[0], "height": size[1]})
                page.goto(address or desk.portal.address + path)
                if prepare is not None and not address:
                    prepare(page)
                    answered_a_post = page.request.get(page.url).status == 405
                    address = page.url if page.url != desk.portal.address + path and not answered_a_post else ""
                settled(page)
                shot(page, name, short)
                width = page.evaluate("document.documentElement.scrollWidth")
                assert width <= size[0], f"{page.url} is {width} px wide on a screen of {size[0]} px"
                if (short, size) in (("zh", WIDE), ("en", PHONE)):  # each language and each width once
                    axe(page)
        page.emulate_media(color_scheme="dark")
        axe(page)

    return see
