// What differs between two BPMN definitions, as plain data. bpmn-js-differ tells which elements were added, removed or
// only moved. What changed inside an element is compared here: the differ reports `oldValue` and `newValue` swapped,
// drops nested values (a condition's text) and does not see attributes of other namespaces (a time limit).
import { diff } from 'bpmn-js-differ';

import { everything } from './facts.js';

function row(kind, element, attributes = []) {
  return { kind, id: element.id, type: element.$type, name: element.name || null, attributes };
}

function changes(before, after) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ name, before: before[name] ?? null, after: after[name] ?? null }));
}

export function differences(before, after) {
  const found = diff(before, after);
  const [old, now] = [everything(before), everything(after)];
  const rows = [];
  for (const [id, { element }] of now) if (!old.has(id)) rows.push(row('added', element));
  for (const [id, { element }] of old) if (!now.has(id)) rows.push(row('removed', element));
  for (const [id, { element, facts }] of now) {
    if (!old.has(id)) continue;
    const attributes = changes(old.get(id).facts, facts);
    if (attributes.length) rows.push(row('changed', element, attributes));
    else if (found._layoutChanged[id]) rows.push(row('moved', element));
  }
  return rows.sort((a, b) => (a.kind + a.id < b.kind + b.id ? -1 : 1));
}
