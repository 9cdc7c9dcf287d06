import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

/** Debian's Chromium, or the one that CHROMIUM_PATH names; quiet, so that requests are the page's own. */
export const CHROMIUM = {
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

export function launchChromium(): Promise<Browser> {
  return chromium.launch(CHROMIUM);
}

/**
 * The same with a profile on disk that lets frames of other origins keep things: VS Code's webviews are such frames, and
 * without a service worker of their own they show nothing.
 */
export function launchChromiumWithProfile(viewport: {
  width: number;
  height: number;
}): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), 'tinycut-profile-'));
  mkdirSync(join(profile, 'Default'));
  const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };
  writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
  return chromium.launchPersistentContext(profile, { ...CHROMIUM, viewport });
}
