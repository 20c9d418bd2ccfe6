// The server bundle: one classic script for QuickJS, which has no modules to load and no browser around it.
import { defineConfig } from 'vite';

import { licences } from './licences.js';

export default defineConfig({
  publicDir: false,
  plugins: [licences()],
  build: {
    outDir: '../diagrams/bundle',
    emptyOutDir: true,
    target: 'es2020',
    reportCompressedSize: true,
    lib: { entry: 'src/server.js', formats: ['iife'], name: 'guicheng', fileName: () => 'server.js' },
  },
});
