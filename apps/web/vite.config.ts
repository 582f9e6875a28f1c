/**
 * Builds the page into `dist`. `npm run dev` serves it while it is being written; `/api` then goes to a running noinit server, whose
 * address is NOINIT_SERVER.
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: 'es2022',
    // The content security policy of the server allows no data: scripts or styles, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { host: '127.0.0.1', proxy: { '/api': process.env['NOINIT_SERVER'] ?? 'http://127.0.0.1:7474' } },
});
