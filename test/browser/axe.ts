import axe, { type AxeResults } from 'axe-core';
import type { UiDriver } from './ui-driver.ts';

/** What axe-core finds wrong in the UI as it stands: the rule, the elements, and why. */
export async function axeViolations({ ui }: UiDriver): Promise<string[]> {
  const body = await ui.locator('body').elementHandle();
  const frame = await body!.ownerFrame();
  // The UI's own frame only, and without fetching style sheets: it has none to fetch, and would wait for ever.
  await frame!.evaluate(`window.axe ?? (() => { ${axe.source} })()`);
  const { violations } = (await frame!.evaluate(
    `axe.run(document, { iframes: false, preload: false, resultTypes: ['violations'] })`,
  )) as AxeResults;
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n    ${failureSummary}`).join('\n  ')}`,
  );
}
