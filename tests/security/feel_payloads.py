# ruff: noqa: E501  (cells, files and payloads are written one a line)
"""Texts that try to leave FEEL, or to exhaust who evaluates them: what attacks on other expression languages look like."""

from __future__ import annotations

from itertools import product

ROOTS = ('""', "[]", "{}", "x", "sum", "(function() 1)", "today()", "[1..2]")
ATTRIBUTES = (
    "__class__", "__class__.__mro__", "__class__.__base__.__subclasses__()", "__globals__", "__init__.__globals__",
    "__dict__", "__code__", "__reduce__()", "__getattribute__(\"a\")", "call", "frame", "func_globals", "gi_frame.f_back",
    "constructor", "format",
)  # fmt: skip
PYTHON_CALLS = tuple(
    f'{name}("{argument}")'
    for name, argument in product(
        ("eval", "exec", "compile", "__import__", "open", "getattr", "globals", "vars", "breakpoint", "input", "print"),
        ("os", "__import__('os').system('id')", "/etc/passwd"),
    )
)
PYTHON_TEXTS = (
    "__import__('os').system('id')", "().__class__.__bases__[0].__subclasses__()", "[x for x in ().__class__.__mro__]",
    "(lambda: 0).__globals__", "lambda: os", "import os", "from os import system", "exec('import os')", "x := 1",
    "f'{x.__class__}'", "'{0.__class__}'.format(x)", '"{0.__class__.__init__.__globals__}".format(x)',
    '"%s" % x', "`id`", "$(id)", "os.system('id')", "__builtins__", "__builtins__.open('/etc/passwd').read()",
    "builtins.eval('1')", "globals()['os']", "type('X', (), {})", "super().__init__()", "raise Exception()", "yield 1",
    "await x", "async def f(): pass", "class X: pass", "del x", "assert False", "global x", "while True: pass", "pass",
    "try: 1", "with open('/etc/passwd') as f: f", "@decorator", "print(1); print(2)", "x.__setattr__('a', 1)",
    "object.__new__(object)", "{}.update", "{}.__class__", "[].append(1)", "[].sort()", '"".join(["a"])', "x.items()",
    "x.keys().__class__", "x.__iter__()", "x.__len__", "x[0].__class__", "x['__class__']", 'x["__class__"]',
    "memoryview(x)", "bytes(10)", "bytearray(10)", "range(10)[0].__class__", "slice(1,2)", "x[1:2]", "x[::-1]", "*x",
    "**x", "...", "Ellipsis", "NotImplemented", "None", "True.__class__", "1 .__class__", "1.0.hex()", "x if y else z",
    "not x is None", "x is y", "x // y", "x @ y", "x << 1", "x ^ y", "~x", "x <> y", "nonlocal x", "exit()", "quit()",
)  # fmt: skip
OTHER_LANGUAGES = (
    "this.constructor.constructor('return process')()", "process.mainModule.require('child_process')",
    "new Function('return 1')()", "(() => 1)()", "x => x", "require('fs')", "globalThis", "window.location",
    "${7*7}", "#{7*7}", "{{7*7}}", "<%= 7*7 %>", "*{7*7}", "@(7*7)", "${T(java.lang.Runtime).getRuntime().exec('id')}",
    "''.class.forName('java.lang.Runtime')", "T(java.lang.System).exit(0)", "new java.lang.ProcessBuilder('id').start()",
    "java.lang.System.exit(0)", 'function(a) external {java: {class: "java.lang.Math", method signature: "cos(double)"}}',
    '(function(a) external {java: {class: "java.lang.System", method signature: "exit(int)"}})(1)',
    '(function() external {pmml: {document: "http://127.0.0.1/x", model: "m"}})()', "execution.setVariable('a', 1)",
    "task.getExecution()", "SELECT * FROM users", "'; DROP TABLE cases; --", "1 OR 1=1", "../../../../etc/passwd",
    "file:///etc/passwd", "http://169.254.169.254/", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x\")", "\x00", "\u202e",
    "<script>alert(1)</script>", "<!--#exec cmd='id'-->", "<?xml version='1.0'?>", "&xxe;", "]]>", "%00", "\\u0000",
    '"\\uD800"', '"\\U110000"', '"\\q"', 'date("../../etc/passwd")', 'time("10:00:00@../../etc/passwd")',
    '@"2026-01-01T00:00:00@/etc/passwd"', 'date and time(@"2026-01-01T00:00:00Z", "../../../etc/localtime")',
    'time("10:00:00@" + "A" )', 'get value(x, "__class__")', 'context put({}, "__class__", 1).__class__',
    'get entries(sum)', "sum(sum)", "sort([1,2], sum)", "string(sum)", "string(function() x)", "sum = sum", "sum instance of Any",
    "{__builtins__: 1}.__builtins__", "{max: 1, r: max([1, 2])}.r", "{__class__: 5}.__class__", "[sum][1]([1, 2])",
    "for __builtins__ in [1] return __builtins__", 'replace("a", "(a)", "$9")', 'replace("a", "a", "\\\\1")',
)  # fmt: skip
EXHAUSTING = (
    "9 ** 9 ** 9 ** 9", "9 ** 99999999", "2 ** 1000000", "1e6000 * 1e6000", "1e99999999999", "10 ** -99999",
    "exp(10000000)", "decimal(1, 6176)", "decimal(1e6000, 6176)", "1/3 ** 9999", "modulo(1e6000, 1e-6000)",
    "sqrt(1e6144)", "log(1e-6143)", "for x in 1..1000000000 return x", "for x in 1..1000, y in 1..1000 return x * y",
    "for x in 1..20000 return for y in 1..20000 return 1", "some x in 1..100000000 satisfies false",
    "every x in 1..10000 satisfies every y in 1..10000 satisfies true", "count(1..9)", "sum(for x in 1..199999 return x)",
    "for i in 1..60 return if i = 1 then [1] else concatenate(partial, partial)", "flatten(for x in 1..9999 return partial)",
    '(for i in 1..40 return if i = 1 then "aaaaaaaa" else partial[-1] + partial[-1])[40]',
    "{f: function(n) f(n), r: f(1)}.r", "{f: function(n) f(n - 1) + f(n - 2), r: f(40)}.r",
    "{f: function(g) g(g), r: f(f)}.r", "(function(f) f(f))(function(f) f(f))", "sort(1..9, function(a, b) a < b)",
    "sort(for x in 1..10000 return x * 7919 - x * x, function(a, b) a < b)", "distinct values(for x in 1..10000 return x)",
    "union(for x in 1..9000 return x, for x in 1..9000 return x)", "for d in @\"0001-01-01\"..@\"9999-12-31\" return d",
    '@"9999-12-31" + @"P999999999Y"', 'duration("P999999999999999999999D")', '@"P999999999Y" * 1e6000', '@"P1D" / 1e-6000',
    'date(999999999999, 1, 1)', 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")', 'matches("a", "(a*)*b")',
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a|aa)+$")', 'matches("a", "a{1000}{1000}")', 'matches("a", "(((a{99}){99}){99})")',
    'replace("aaaaaaaaaaaaaaaaaaaaaaaa", "a", "$0$0$0$0$0$0$0$0$0$0")', 'replace("aaaa", "", "b")', 'split("aaaa", "")',
    'split("aaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")', 'matches("a", "[A-Z-[A-Z-[A-Z-[A-Z]]]]")', 'matches("a", "\\\\1")',
    'string join(for x in 1..19000 return "aaaaaaaaaa")', "list replace(for x in 1..19000 return x, function(a, b) true, 1)",
    "(" * 500 + "1" + ")" * 500, "[" * 500 + "]" * 500, "{a:" * 500 + "1" + "}" * 500, "-" * 3_000 + "1", "not(" * 500,
    "1" + "+1" * 1_990, "a" + ".a" * 1_900, "a" + "[1]" * 1_000, "a" + "()" * 1_500, "1 = " * 900 + "1", "if " * 1_000,
    "x in (" * 500, "[1.." * 900, "x[1..[" * 300, "function(a) " * 300 + "a", "for a in " * 400, '"' + "a" * 3_990 + '"',
    "a" * 4_001, "a " * 2_000, "/*" * 2_000, "//" * 2_000, "\n" * 4_000, "🐎" * 3_000, "?" * 3_999, "." * 3_999, "1" * 3_999,
    "@" * 3_999, "'" * 3_999, "\\" * 3_999, '"' * 3_999, "1.." * 1_333, "}" * 3_999, "x instance of list<" * 200,
    "x instance of function<" * 150, "x between " * 390, "a-" * 1_999 + "a", "1e" * 1_999, "partial", "item", "? + ?",
    'number("' + "9" * 300 + '")', "string(1e6000)", "{" + ",".join(f"a{n}:1" for n in range(600)) + "}",
    'range("' + "[" * 90 + '")', 'range("[1..1e999999]")', "reverse(reverse(1..9))", "partition([1, 2], 1e-9)",
    "sublist([1, 2], -1e30)", "[1, 2][1e30]", "substring(\"abc\", 1e30)", 'substring("abc", 1, 1e6000)', "today() + today()",
)  # fmt: skip

PAYLOADS: tuple[str, ...] = tuple(
    dict.fromkeys(
        (
            *(f"{root}.{attribute}" for root, attribute in product(ROOTS, ATTRIBUTES)),
            *PYTHON_CALLS,
            *PYTHON_TEXTS,
            *OTHER_LANGUAGES,
            *EXHAUSTING,
        )
    )
)
