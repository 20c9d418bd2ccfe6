// The viewer's own few words ("Open {element}") in the page's language; the dictionary comes from the page.

export function translation(words) {
  const translate = (template, replacements = {}) =>
    (words[template] || template).replace(/{([^}]+)}/g, (_, key) => replacements[key] || `{${key}}`);
  return { translate: ['value', translate] };
}
