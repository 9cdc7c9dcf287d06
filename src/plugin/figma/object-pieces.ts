import type { ObjectOutput } from '../../shared/host-contract.ts';
import { cutoutPieces } from './cutout-pieces.ts';
import { maskGroupPieces } from './mask-group-pieces.ts';
import type { ObjectLook, ObjectPieces, ResultTask } from './result-pieces.ts';
import { vectorPiece } from './vector-pieces.ts';

/** Makes the nodes of one object; they still lie anywhere. */
export function objectPieces(output: ObjectOutput, task: ResultTask, look: ObjectLook): ObjectPieces {
  switch (output.kind) {
    case 'cutout':
      return cutoutPieces(output.tiles, task, look);
    case 'vector': {
      const piece = vectorPiece(output.paths, task.imageToParent, look.fill, task.created);
      return { pieces: [piece], finish: () => {} };
    }
    case 'mask-group':
      return maskGroupPieces(output.paths, task, look);
  }
}
