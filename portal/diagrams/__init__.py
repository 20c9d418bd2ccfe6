"""Diagrams on the server: pictures for the browser island, automatic layout, differences and drawing advice.

The JavaScript parts (bpmn.io tools) run inside QuickJS with limits; nothing from a diagram is ever executed by them.
"""
