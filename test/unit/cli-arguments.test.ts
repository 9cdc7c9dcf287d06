import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_EDGE } from '../../src/shared/edge-settings.ts';
import { parseCutoutArguments } from '../../src/plugin/cli/cutout-arguments.ts';
import { findInputFiles } from '../../src/plugin/cli/input-files.ts';
import { OutputNames } from '../../src/plugin/cli/output-names.ts';
import { checkPointsInside, parsePrompt } from '../../src/plugin/cli/prompt-arguments.ts';
import { StatusLine } from '../../src/plugin/cli/status-line.ts';

const badArgument = (message: RegExp) =>
  expect.objectContaining({
    code: 'bad-argument',
    message: expect.stringMatching(message) as string,
  }) as Error;

describe('the arguments', () => {
  it('read files, marks and the folder in any order', () => {
    expect(
      parseCutoutArguments([
        'a.jpg',
        '--point',
        '420,310',
        '--point',
        '-12.5,7',
        '-o',
        'x',
        '--box=1,2,30,40',
        '*.png',
      ]),
    ).toEqual({
      kind: 'cutout',
      patterns: ['a.jpg', '*.png'],
      outFolder: 'x',
      outlineDetail: 0.5,
      edge: DEFAULT_EDGE,
      prompt: {
        points: [
          { x: 420, y: 310, label: 1 },
          { x: 12.5, y: 7, label: 0 },
        ],
        box: { x: 1, y: 2, width: 30, height: 40 },
        previousLogits: null,
      },
    });
  });

  it('ask for the subject with no marks', () => {
    expect(parseCutoutArguments(['a.jpg', '--subject'])).toEqual({
      kind: 'subject',
      patterns: ['a.jpg'],
      edge: DEFAULT_EDGE,
      outlineDetail: 0.5,
      outFolder: 'out',
    });
    expect(() => parseCutoutArguments(['a.jpg', '--subject', '--point', '1,1'])).toThrow(
      badArgument(/--subject needs no --point/),
    );
    expect(() => parseCutoutArguments(['a.jpg', '--subject', '--everything'])).toThrow(
      badArgument(/two different things/),
    );
  });

  it('shape the edge of cutouts, and refuse what no edge can be', () => {
    const cut = (...args: string[]) => parseCutoutArguments(['a.jpg', '--subject', ...args]);
    expect(cut('--softness', '0', '--shift', '-3', '--smooth', '0.25')).toMatchObject({
      edge: { softness: 0, shiftPx: -3, smooth: 0.25 },
    });
    expect(cut()).toMatchObject({ edge: { softness: 0.5, shiftPx: 0, smooth: 0 } });
    expect(cut('--plain-edge')).toMatchObject({ edge: null });
    expect(() => cut('--plain-edge', '--shift', '2')).toThrow(badArgument(/--plain-edge .* --shift/));
    expect(cut('--shift=+10')).toMatchObject({ edge: { softness: 0.5, shiftPx: 10, smooth: 0 } });
    for (const shift of ['11', '-11', '1.5', 'x', '']) {
      expect(() => cut(`--shift=${shift}`)).toThrow(badArgument(/whole number from -10 to 10/));
    }
    for (const option of ['--softness', '--smooth']) {
      expect(() => cut(option, '1.1')).toThrow(badArgument(/number from 0 to 1/));
    }
    expect(() => parseCutoutArguments(['a.jpg', '--everything', '--smooth', '1'])).toThrow(
      badArgument(/--smooth does not go with --everything/),
    );
  });

  it('take a leading minus for a point off the object, also at 0', () => {
    const pixel = fc.integer({ min: 0, max: 9999 });
    fc.assert(
      fc.property(pixel, pixel, fc.boolean(), fc.boolean(), (x, y, isOff, isJoined) => {
        const value = `${isOff ? '-' : ''}${x},${y}`;
        const args = isJoined ? [`--point=${value}`] : ['--point', value];
        const parsed = parseCutoutArguments(['--point', '1,1', ...args, 'photo.jpg']);
        expect(parsed).toMatchObject({
          patterns: ['photo.jpg'],
          prompt: { points: [{}, { x, y, label: isOff ? 0 : 1 }] },
        });
      }),
    );
  });

  it('leave what follows -- alone', () => {
    expect(parseCutoutArguments(['--point', '1,1', '--', '--point', '-5.jpg'])).toMatchObject({
      patterns: ['--point', '-5.jpg'],
    });
  });

  it.each([
    [['a.jpg'], /Mark the object/],
    [['a.jpg', '--point', '-5,5'], /Mark the object/],
    [['--point', '5,5'], /at least one image/],
    [['a.jpg', '--point', '5'], /--point 5 is not/],
    [['a.jpg', '--point', '5,'], /--point 5, is not/],
    [['a.jpg', '--point', '5,-5'], /--point 5,-5 is not/],
    [['a.jpg', '--point', '1e3,5'], /--point 1e3,5 is not/],
    [['a.jpg', '--point', ''], /--point {2}is not/],
    [['a.jpg', '--point'], /argument missing/],
    [['a.jpg', '--box', '1,2,3'], /--box 1,2,3 is not/],
    [['a.jpg', '--box', '1,2,0,5'], /width and a height/],
    [['a.jpg', '--box', '1,2,3,4', '--box', '1,2,3,4'], /only one --box/],
    [['a.jpg', '--colour', 'red'], /Unknown option '--colour'/],
    [['a.jpg', '--point', '5,5', '-x'], /Unknown option '-x'/],
  ])('refuse %j in one sentence', (args, message) => {
    expect(() => parseCutoutArguments(args)).toThrow(badArgument(message));
    expect(() => parseCutoutArguments(args)).toThrow(/^[^\n]*\.$/);
  });

  it('tell a point outside of the image before anything is computed', () => {
    const prompt = parsePrompt({ point: ['800,600', '-801,5'] });
    expect(() => checkPointsInside(prompt, { width: 801, height: 600 })).not.toThrow();
    expect(() => checkPointsInside(prompt, { width: 800, height: 600 })).toThrow(
      badArgument(/801,5 is outside/),
    );
  });
});

