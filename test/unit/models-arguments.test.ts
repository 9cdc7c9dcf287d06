import { describe, expect, it } from 'vitest';
import { parseModelArguments } from '../../models/compile/model-arguments.ts';

describe('the arguments of npm run model', () => {
  it('are none for the default weights', () => {
    expect(parseModelArguments([], '/project')).toEqual({
      path: null,
      from: null,
      precision: 'int8',
      updateManifest: false,
    });
  });

  it('name a checkpoint relative to where the command was given, and a precision', () => {
    expect(parseModelArguments(['weights/tinysam.pth', '--precision', 'fp16'], '/project')).toMatchObject({
      path: '/project/weights/tinysam.pth',
      precision: 'fp16',
    });
  });

  it.each([
    ['an unknown option', ['--fast']],
    ['an unknown precision', ['a.pth', '--precision', 'int4']],
    ['an unknown source', ['--from', 'sam2']],
    ['a source and a file', ['a.pth', '--from', 'tinysam']],
    ['two files', ['a.pth', 'b.pth']],
    ['a precision of nothing', ['--precision', 'fp16']],
  ])('are refused with the usage for %s', (_, args) => {
    expect(() => parseModelArguments(args, '/project')).toThrow(
      expect.objectContaining({ code: 'bad-argument', message: expect.stringContaining('npm run model --') }),
    );
  });
});
