import * as vscode from 'vscode';
import type { Handlers } from '../../shared/channel.ts';
import { rectCorners } from '../../shared/affine.ts';
import { TinyCutError } from '../../shared/errors.ts';
import type {
  HostContract,
  ImageSource,
  Selection,
  SourceImage,
  StartTask,
} from '../../shared/host-contract.ts';
import type { ImageDocument } from './image-document.ts';
import { readImageFile } from './image-file.ts';
import type { PlaceResult } from './place-result.ts';
import { resultOf } from './result.ts';

export interface HostSurroundings {
  /** What the page may read and write beside. */
  documents: readonly ImageDocument[];
  getSelection(): Selection | Promise<Selection>;
  placeResult: PlaceResult;
  /** What the command asked for that opened the editor; only once, since after that the UI knows better. */
  takeStartTask(): StartTask;
  closeEditor(): void;
}

export function hostHandlers(surroundings: HostSurroundings): Handlers<HostContract> {
  const { getSelection, placeResult, takeStartTask, closeEditor } = surroundings;
  const documentOf = ({ layerId }: ImageSource) => {
    const document = surroundings.documents.find((document) => document.layerId === layerId);
    if (document) return document;
    throw new TinyCutError('layer-missing', 'This image is not open here. Open it with TinyCut.');
  };
  return {
    describeHost: () => ({
      resultsAre: 'files',
      outputKinds: ['cutout', 'vector'],
      maxTileSidePx: null,
      isUiResizable: false,
      hearsUndoKeys: true,
      keepsEmbeddings: false,
    }),
    getSelection,
    readImage: ({ source, isStoredUnusable }) => {
      const document = documentOf(source);
      // A file has no other rendering to fall back on.
      if (isStoredUnusable) throw unreadable(document);
      return readImage(document, source);
    },
    async placeOutput({ source, imageSizePx, output }) {
      const document = documentOf(source);
      await requireUnchanged(document, source);
      return placeResult(document, resultOf(output, document.fileName, document.stem, imageSizePx));
    },
    readCutout() {
      throw new TinyCutError(
        'cutout-unknown',
        'Files do not remember how they were cut out. Open the image, and select the object again.',
      );
    },
    getStartTask: () => ({ task: takeStartTask() }),
    keepEmbedding: () => null,
    recallEmbedding: () => ({ bytes: null }),
    // A tab is as large as its place.
    resizeUi: () => null,
    notify({ message, isError }) {
      const show = isError ? vscode.window.showErrorMessage : vscode.window.showInformationMessage;
      void show(message);
      return null;
    },
    closePlugin() {
      closeEditor();
      return null;
    },
  };
}

async function readImage(document: ImageDocument, source: ImageSource): Promise<SourceImage> {
  const { bytes, imageSizePx } = await requireUnchanged(document, source);
  const visibleImagePolygon = [...rectCorners({ x: 0, y: 0, ...imageSizePx })];
  return { source, pixels: { from: 'stored' }, bytes, imageSizePx, visibleImagePolygon };
}

function unreadable({ fileName }: ImageDocument): TinyCutError {
  return new TinyCutError(
    'image-unreadable',
    `“${fileName}” cannot be read: it is damaged or of another format. Save it anew as PNG or JPEG.`,
  );
}

async function requireUnchanged(document: ImageDocument, source: ImageSource) {
  const found = await readImageFile(document);
  if (found.source.imageHash === source.imageHash) return found;
  throw new TinyCutError(
    'layer-changed',
    `“${document.fileName}” was changed since it was opened. Reload it to go on with what it is now.`,
  );
}
