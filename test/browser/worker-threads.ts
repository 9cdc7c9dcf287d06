import { readdirSync, readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';

/**
 * How many dedicated workers each page's process of a Chromium runs, those that workers started too, by its id. Threads are
 * counted by their names, which Linux tells.
 */
export async function workersByProcess(browser: Browser): Promise<Map<number, number>> {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  const pages = processInfo.filter(({ type }) => type === 'renderer');
  return new Map(pages.map(({ id }) => [id, workersOf(id)]));
}

function workersOf(pid: number): number {
  const names = readdirSync(`/proc/${pid}/task`).map((task) => threadName(`/proc/${pid}/task/${task}`));
  return names.filter((name) => name.startsWith('DedicatedWorker')).length;
}

/** A thread may end at any time. */
function threadName(task: string): string {
  try {
    return readFileSync(`${task}/comm`, 'utf8');
  } catch {
    return '';
  }
}
