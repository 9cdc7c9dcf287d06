import { defineConfig } from 'vitest/config';

/** For `npm run test:vscode-desktop`, which brings what these tests need. */
export default defineConfig({
  test: { include: ['test/desktop/**/*.e2e.ts'], testTimeout: 300_000, hookTimeout: 180_000, bail: 1 },
});
