import { HOST_CONTRACT } from '../../src/shared/host-contract.ts';
import { parseFrame, type Frame } from '../../src/shared/frame.ts';
import { UI_CONTRACT } from '../../src/shared/ui-contract.ts';
import { images, layer, nothing, openWorkspace, settled } from '../unit/ui-fakes.ts';
import { CLOSING_FRAMES, FrameSequences, passesSchemas, type SeedFrame } from './frame-sequences.ts';
import { FuzzReport, must, within } from './fuzz-report.ts';

const MAX_ANSWER_MS = 20_000;
/** Layers that the fakes have images of. */
const LAYER_COUNT = 90;
const BATCHES_PER_SESSION = 20;

type Session = Awaited<ReturnType<typeof openWorkspace>>;

/**
 * The UI without its views, with an engine and a host that are played, told mutants of what the host says.
 * @throws Error at the first message that leaves anything wrong
 */
export async function fuzzUi(messageCount: number, seed: number): Promise<FuzzReport> {
  const report = new FuzzReport();
  const sequences = new FrameSequences(seedFrames(), seed);
  let session: Session | null = null;
  // The ids of the UI's own calls, so that answers that nobody gave meet calls that are under way.
  let lastId = 0;
  for (let batch = 0; report.sentCount < messageCount; batch++) {
    if (!session || batch % BATCHES_PER_SESSION === 0) {
      session = await openWorkspace();
      report.sessionCount++;
      lastId = 0;
    }
    const messages = sequences.batch(batch, () => ++lastId);
    const isAlive = await tellAll(session, messages, (batch % LAYER_COUNT) + 1, report);
    if (!isAlive) session = null;
  }
  return report;
}

/** @returns whether the session goes on */
async function tellAll(
  { host, engine, workspace }: Session,
  messages: readonly unknown[],
  layerId: number,
  report: FuzzReport,
): Promise<boolean> {
  for (const message of messages) {
    report.sentCount++;
    const isRight = passesSchemas(message, UI_CONTRACT, HOST_CONTRACT);
    if (isRight) report.passedCount++;
    const frame = parseFrame(message);
    if (!frame) report.count('passed over: no frame');
    else if (isRight) report.count(`heard: ${frame.kind === 'event' ? frame.name : frame.kind}`);
    else report.count(`refused: ${frame.kind}`);
    host.port.post(message as Frame);
  }
  await settled();
  must(host.placed.length === 0, () => 'something was placed that nobody asked for');
  const isAlive = await within(MAX_ANSWER_MS, 'an honest call of the UI', isOpen(host));
  if (!isAlive) {
    report.count('session ended by a goodbye');
    return false;
  }
  host.select(nothing('no-image'));
  host.select(images(layerId));
  const ready = async () => {
    while (!isReady(workspace, layerId)) await settled();
  };
  await within(MAX_ANSWER_MS, `opening layer ${layerId} afterwards`, ready());
  must(engine.workers.length === 1, () => 'the engine was lost');
  return true;
}

function isReady(workspace: Session['workspace'], layerId: number): boolean {
  const session = workspace.session.value;
  return (
    session?.layer.source.layerId === String(layerId) &&
    session.embeddingState.value.phase === 'ready' &&
    session.pictureState.value.phase === 'shown'
  );
}

async function isOpen(host: Session['host']): Promise<boolean> {
  return host.channel.call('getSelection', {}).then(
    () => true,
    () => false,
  );
}

function seedFrames(): SeedFrame[] {
  const event = (name: string, value: unknown, weight: number): SeedFrame => ({
    frame: { tinycut: true, kind: 'event', name, value },
    weight: 40 * weight,
  });
  const answer = (frame: object, weight: number): SeedFrame => ({
    frame: { tinycut: true, id: 0, ...frame },
    weight: 40 * weight,
  });
  const corner = (x: number, y: number) => ({ x, y });
  const image = {
    source: layer(3).source,
    pixels: { from: 'stored' },
    bytes: new Uint8Array(40),
    imageSizePx: { width: 800, height: 400 },
    visibleImagePolygon: [corner(0, 0), corner(800, 0), corner(800, 400)],
  };
  const rendered = { from: 'rendered', reason: 'shape', pixelsPerUnit: 2, look: '[1]' };
  const traits = {
    resultsAre: 'layers',
    outputKinds: ['cutout', 'vector', 'mask-group'],
    maxTileSidePx: 4096,
    isUiResizable: true,
    hearsUndoKeys: false,
  };
  return [
    event('selectionChanged', images(1, 2, 3), 3),
    event('selectionChanged', { ...images(4), omittedCount: 400 }, 2),
    event('selectionChanged', nothing('nothing-selected'), 2),
    event('outputUndone', {}, 3),
    answer({ kind: 'call', method: 'traceMask', params: {} }, 3),
    answer({ kind: 'result', value: images(5) }, 2),
    answer({ kind: 'result', value: image }, 2),
    answer({ kind: 'result', value: { ...image, pixels: rendered } }, 2),
    answer({ kind: 'result', value: { nodeIds: ['1:2'], notice: null } }, 1),
    answer({ kind: 'result', value: traits }, 1),
    answer({ kind: 'result', value: { task: 'subject' } }, 1),
    answer({ kind: 'error', code: 'layer-missing', message: 'The image layer was deleted.' }, 2),
    answer({ kind: 'error', code: 'worker-lost', message: 'The engine stopped.' }, 1),
    answer({ kind: 'progress', value: { stage: 'encode', fraction: 0.5 } }, 1),
    answer({ kind: 'cancel' }, 1),
    ...CLOSING_FRAMES,
  ];
}
