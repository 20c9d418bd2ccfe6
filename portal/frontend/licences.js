// Writes the licence of every bundled package beside the built files: their terms ask that notices travel with copies.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function packageOf(id) {
  const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll('\\', '/').replace(/^\0/, ''));
  return match && match[1];
}

export function licences() {
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      const found = new Map();
      const modules = Object.values(bundle).flatMap((chunk) => Object.keys(chunk.modules || {}));
      for (const folder of modules.map(packageOf)) {
        if (!folder || !existsSync(join(folder, 'package.json'))) continue;
        const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
        const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
        const terms = file ? readFileSync(join(folder, file), 'utf8').trim().replaceAll('\r\n', '\n') : '';
        found.set(name, `${name} ${version} (${license})\n\n${terms}\n`);
      }
      const text = [...found.keys()].sort().map((name) => found.get(name)).join(`\n${'-'.repeat(80)}\n\n`);
      this.emitFile({ type: 'asset', fileName: 'LICENCES.txt', source: text });
    },
  };
}
