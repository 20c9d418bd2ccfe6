// Bundled for QuickJS on the server: automatic layout, difference and lint of BPMN, each from text to JSON.
import { layoutProcess } from 'bpmn-auto-layout';
import Linter from 'bpmnlint/lib/linter.js';

import { differences } from './differences.js';
import { intoLanes } from './lanes.js';
import { RULES } from './lint_rules.js';
import { read, write } from './model.js';

const resolver = {
  resolveRule: (_pkg, name) => RULES[name],
  resolveConfig: () => ({ rules: {} }),
};

async function lint(xml) {
  const config = { rules: Object.fromEntries(Object.keys(RULES).map((name) => [name, 'warn'])) };
  const found = await new Linter({ config, resolver }).lint(await read(xml));
  return Object.entries(found).flatMap(([rule, reports]) =>
    reports.map((report) => ({ rule, id: report.id || null, message: report.message })),
  );
}

const WORK = {
  layout: async ({ xml }) => intoLanes(await layoutProcess(await write(await read(xml)))),
  diff: async ({ before, after }) => differences(await read(before), await read(after)),
  lint: ({ xml }) => lint(xml),
};

// The host calls `begin`, lets QuickJS run its pending jobs, then reads `answer`.
export let answer = null;

export function begin(name, request) {
  answer = null;
  Promise.resolve()
    .then(() => WORK[name](JSON.parse(request)))
    .then(
      (value) => { answer = JSON.stringify({ value }); },
      (error) => { answer = JSON.stringify({ error: String((error && error.message) || error) }); },
    );
}

export function take() {
  return answer;
}
