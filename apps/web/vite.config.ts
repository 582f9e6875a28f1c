/**
 * Builds the page into `dist`. `vite` serves it while it is being written: `/api` goes to a running noinit server
 * (NOINIT_SERVER, by default the demo's address), or with `--mode mock` to the mock that the tests use.
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { mockApi } from './test/mock-plugin.ts';

export default defineConfig(({ mode }) => ({
  plugins: mode === 'mock' ? [react(), mockApi()] : [react()],
  build: {
    target: 'es2022',
    // The content security policy of the server allows no data: scripts or styles, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    proxy: mode === 'mock' ? {} : { '/api': process.env['NOINIT_SERVER'] ?? 'http://127.0.0.1:8080' },
  },
  preview: { host: '127.0.0.1' },
}));
