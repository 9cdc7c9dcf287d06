import { describe, expect, it } from 'vitest';
import { FigmaDocument } from './document/figma-document.ts';
import { runScript } from './run-script.ts';

/**
 * What Figma refuses, as small plugins that must fail for the reason named. `photo` is a rectangle, `frame` a frame,
 * `row` an auto-layout frame, `inner` a layer inside an instance, `text` a text with several fills.
 */
const REFUSALS: [name: string, script: string, reason: RegExp][] = [
  ['a property that the node does not have', 'photo.children', /no such property 'children' on RECTANGLE/],
  ['a property of our own on a node', 'photo.note = 1', /not extensible/],
  ['a property of our own on figma', 'figma.note = 1', /not extensible/],
  ['an unknown member of figma', 'figma.createHologram()', /no such property 'createHologram'/],
  ['writing width', 'photo.width = 5', /read only property 'width'/],
  ['changing fills in place', 'photo.fills[0].opacity = 0', /read.only/],
  ['adding to fills in place', 'photo.fills.push({})', /not extensible/],
  ['adding to the selection in place', 'figma.currentPage.selection.push(photo)', /not extensible/],
  ['changing a transform in place', 'photo.relativeTransform[0][2] = 5', /read.only/],
  [
    'an alpha in a paint colour',
    "photo.fills = [{ type: 'SOLID', color: { r: 0, g: 0, b: 0, a: 1 } }]",
    /set_fills/,
  ],
  [
    'colours of 0 to 255',
    "photo.fills = [{ type: 'SOLID', color: { r: 255, g: 0, b: 0 } }]",
    /set_fills.*color/,
  ],
  [
    'an unknown paint property',
    "photo.fills = [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: null, hash: 1 }]",
    /set_fills/,
  ],
  [
    'a quarter turn and a half',
    "photo.fills = [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: null, rotation: 45 }]",
    /90/,
  ],
  [
    'filters past 1',
    "photo.fills = [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: null, filters: { tint: 2 } }]",
    /tint/,
  ],
  ['an opacity past 1', 'photo.opacity = 1.5', /set_opacity/],
  ['passing through what holds no layers', "photo.blendMode = 'PASS_THROUGH'", /set_blendMode/],
  ['axes that are not of unit length', 'photo.relativeTransform = [[2, 0, 0], [0, 1, 0]]', /unit length/],
  ['a transform with a NaN', 'photo.relativeTransform = [[1, 0, NaN], [0, 1, 0]]', /set_relativeTransform/],
  ['a size of zero', 'photo.resize(0, 10)', /0\.01/],
  ['relative path commands', setPath('m 0 0 l 5 5'), /Invalid command at m/],
  ['commas in a path', setPath('M 0,0 L 5,5'), /Expected a number/],
  ['double spaces in a path', setPath('M 0 0  L 5 5'), /Invalid command at|Expected a number/],
  ['exponents in a path', setPath('M 0 0 L 1e3 5'), /Expected a number/],
  ['an arc in a path', setPath('M 0 0 A 5 5 0 0 1 9 9'), /Invalid command at A/],
  ['a path that begins with a line', setPath('L 5 5'), /begins with L/],
  ['half a point in a path', setPath('M 0 0 L 5'), /Expected a number/],
  ['an unknown winding rule', setPath('M 0 0', 'ODD'), /set_vectorPaths/],
  [
    'absolute positioning outside of auto-layout',
    "photo.layoutPositioning = 'ABSOLUTE'",
    /layoutMode !== NONE/,
  ],
  ['a child for an instance', 'inner.parent.appendChild(photo)', /inside of an instance/],
  ['taking a layer out of an instance', 'figma.currentPage.appendChild(inner)', /inside of an instance/],
  ['grouping inside an instance', 'figma.group([inner], inner.parent)', /inside of an instance/],
  ['removing a layer of an instance', 'inner.remove()', /not allowed/],
  ['moving a layer of an instance', 'inner.x = 5', /cannot be overridden/],
  ['a frame inside itself', 'frame.appendChild(frame)', /inside of the node/],
  ['an index past the end', 'frame.insertChild(3, photo)', /past the last child/],
  ['a group of nothing', 'figma.group([], frame)', /in group/],
  ['a section in a frame', 'frame.appendChild(figma.createSection())', /section/],
  ['using a removed node', 'photo.remove(); photo.name', /does not exist/],
  ['appending a removed node', 'photo.remove(); frame.appendChild(photo)', /does not exist/],
  ['assigning the page', 'figma.currentPage = figma.root.children[1]', /setCurrentPageAsync/],
  ['the synchronous look-up', "figma.getNodeById('1:2')", /getNodeByIdAsync/],
  ['the children of a page that is not loaded', 'figma.root.children[1].children', /explicitly loaded/],
  ['adding to a page that is not loaded', 'figma.root.children[1].appendChild(photo)', /explicitly loaded/],
  ['the main component without a wait', 'inner.parent.mainComponent', /getMainComponentAsync/],
  ['selecting what is on another page', 'figma.root.children[1].selection = [photo]', /explicitly loaded/],
  [
    'selecting across pages',
    'const page = figma.root.children[1]; await page.loadAsync(); page.selection = [photo]',
    /in that page/,
  ],
  ['exporting what is hidden', 'photo.visible = false; await photo.exportAsync()', /any visible layers/],
  ['exporting what paints nothing', 'photo.fills = []; await photo.exportAsync()', /any visible layers/],
  ['an export setting that does not exist', "photo.exportAsync({ format: 'PNG', scale: 2 })", /exportAsync/],
  [
    'an export of more than 4096 px',
    "await photo.exportAsync({ format: 'PNG', constraint: { type: 'SCALE', value: 41 } })",
    /too large to export/,
  ],
  ['an effect without its radius', "photo.effects = [{ type: 'LAYER_BLUR' }]", /set_effects/],
  ['an image of unknown type', 'figma.createImage(new Uint8Array([1, 2, 3, 4]))', /unsupported/],
  ['an image from an ArrayBuffer', 'figma.createImage(new ArrayBuffer(8))', /unwrap/],
  ['a message with a Float32Array', send('new Float32Array(2)'), /Cannot unwrap \[object Float32Array\]/],
  ['a message with an ArrayBuffer', send('new ArrayBuffer(2)'), /Cannot unwrap/],
  ['a message with a Map', send('new Map()'), /Cannot unwrap/],
  ['a message with a function', send('() => 1'), /Cannot unwrap function/],
  ['a message with a symbol', send('figma.mixed'), /Cannot unwrap symbol/],
  ['a message with a node', send('photo'), /node/],
  ['a message that contains itself', 'const loop = {}; loop.loop = loop; ' + send('loop'), /contains itself/],
  ['a message without a window', 'figma.ui.postMessage(1)', /No UI/],
  ['an event that does not exist', "figma.on('hover', () => {})", /not a valid event/],
  ['too much plugin data', "photo.setPluginData('k', 'x'.repeat(102401))", /100 kB/],
  ['too long relaunch data', "photo.setRelaunchData({ open: 'x'.repeat(1001) })", /1000 characters/],
  ['too much client storage', "await figma.clientStorage.setAsync('k', new Uint8Array(5300000))", /5MB/],
];

