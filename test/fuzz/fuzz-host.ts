import { EMPTY_CONTRACT } from '../../src/shared/contract.ts';
import { isErrorCode } from '../../src/shared/errors.ts';
import { parseFrame } from '../../src/shared/frame.ts';
import { HOST_CONTRACT, type ImageSource, type ObjectOutput } from '../../src/shared/host-contract.ts';
import { FigmaDocument } from '../host/document/figma-document.ts';
import { gradientPng, maskTile, polygonPath } from '../host/mask-picture.ts';
import { openPlugin, STORED, type OpenPlugin } from '../host/open-plugin.ts';
import { addPhoto } from '../host/photo-document.ts';
import {
  CLOSING_FRAMES,
  FrameSequences,
  MAX_HONEST_ID,
  passesSchemas,
  type SeedFrame,
} from './frame-sequences.ts';
import { FuzzReport, must, within } from './fuzz-report.ts';

const SIZE = { width: 24, height: 16 };
const OBJECT = [
  { x: 4, y: 2 },
  { x: 20, y: 4 },
  { x: 10, y: 14 },
];
/** Out of the way of the ids of honest calls. */
const FIRST_ID = 1_000_000;
const MAX_ANSWER_MS = 20_000;
/** The document's undo steps are whole states. */
const BATCHES_PER_SESSION = 20;

interface Session extends OpenPlugin {
  document: FigmaDocument;
  photoId: string;
  /** Of calls that were made before. */
  heardIds: Set<number>;
  /** Answers by id. */
  answers: Map<number, { kind: 'result' | 'error'; code?: string }[]>;
}

/**
 * The main process as it is built, in QuickJS over a document, told mutants of what the UI says.
 * @throws Error at the first message that leaves anything wrong
 */
export async function fuzzHost(messageCount: number, seed: number): Promise<FuzzReport> {
  const report = new FuzzReport();
  let session = await openSession(report);
  const { channel, document, photoId } = session;
  const [first] = (await channel.call('getSelection', {})).images;
  const sequences = new FrameSequences(seedFrames(first!.source, document, photoId), seed);
  let lastId = FIRST_ID;
  for (let batch = 0; report.sentCount < messageCount; batch++) {
    if (batch % BATCHES_PER_SESSION === BATCHES_PER_SESSION - 1) session.double.close();
    if (session.double.isClosed) session = await openSession(report);
    const messages = sequences.batch(batch, () => ++lastId);
    const isAlive = await tellAll(session, messages, report);
    if (!isAlive) session.double.close();
  }
  session.double.close();
  return report;
}

async function openSession(report: FuzzReport): Promise<Session> {
  report.sessionCount++;
  const document = new FigmaDocument();
  const photoId = addPhoto(document, gradientPng(SIZE), { longSide: 24, parentId: document.add('FRAME') });
  document.commitUndo();
  const plugin = await openPlugin(document, { latency: { minMs: 0, maxMs: 0, seed: 1 } });
  const session: Session = { ...plugin, document, photoId, heardIds: new Set(), answers: new Map() };
  const { ui } = plugin;
  const post = ui.post.bind(ui);
  ui.post = (message) => {
    const frame = parseFrame(message);
    if ((frame?.kind === 'result' || frame?.kind === 'error') && frame.id > MAX_HONEST_ID) {
      session.answers.set(frame.id, [...(session.answers.get(frame.id) ?? []), frame]);
    }
    post(message);
  };
  await plugin.channel.call('describeHost', {});
  return session;
}

