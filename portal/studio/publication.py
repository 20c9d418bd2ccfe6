"""Publishing and retiring: one command each; the second pair of eyes is asked for by the command."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bpm_core.commands import definitions as commands
from bpm_core.queries import definitions
from portal.access import requires
from portal.studio.shared import title


@require_POST
@requires("definition.read")
def publish(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """From now on new cases run this version; running ones stay on theirs."""
    commands.publish(definition_id, actor=request.actor, at=timezone.now())
    said = _("Published: %(name)s. New cases use it from now on; cases that are running stay on their version.")
    messages.success(request, said % {"name": title(definitions.get(definition_id))})
    return redirect("studio:definition", definition_id)


@require_POST
@requires("definition.read")
def retire(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """No new cases of this version; running ones are finished on it."""
    commands.retire(definition_id, actor=request.actor, at=timezone.now())
    said = _("Retired: %(name)s. No new case can begin on it; running ones are finished.")
    messages.success(request, said % {"name": title(definitions.get(definition_id))})
    return redirect("studio:definition", definition_id)