function setPath(data: string, windingRule = 'NONZERO'): string {
  return `figma.createVector().vectorPaths = [{ windingRule: '${windingRule}', data: '${data}' }]`;
}

function send(value: string): string {
  return `figma.showUI(__html__); figma.ui.postMessage({ value: ${value} })`;
}

describe('the Figma double refuses', () => {
  it.each(REFUSALS)('%s', async (_name, script, reason) => {
    await expect(runScript(sampleDocument(), FIND_NODES + script)).rejects.toThrow(reason);
  });
});

describe('the Figma double allows', () => {
  const ALLOWED: [name: string, script: string, value: unknown][] = [
    [
      'testing for a property',
      "['fills' in photo, 'children' in photo, 'children' in frame]",
      [true, false, true],
    ],
    [
      'replacing fills',
      "photo.fills = [{ type: 'SOLID', color: { r: 0, g: 0, b: 0 } }], photo.fills[0].opacity",
      1,
    ],
    ['asking for mixed fills', 'text.fills === figma.mixed', true],
    [
      'an image hash that is null',
      "photo.fills = [{ type: 'IMAGE', scaleMode: 'FILL', imageHash: null }], 1",
      1,
    ],
    ['asking for an unknown image', "figma.getImageByHash('0123')", null],
    ['editing a locked layer', "photo.locked = true, photo.name = 'Locked', photo.name", 'Locked'],
    ['asking whether a node is gone', 'photo.remove(), photo.removed', true],
    ['overriding a fill in an instance', 'inner.fills = [], inner.fills.length', 0],
    ['copying a layer of an instance', 'inner.clone().parent.id === figma.currentPage.id', true],
    ['awaiting a node', '(await figma.getNodeByIdAsync(photo.id)).name', 'photo'],
    ['a node that is not there', "await figma.getNodeByIdAsync('9:9')", null],
    [
      'storing bytes',
      "await figma.clientStorage.setAsync('k', new Uint8Array(3)), (await figma.clientStorage.getAsync('k')).length",
      3,
    ],
  ];
  it.each(ALLOWED)('%s', async (_name, expression, value) => {
    expect(await runScript(sampleDocument(), `${FIND_NODES} return (${expression});`)).toEqual(value);
  });
});

/** Finds the nodes by name, since a plugin has no other way to what is not selected. */
const FIND_NODES = `
  const named = {};
  const visit = (node) => { named[node.name] = node; if ('children' in node) node.children.forEach(visit); };
  figma.currentPage.children.forEach(visit);
  const { photo, frame, row, inner, text } = named;
`;

function sampleDocument(): FigmaDocument {
  const document = new FigmaDocument();
  document.addPage('Second');
  document.add('RECTANGLE', { name: 'photo' });
  document.add('TEXT', { name: 'text', fills: 'mixed' });
  document.add('FRAME', { name: 'frame' });
  document.add(
    'RECTANGLE',
    { name: 'first' },
    document.add('FRAME', { name: 'row', layoutMode: 'HORIZONTAL' }),
  );
  const instance = document.add('INSTANCE', { name: 'instance' });
  document.add('RECTANGLE', { name: 'inner' }, instance);
  return document;
}
