// Everything a BPMN element says, as flat text: "conditionExpression.body" -> "amount > 0". Parts that have an id and
// a place of their own in the diagram (steps, flows, lanes) are not looked into: they are compared on their own.

const OWN_PLACE = new Set(['flowElements', 'laneSets', 'lanes', 'childLaneSet', 'artifacts', 'participants', 'messageFlows', 'rootElements', 'diagrams']);
const BACK_LINKS = new Set(['incoming', 'outgoing', 'flowNodeRef', 'id']);

function put(into, path, value) {
  if (value === undefined || value === null || value === '') return;
  if (Array.isArray(value)) value.forEach((item, index) => put(into, value.length > 1 ? `${path}[${index}]` : path, item));
  else if (typeof value === 'object' && value.$type) collect(value, `${path}.`, into);
  else if (typeof value !== 'object') into[path] = String(value);
}

function collect(element, prefix, into) {
  const properties = element.$descriptor.isGeneric
    ? Object.keys(element).filter((key) => !key.startsWith('$')).map((name) => ({ name }))
    : element.$descriptor.properties;
  for (const { name, isReference, isVirtual, isMany, default: standard } of properties) {
    const local = name.split(':').pop();
    if (isVirtual || OWN_PLACE.has(local) || (!prefix && BACK_LINKS.has(local))) continue;
    const value = element.$descriptor.isGeneric ? element[name] : element.get(name);
    if (isReference) put(into, prefix + local, isMany ? value.map((item) => item.id) : value && value.id);
    else if (value !== standard) put(into, prefix + local, value);
  }
  for (const [name, value] of Object.entries(element.$attrs || {})) {
    if (!name.startsWith('xmlns')) into[prefix + name] = String(value);
  }
}

export function facts(element) {
  const into = { type: element.$type };
  collect(element, '', into);
  return into;
}

function* parts(element) {
  yield element;
  for (const place of OWN_PLACE) {
    if (place === 'diagrams') continue;
    const held = element.$descriptor.propertiesByName[place] && element.get(place);
    for (const part of Array.isArray(held) ? held : held ? [held] : []) yield* parts(part);
  }
}

// Every element with an id, and for each step the lane it lies in (which the file says only in the lane).
export function everything(definitions) {
  const found = new Map();
  for (const element of parts(definitions)) {
    if (element.id && element !== definitions) found.set(element.id, { element, facts: facts(element) });
  }
  for (const { element } of [...found.values()]) {
    if (element.$type !== 'bpmn:Lane') continue;
    for (const node of element.flowNodeRef || []) if (found.has(node.id)) found.get(node.id).facts.lane = element.name || element.id;
  }
  return found;
}
