"""Addresses of pictures."""

from __future__ import annotations

from django.urls import path

from portal.diagrams import views

urlpatterns = [path("diagrams/<uuid:definition_id>.bpmn", views.definition_picture, name="diagram")]
