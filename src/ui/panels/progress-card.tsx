import type { Task } from '../session/task.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import type { ImageSession } from '../session/image-session.ts';
import { strings } from '../strings.ts';
import { Card } from './card.tsx';
import { useExpectedFraction } from './expected-fraction.ts';

/** Over the picture until there is something to work with, and while layers are made. */
export function ProgressCard(props: { session: ImageSession; engine: EngineClient; task: Task }) {
  const { session, engine, task } = props;
  const { phase } = session.embeddingState.value;
  if (phase === 'cancelled' || phase === 'running') return <AnalysisCard session={session} engine={engine} />;
  return task === 'everything' ? <LayersCard session={session} /> : null;
}

function AnalysisCard({ session, engine }: { session: ImageSession; engine: EngineClient }) {
  const embedding = session.embeddingState.value;
  const embeddingFraction = useExpectedFraction(embedding.phase === 'running' ? embedding.progress : null);
  if (embedding.phase !== 'running') {
    const again = { name: strings.stage.startAgain, isMain: true, run: () => session.startEmbedding() };
    return <Card label={strings.stage.stopped} fraction={null} action={again} />;
  }
  const status = engine.status.value;
  const isStarting = status.phase === 'starting';
  const fraction = isStarting ? (status.progress?.fraction ?? 0) : embeddingFraction;
  const label = isStarting ? strings.stage.starting : strings.stage.embedding;
  const cancel = { name: strings.stage.cancel, isMain: false, run: () => session.cancelEmbedding() };
  return <Card label={label} fraction={fraction} action={cancel} />;
}

function LayersCard({ session }: { session: ImageSession }) {
  const { splitting, applying } = session;
  const applied = applying.state.value;
  if (applied.phase === 'making' && applied.kind === 'layers') {
    const cancel = { name: strings.stage.cancel, isMain: false, run: () => applying.cancel() };
    return <Card label={strings.layers.making} fraction={applied.fraction} action={cancel} />;
  }
  const search = splitting.search.state.value;
  if (search.phase === 'cancelled') {
    const again = { name: strings.stage.startAgain, isMain: true, run: () => session.searchAgain() };
    return <Card label={strings.layers.stopped} fraction={null} action={again} />;
  }
  if (search.phase !== 'running') return null;
  const { fraction, remainingMs } = search;
  const note =
    remainingMs === null ? {} : { note: strings.layers.secondsLeft(Math.ceil(remainingMs / 1000)) };
  const cancel = { name: strings.stage.cancel, isMain: false, run: () => splitting.search.cancel() };
  return <Card label={strings.layers.searching} fraction={fraction} {...note} action={cancel} />;
}
