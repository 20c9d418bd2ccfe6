"""Addresses for operators and their monitors."""

from __future__ import annotations

from django.urls import include, path

from portal.ops import calendar, health, looks, pages, staff

_pages = (
    [
        path("", pages.home, name="home"),
        path("retry/", pages.retry, name="retry"),
        path("resolve/", pages.resolve, name="resolve"),
        path("tell-again/", pages.tell_again, name="tell_again"),
        path("calendar/", calendar.year, name="calendar"),
        path("calendar/set/", calendar.set_days, name="calendar_set"),
        path("calendar/clear/", calendar.clear_day, name="calendar_clear"),
        path("staff/", staff.overview, name="staff"),
        path("staff/open/", staff.open_account, name="open_account"),
        path("staff/<int:account_id>/", staff.account, name="account"),
        path("staff/<int:account_id>/grant/", staff.grant, name="grant"),
        path("staff/<int:account_id>/posts/<int:post_id>/end/", staff.end, name="end_post"),
        path("staff/<int:account_id>/lock/", staff.lock, name="lock"),
        path("staff/<int:account_id>/password/", staff.give_password, name="password"),
        path("looks/", looks.journal, name="looks"),
    ],
    "ops",
)

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("ops/", include(_pages)),
]
