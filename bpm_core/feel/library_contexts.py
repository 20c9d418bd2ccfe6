"""Built-in functions for contexts (DMN 1.5, 10.3.4.11) and the two for null."""

from __future__ import annotations

from bpm_core.feel.library import bad, define
from bpm_core.feel.limits import Run
from bpm_core.feel.values import Value


@define("get value", "m", "key")
@define("get value", "context", "keys")
def get_value(run: Run, at: int, context: Value, key: Value) -> Value:
    """The entry of that name; with a list of names, the one reached by following them."""
    keys = key if type(key) is list else [key]
    if type(context) is not dict or any(type(one) is not str for one in keys) or not keys:
        return bad(run, at, "get value", context, key)
    for one in keys:
        if type(context) is not dict or one not in context:
            return run.null("no_entry", at, {"name": one})
        context = context[one]
    return context


@define("get entries", "m")
def get_entries(run: Run, at: int, context: Value) -> Value:
    if type(context) is not dict:
        return bad(run, at, "get entries", context)
    run.charge_cells(2 * len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@define("context", "entries")
def context(run: Run, at: int, entries: Value) -> Value:
    """The context of a list of {key, value}."""
    entries = [entries] if type(entries) is dict else entries
    if type(entries) is not list:
        return bad(run, at, "context", entries)
    run.charge_cells(len(entries))
    result: dict[str, Value] = {}
    for entry in entries:
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            return bad(run, at, "context", entry)
        if entry["key"] in result:
            return run.null("duplicate_key", at, {"name": entry["key"]})
        result[entry["key"]] = entry["value"]
    return result


@define("context put", "context", "keys", "value")
def context_put(run: Run, at: int, context: Value, key: Value, value: Value) -> Value:
    """The context with that entry new or replaced; with a list of names, inside its inner contexts."""
    keys = key if type(key) is list else [key]
    if type(context) is not dict or not keys or any(type(one) is not str for one in keys) or len(keys) > 60:
        return bad(run, at, "context put", context, key, value)
    run.charge_cells(len(context) + 1)
    if len(keys) > 1:
        inner = context.get(keys[0], {})
        value = context_put(run, at, inner, keys[1:], value) if type(inner) is dict else None
        if value is None:
            return bad(run, at, "context put", context, key)
    return {**context, keys[0]: value}


@define("context put", "context", "key", "value")
def context_put_one(run: Run, at: int, context: Value, key: Value, value: Value) -> Value:
    """With the parameter named `key`, one name only."""
    return context_put(run, at, context, key, value) if type(key) is str else bad(run, at, "context put", context, key)


@define("context merge", "contexts")
def context_merge(run: Run, at: int, contexts: Value) -> Value:
    contexts = [contexts] if type(contexts) is dict else contexts
    if type(contexts) is not list or any(type(one) is not dict for one in contexts):
        return bad(run, at, "context merge", contexts)
    result: dict[str, Value] = {}
    for one in contexts:
        run.charge_cells(len(one))
        result.update(one)
    return result


@define("is defined", "value")
def is_defined(run: Run, at: int, value: Value) -> Value:
    """Camunda's addition: whether the value is anything but null."""
    return value is not None


@define("get or else", "value", "default")
def get_or_else(run: Run, at: int, value: Value, default: Value) -> Value:
    """Camunda's addition: the value, or the default in place of null."""
    return default if value is None else value


@define("assert", "value", "condition", "cause?")
def assert_(run: Run, at: int, value: Value, condition: Value, cause: Value) -> Value:
    """Camunda's addition: the value if the condition is true, else null."""
    if condition is True:
        return value
    return run.null("invalid_argument", at, {"function": "assert", "value": cause if type(cause) is str else ""})
