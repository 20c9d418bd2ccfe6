// The browser island: one file and its stylesheet, without hashes in the names (pages add the content hash as ?v=).
import { defineConfig } from 'vite';

import { licences } from './licences.js';

export default defineConfig({
  publicDir: false,
  plugins: [licences()],
  build: {
    outDir: '../static/portal/dist',
    emptyOutDir: true,
    target: 'es2020',
    modulePreload: false,
    cssCodeSplit: false,
    reportCompressedSize: true,
    rollupOptions: {
      input: { diagram: 'src/diagram.js' },
      output: { entryFileNames: '[name].js', assetFileNames: (asset) => (asset.names[0] === 'LICENCES.txt' ? 'LICENCES.txt' : 'diagram[extname]') },
    },
  },
});
