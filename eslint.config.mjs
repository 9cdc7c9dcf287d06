import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';

/** Import directions of docs/architecture.md: who may not reach into whom. */
const zone = (target, from, except = []) => ({
  target,
  from,
  except,
  message: 'Against the import directions of docs/architecture.md.',
});

const rooms = [
  zone('./src/shared', './src', ['./shared']),
  zone('./src/inference', './src', ['./inference', './shared']),
  zone('./src/plugin/figma', './src', ['./plugin/figma', './shared']),
  // Of the engine only what tells an image by its first bytes.
  zone('./src/plugin/vscode', './src', ['./plugin/vscode', './shared']),
  zone('./src/plugin/cli', './src', ['./plugin/cli', './shared', './inference']),
  zone('./src/ui', './src', ['./ui', './shared', './inference']),
  zone('./models', './src', ['./shared', './inference/model']),
  zone('./src/inference/model', './src/inference', ['./model']),
  zone('./src', './models'),
  zone('./src', './test'),
  zone('./src', './workbench'),
];

/** Pure functions on typed arrays: no session, no codec, no channel. */
const pureRoomNames = ['mask', 'matte', 'trace', 'everything', 'subject', 'layers', 'prompt'];
const pureRooms = pureRoomNames.map((room) =>
  zone(`./src/inference/${room}`, './src/inference', [
    ...pureRoomNames.map((other) => `./${other}`),
    // Their searches run for long enough to be cancelled.
    ...(room === 'everything' || room === 'subject' ? ['./let-cancel-through.ts'] : []),
  ]),
);

const onnxruntime = {
  group: ['onnxruntime-*', 'onnxruntime-*/*'],
  message: 'Only src/inference/session.ts talks to onnxruntime-web.',
};

export default tseslint.config(
  { ignores: ['dist', 'models/dist', 'out', 'test/output'] },
  ...tseslint.configs.recommended,
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: [...rooms, ...pureRooms] }],
      'import-x/no-cycle': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/inference/session.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [onnxruntime] }] },
  },
  {
    files: ['src/ui/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/inference/**'],
              allowTypeImports: true,
              message: 'The UI may import only types from the engine.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/plugin/figma/**'],
    rules: {
      'no-restricted-globals': ['error', { name: 'figma', message: 'Only src/plugin/figma names figma.' }],
    },
  },
  {
    // VS Code loads it as it is.
    files: ['test/browser/vscode/files-extension/**'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['src/plugin/cli/**', 'models/**', 'scripts/**', 'bench/**', 'workbench/**', 'build.mjs'],
    rules: { 'no-console': 'off' },
  },
);
