import { evaluate, unaryTest } from 'feelin';

function plain(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? { n: String(value) } : null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'function') return { f: true };
  const tag = Object.prototype.toString.call(value);
  if (tag !== '[object Object]') return { t: String(value) };
  const proto = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) return { t: value.toString ? String(value) : tag };
  return { c: Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)])) };
}

globalThis.oracle = {
  evaluate(text, context) {
    try {
      const result = evaluate(text, JSON.parse(context));
      return JSON.stringify({ value: plain(result.value !== undefined || (result && 'warnings' in result) ? result.value : result) });
    } catch (error) {
      return JSON.stringify({ error: String(error) });
    }
  }
};
