"""Another province's office: a deployment of its own, with its own database, that answers over HTTP.

Run by test_exchange.py as a process of its own. It serves until its input ends; each line of input is a thing to do:
"work" lets its people handle the case that a letter opened, "send" lets its worker send what is due.
"""

from __future__ import annotations

import json
import os
import sys
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """The test listens to what is printed."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.utils import timezone

    from bpm_core.models import Case
    from tests.processes.bureau import Bureau
    from workers import outbox

    call_command("migrate", verbosity=0, interactive=False)
    bureau = Bureau("PEN-03", now=timezone.now())
    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Server, handler_class=_Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    _say({"port": server.server_port})
    for line in sys.stdin:
        if line.strip() == "work":
            bureau.now = timezone.now()
            case = bureau.take_up(Case.objects.get(), "20")
            case.refresh_from_db()
            _say({"number": case.number, "end": case.end_element, "person": case.applicant_masked})
        else:
            _say({"sent": outbox.send_due("other:1", at=timezone.now())})


def _say(what: dict[str, object]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
