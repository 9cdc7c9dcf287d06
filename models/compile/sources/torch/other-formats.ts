import type { CheckpointFaults } from './checkpoint-faults.ts';

/** Enough to recognise a format; read as bytes, not as text of some encoding. */
const HEAD_BYTES = 256;

/**
 * Names what people pass by mistake.
 *
 * @throws TinyCutError `model-corrupt` for an empty file, a web page, a Git LFS pointer, ONNX and safetensors.
 */
export function refuseOtherFormats(bytes: Uint8Array, faults: CheckpointFaults): void {
  if (bytes.length === 0) throw faults.refused('is empty', 'Download or copy it again.');
  const head = String.fromCharCode(...bytes.subarray(0, HEAD_BYTES));
  if (/^(\xef\xbb\xbf)?\s*<(!doctype|!--|html|head|body|\?xml)/i.test(head)) {
    throw faults.refused(
      'is a web page and not a checkpoint, as a download that met an error or a sign-in page gives',
      'Open the address in a browser, and download the file itself.',
    );
  }
  if (head.startsWith('version https://git-lfs.github.com/')) {
    const size = /^size (\d+)$/m.exec(head)?.[1];
    throw faults.refused(
      `is a Git LFS pointer to ${size ? `a file of ${size} bytes` : 'the file'} and not the file itself`,
      'Run git lfs pull in its repository, or download the file from its page.',
    );
  }
  // ModelProto: the IR version (field 1), then the producer's name (2) or the graph (7).
  if (/^\x08[\x01-\x20][\x12\x1a\x22\x3a\x42]/.test(head)) {
    throw faults.refused(
      'is an ONNX model and not a PyTorch checkpoint',
      'Give its name the ending .onnx, so that it is read as one.',
    );
  }
  // The length of a JSON header, then the header.
  if (/^[^]{5}\0\0\0\{"/.test(head)) {
    throw faults.refused(
      'is a safetensors file, which is not read here',
      'Save its tensors as a state dict with torch.save.',
    );
  }
}