describe('the input files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tinycut-'));
    mkdirSync(join(folder, 'sub'));
    for (const name of ['b.jpg', 'a.jpg', 'c.png', 'odd[1].jpg', 'sub/d.jpg'])
      writeFileSync(join(folder, name), '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('expand patterns, in order, each file once, and name patterns without a match', async () => {
    const { files, unmatched } = await findInputFiles(
      ['c.png', '*.jpg', '**/*.jpg', 'odd[1].jpg', '*.tiff', 'none.jpg'].map((name) => `${folder}/${name}`),
    );
    expect(files.map((file) => file.slice(folder.length + 1))).toEqual([
      'c.png',
      'a.jpg',
      'b.jpg',
      'odd[1].jpg',
      'sub/d.jpg',
      'none.jpg',
    ]);
    expect(unmatched).toEqual([`${folder}/*.tiff`]);
  });
});

describe('the output names', () => {
  it('never repeat', () => {
    const names = new OutputNames();
    const files = ['a/photo.jpg', 'b/photo.png', 'c/Photo.jpg', 'photo-2.jpg', 'x.tar.gz'];
    expect(files.map((file) => names.next(file))).toEqual([
      'photo',
      'photo-2',
      'Photo-3',
      'photo-2-2',
      'x.tar',
    ]);
  });
});

describe('the status line', () => {
  const written = (isTTY: boolean) => {
    const parts: string[] = [];
    const status = new StatusLine(
      { isTTY, write: (text) => parts.push(text) },
      { write: (text) => parts.push(text) },
    );
    status.show('busy');
    status.print('done');
    status.show('busy again');
    status.printError('failed');
    return parts.join('');
  };

  it('shows progress on a terminal and clears it before each line', () => {
    expect(written(true)).toBe('\r\x1b[Kbusy\r\x1b[Kdone\n\r\x1b[Kbusy again\r\x1b[Kfailed\n');
  });

  it('writes plain lines into a pipe', () => {
    expect(written(false)).toBe('done\nfailed\n');
  });
});