/** @returns whether the session goes on */
async function tellAll(session: Session, messages: readonly unknown[], report: FuzzReport): Promise<boolean> {
  const { ui, double, document, photoId, channel, answers, heardIds } = session;
  answers.clear();
  const before = document.toJson();
  const expected = new Map<number, string>();
  for (const message of messages) {
    report.sentCount++;
    if (passesSchemas(message, HOST_CONTRACT, EMPTY_CONTRACT)) report.passedCount++;
    const frame = parseFrame(message);
    if (frame?.kind !== 'call') report.count(frame ? `heard: ${frame.kind}` : 'passed over: no frame');
    else if (heardIds.has(frame.id)) report.count('call with an id from before');
    else {
      heardIds.add(frame.id);
      expected.set(frame.id, frame.method);
    }
    ui.postRaw(message);
  }
  const honest = channel.call('getSelection', {}).then(
    () => true,
    (error: { code: string }) => {
      must(
        error.code === 'channel-closed' || error.code === 'protocol-mismatch',
        () => `an honest call was refused: ${JSON.stringify(error)}`,
      );
      return false;
    },
  );
  const isAlive = await within(MAX_ANSWER_MS, 'an honest call to the host', honest);
  if (isAlive) {
    const answered = async () => {
      while ([...expected.keys()].some((id) => !answers.has(id))) {
        if (double.isClosed) return;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    await within(MAX_ANSWER_MS, `one of the calls ${JSON.stringify([...expected])}`, answered());
  }
  must(double.errors.length === 0, () => `uncaught in the main process: ${double.errors.join('\n')}`);
  let placedCount = 0;
  for (const [id, method] of expected) {
    const [answer, ...others] = answers.get(id) ?? [];
    if (!answer) report.count('call cut off by a goodbye');
    else if (answer.kind === 'result') report.count(`${method}: result`);
    else report.count(`refused: ${answer.code}`);
    must(
      others.every(({ code }) => code === 'bad-message'),
      () => `call ${id} was served more than once`,
    );
    must(answer?.code === undefined || isErrorCode(answer.code), () => `unknown code ${answer?.code}`);
    if (answer?.kind === 'result' && method === 'placeOutput') placedCount++;
  }
  if (!isAlive || double.isClosed) return false;
  for (let i = 0; i < placedCount; i++) document.undo();
  must(document.toJson() === before, () => 'the document is not what it was before the results were placed');
  document.setSelection([photoId]);
  return true;
}

function seedFrames(source: ImageSource, document: FigmaDocument, photoId: string): SeedFrame[] {
  const tile = maskTile(SIZE, OBJECT);
  const objects: ObjectOutput[] = [
    { kind: 'cutout', tiles: [tile] },
    { kind: 'cutout', tiles: [tile, tile] },
    { kind: 'vector', paths: [polygonPath(OBJECT)] },
    { kind: 'mask-group', paths: [polygonPath(OBJECT), polygonPath([...OBJECT].reverse())] },
  ];
  const layers = objects.map((output, i) => ({
    name: `Object ${i}`,
    colour: { r: 0, g: 0.5, b: 1 },
    output,
  }));
  const others = [
    { ...source, fillIndex: 1 },
    { ...source, layerId: document.require(photoId).parentId! },
    { ...source, imageHash: '0'.repeat(40) },
  ];
  const call = (method: string, params: unknown, weight = 4): SeedFrame => ({
    frame: { tinycut: true, kind: 'call', id: 0, method, params },
    weight: 40 * weight,
  });
  const place = (output: unknown, from = source) =>
    call('placeOutput', { source: from, pixels: STORED, imageSizePx: SIZE, output }, 3);
  return [
    call('getSelection', {}),
    call('describeHost', {}),
    call('getStartTask', {}),
    call('resizeUi', { sizePx: { width: 500, height: 700 } }),
    call('notify', { message: 'Cutout placed.', isError: false }),
    call('readImage', { source }),
    ...others.map((other) => call('readImage', { source: other }, 1)),
    ...objects.map((output) => place(output)),
    place({ kind: 'layers', layers }),
    place(objects[2], others[0]!),
    { frame: { tinycut: true, kind: 'cancel', id: 0 }, weight: 80 },
    { frame: { tinycut: true, kind: 'result', id: 0, value: null }, weight: 40 },
    { frame: { tinycut: true, kind: 'error', id: 0, code: 'internal', message: 'No.' }, weight: 40 },
    { frame: { tinycut: true, kind: 'progress', id: 0, value: 1 }, weight: 40 },
    { frame: { tinycut: true, kind: 'event', name: 'selectionChanged', value: {} }, weight: 40 },
    { frame: { tinycut: true, kind: 'call', id: 0, method: 'closePlugin', params: {} }, weight: 1 },
    ...CLOSING_FRAMES,
  ];
}
