import { describe, expect, it, vi } from 'vitest';
import { FigmaDocument } from './document/figma-document.ts';
import { FigmaDouble } from './figma-double.ts';
import { HeadlessUi } from './headless-ui.ts';
import { runScript } from './run-script.ts';

/** For what comes after a while, on a machine that may be busy. */
const WAIT = { timeout: 20_000 };

const LANGUAGE_GLOBALS = new Set(
  (
    'Object Function Error EvalError RangeError ReferenceError SyntaxError TypeError URIError InternalError ' +
    'AggregateError Array Iterator parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI ' +
    'encodeURIComponent escape unescape Infinity NaN undefined eval Number Boolean String Math Reflect Symbol ' +
    'globalThis BigInt Date RegExp JSON Proxy Map Set WeakMap WeakSet ArrayBuffer SharedArrayBuffer ' +
    'Uint8ClampedArray Int8Array Uint8Array Int16Array Uint16Array Int32Array Uint32Array BigInt64Array ' +
    'BigUint64Array Float16Array Float32Array Float64Array DataView Promise WeakRef FinalizationRegistry'
  ).split(' '),
);

describe('the sandbox', () => {
  it('holds nothing but the language and what Figma adds to it', async () => {
    const names = (await runScript(
      new FigmaDocument(),
      'return Object.getOwnPropertyNames(globalThis);',
    )) as string[];
    expect(names.filter((name) => !LANGUAGE_GLOBALS.has(name)).sort()).toEqual(
      '__html__ __uiFiles__ clearInterval clearTimeout console figma setInterval setTimeout'.split(' '),
    );
  });

  it('stops a plugin that does not give way, and ends it', async () => {
    const double = await FigmaDouble.open({
      mainJs: 'for (;;) {}',
      uiHtml: '',
      document: new FigmaDocument(),
      surface: new HeadlessUi(),
      maxTurnMs: 50,
    });
    expect(double.isClosed).toBe(true);
    expect(double.errors[0]).toMatch(/too long/);
  });

  it('runs timers in order and not after they were stopped', async () => {
    const script = `
      const seen = [];
      const late = new Promise((resolve) => setTimeout((word) => resolve(seen.push(word)), 20, 'late'));
      setTimeout(() => seen.push('soon'), 1);
      clearTimeout(setTimeout(() => seen.push('never'), 5));
      let ticks = 0;
      await new Promise((resolve) => {
        const ticker = setInterval(() => { if (++ticks === 2) resolve(clearInterval(ticker)); }, 2);
      });
      await late;
      return [seen, ticks];`;
    expect(await runScript(new FigmaDocument(), script)).toEqual([['soon', 'late'], 2]);
  });

  it('lets async calls overtake one another', async () => {
    const script = `
      const order = [];
      await Promise.all([1, 2, 3, 4, 5, 6].map((i) => figma.getNodeByIdAsync('0:1').then(() => order.push(i))));
      return order;`;
    const order = await runScript(new FigmaDocument(), script, {
      latency: { minMs: 0, maxMs: 60, seed: 3 },
    });
    expect(order).toHaveLength(6);
    expect(order).not.toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('takes the API away when the plugin closes itself, and runs no timer afterwards', async () => {
    const lines: string[] = [];
    const double = await FigmaDouble.open({
      mainJs: `
        figma.on('close', () => console.log('goodbye from ' + figma.currentPage.name));
        setTimeout(() => console.log('never'), 5);
        figma.closePlugin('Done');
        try { figma.currentPage } catch (error) { console.log(error.message) }`,
      uiHtml: '',
      document: new FigmaDocument(),
      surface: new HeadlessUi(),
      onConsole: (_level, line) => lines.push(line),
    });
    await double.whenClosed;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lines).toEqual([expect.stringMatching(/has been closed/), 'goodbye from Page 1']);
    expect(double.notifications).toEqual([{ message: 'Done', isError: false }]);
  });

  it('shows at most 100 characters of a notification', async () => {
    const double = await FigmaDouble.open({
      mainJs: "figma.notify('x'.repeat(150), { error: true })",
      uiHtml: '',
      document: new FigmaDocument(),
      surface: new HeadlessUi(),
    });
    expect(double.notifications).toEqual([{ message: 'x'.repeat(100), isError: true }]);
    double.close();
  });
});

describe('notifications', () => {
  /** Notes what becomes of one; `act` is what the user does with it. */
  async function notify(
    options: string,
    act: (double: FigmaDouble) => void,
    afterwards = '',
  ): Promise<string[]> {
    const lines: string[] = [];
    const double = await FigmaDouble.open({
      mainJs: `const shown = figma.notify('Hello', {
        onDequeue: (reason) => console.log(reason), ${options} }); ${afterwards}`,
      uiHtml: '',
      document: new FigmaDocument(),
      surface: new HeadlessUi(),
      onConsole: (_level, line) => lines.push(line),
    });
    expect(double.shownNotifications).toHaveLength(afterwards ? 0 : 1);
    act(double);
    await new Promise((resolve) => setTimeout(resolve, 60));
    lines.push(`${double.shownNotifications.length} left`);
    expect(double.errors).toEqual([]);
    double.close();
    expect(double.shownNotifications).toEqual([]);
    return lines;
  }
  const press = (double: FigmaDouble) => double.shownNotifications[0]!.press();
  const button = (action: string) =>
    `button: { text: 'Undo', action() { console.log('pressed'); ${action} } }`;

  it('tell their button, and go, unless the action says false', async () => {
    expect(await notify(button(''), press)).toEqual(['pressed', 'action_button_click', '0 left']);
    expect(await notify(button('return false;'), press)).toEqual(['pressed', '1 left']);
  });

  it('end by time, by the user, or not at all', async () => {
    expect(await notify('timeout: 10', () => {})).toEqual(['timeout', '0 left']);
    expect(await notify('timeout: Infinity', () => {})).toEqual(['1 left']);
    expect(await notify('', (double) => double.shownNotifications[0]!.dismiss())).toEqual([
      'dismiss',
      '0 left',
    ]);
  });

  it('are taken away by the plugin', async () => {
    expect(await notify('timeout: Infinity', () => {}, 'shown.cancel();')).toEqual(['dismiss', '0 left']);
  });

  it('refuse options that Figma does not have', async () => {
    const double = await FigmaDouble.open({
      mainJs: "figma.notify('Hello', { duration: 5 })",
      uiHtml: '',
      document: new FigmaDocument(),
      surface: new HeadlessUi(),
    });
    expect(double.errors).toEqual([expect.stringMatching(/Unrecognized key 'duration'/)]);
  });
});

describe('messages', () => {
  /** A plugin that answers every message with what it can tell of it. */
  const ECHO = `
    figma.showUI(__html__);
    figma.ui.onmessage = (message) => figma.ui.postMessage({
      kind: message.bytes instanceof Uint8Array, prototype: Object.getPrototypeOf(message) === Object.prototype, message });`;

  async function echo(...messages: unknown[]): Promise<{ answers: unknown[]; errors: readonly string[] }> {
    const answers: unknown[] = [];
    const surface = new HeadlessUi();
    // The surface greets the plugin on its own account.
    surface.post = (answer) => {
      if (!('tinycut' in (answer as { message: object }).message)) answers.push(answer);
    };
    const double = await FigmaDouble.open({
      mainJs: ECHO,
      uiHtml: '',
      document: new FigmaDocument(),
      surface,
      latency: { minMs: 0, maxMs: 20, seed: 5 },
    });
    for (const message of messages) surface.postRaw(message);
    // Messages keep their order: once the last is answered, the others were, or never will be.
    await vi.waitFor(() => expect(answers.at(-1)).toMatchObject({ message: messages.at(-1) }), WAIT);
    double.close();
    return { answers, errors: double.errors };
  }

  it('are deep copies without prototypes, in the order in which they were sent', async () => {
    class Box {
      bytes = new Uint8Array([1, 2, 3]);
      when = new Date(5);
      nothing = undefined;
      number = Infinity;
      ['__proto__'] = 7;
    }
    const sent = new Box();
    const { answers } = await echo(sent, { bytes: 1 }, { bytes: 2 }, { bytes: 3 });
    const [first, ...rest] = answers as { kind: boolean; prototype: boolean; message: Box }[];
    expect(first).toMatchObject({ kind: true, prototype: true, message: { number: Infinity } });
    expect(first!.message.bytes).toEqual(sent.bytes);
    expect(first!.message.bytes).not.toBe(sent.bytes);
    expect(first!.message.when).toEqual(sent.when);
    expect(Object.keys(first!.message)).toContain('nothing');
    expect(rest.map(({ message }) => message.bytes)).toEqual([1, 2, 3]);
  });

  it('with anything else in them are not delivered, and that is told', async () => {
    const { answers, errors } = await echo(
      { a: new Float32Array(1) },
      { a: new Map() },
      { a: () => 1 },
      { ok: 1 },
    );
    expect(answers).toHaveLength(1);
    expect(errors).toHaveLength(3);
  });
});

describe('the document', () => {
  it('keeps absolute places in group() and relative ones in appendChild()', async () => {
    const document = new FigmaDocument();
    const frame = document.add('FRAME', {
      name: 'frame',
      relativeTransform: [
        [1, 0, 100],
        [0, 1, 50],
      ],
    });
    document.add('RECTANGLE', {
      name: 'a',
      relativeTransform: [
        [0, -1, 30],
        [1, 0, 20],
      ],
    });
    document.add('RECTANGLE', {
      name: 'b',
      relativeTransform: [
        [1, 0, 30],
        [0, 1, 20],
      ],
    });
    const script = `
      const [frame, a, b] = figma.currentPage.children;
      const group = figma.group([a], frame, 0);
      frame.appendChild(b);
      return [a.absoluteTransform, a.relativeTransform, b.absoluteTransform, group.x, group.y, group.width];`;
    expect(await runScript(document, script)).toEqual([
      [
        [0, -1, 30],
        [1, 0, 20],
      ],
      [
        [0, -1, -70],
        [1, 0, -30],
      ],
      [
        [1, 0, 130],
        [0, 1, 70],
      ],
      -170,
      -30,
      100,
    ]);
    expect(document.get(frame)!.childIds).toHaveLength(2);
  });

  it('fits groups to their children, moves children with their group, and drops empty groups', async () => {
    const document = new FigmaDocument();
    document.add('RECTANGLE', { width: 10, height: 10 });
    document.add('RECTANGLE', {
      width: 10,
      height: 10,
      relativeTransform: [
        [1, 0, 90],
        [0, 1, 40],
      ],
    });
    const script = `
      const [a, b] = figma.currentPage.children;
      const group = figma.group([a, b], figma.currentPage);
      const before = [group.width, group.height];
      a.x = -10;
      const grown = [group.x, group.width];
      group.y = 100;
      const moved = [a.y, b.y];
      a.remove(); b.remove();
      return [before, grown, moved, group.removed];`;
    expect(await runScript(document, script)).toEqual([[100, 50], [-10, 110], [100, 140], true]);
  });

  it('lets auto-layout place its children, but not the absolute ones', async () => {
    const document = new FigmaDocument();
    const row = document.add('FRAME', {
      layoutMode: 'HORIZONTAL',
      itemSpacing: 5,
      padding: 10,
      hugsContents: true,
    });
    document.add('RECTANGLE', { width: 30, height: 20 }, row);
    document.add('RECTANGLE', { width: 40, height: 50 }, row);
    const script = `
      const [row] = figma.currentPage.children;
      const [a, b] = row.children;
      b.x = 500;
      const placed = [a.x, a.y, b.x, row.width, row.height];
      const extra = figma.createRectangle();
      row.insertChild(1, extra);
      const pushed = [b.x, row.width];
      extra.layoutPositioning = 'ABSOLUTE';
      extra.x = 500;
      return [placed, pushed, [a.x, b.x, extra.x, row.width]];`;
    expect(await runScript(document, script)).toEqual([
      [10, 10, 45, 95, 70],
      [150, 200],
      [10, 45, 500, 95],
    ]);
  });

  it('moves a vector to the origin of its curves, handles left aside, and scales it when it is resized', async () => {
    const script = `
      const vector = figma.createVector();
      vector.vectorPaths = [{ windingRule: 'NONZERO', data: 'M 10 20 C 10 60 50 60 50 20 Z' }];
      const box = [vector.x, vector.y, vector.width, vector.height];
      const data = vector.vectorPaths[0].data;
      vector.resize(80, 30);
      return [box, data, vector.vectorPaths[0].data];`;
    expect(await runScript(new FigmaDocument(), script)).toEqual([
      [10, 20, 40, 30],
      'M 0 0 C 0 40 40 40 40 0 Z',
      'M 0 0 C 0 40 80 40 80 0 Z',
    ]);
  });

  it('takes back what was committed step by step, and all of the rest as one step', async () => {
    const document = new FigmaDocument();
    const blank = document.toJson();
    await runScript(
      document,
      `figma.createRectangle(); figma.createEllipse(); figma.commitUndo();
       figma.createFrame(); figma.createVector();`,
    );
    const count = () => document.require(document.currentPageId).childIds.length;
    expect(count()).toBe(4);
    document.undo();
    expect(count()).toBe(2);
    document.undo();
    expect(document.toJson()).toBe(blank);
    expect(document.undo()).toBe(false);
  });

  it('makes instances whose layers follow no one else, and copies that are free', async () => {
    const script = `
      const component = figma.createComponent();
      component.appendChild(figma.createRectangle());
      const instance = component.createInstance();
      const main = await instance.getMainComponentAsync();
      const copy = instance.children[0].clone();
      copy.x = 7;
      return [main.id === component.id, instance.children[0].id.startsWith('I' + instance.id), copy.x];`;
    expect(await runScript(new FigmaDocument(), script)).toEqual([true, true, 7]);
  });

  it('tells of a new selection and of a new page', async () => {
    const document = new FigmaDocument();
    const second = document.addPage('Second');
    const id = document.add('RECTANGLE');
    const heard: string[] = [];
    const double = await FigmaDouble.open({
      mainJs: `
        figma.on('selectionchange', () => console.log(figma.currentPage.selection.map((node) => node.id).join()));
        figma.on('currentpagechange', () => console.log(figma.currentPage.name));`,
      uiHtml: '',
      document,
      surface: new HeadlessUi(),
      onConsole: (_level, line) => heard.push(line),
    });
    const hear = (...lines: string[]) => vi.waitFor(() => expect(heard).toEqual(lines), WAIT);
    double.select([id]);
    await hear(id);
    document.remove(id);
    await hear(id, '');
    document.setCurrentPage(second);
    await vi.waitFor(() => expect(heard.slice(2).sort()).toEqual(['', 'Second']), WAIT);
    double.close();
  });
});
