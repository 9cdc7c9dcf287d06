import { multiply, rotation, scaling, translation } from '../../../src/shared/affine.ts';
import { at, FLIP_X, FLIP_Y, LAYER_SIZE, move, SKEW, turn, type FidelityCase } from './fidelity-case.ts';
import { asFile, testPicture, toJpeg, withOrientation } from './test-picture.ts';

const CENTRED = { width: LAYER_SIZE.height, height: LAYER_SIZE.width };
const CUTOUT_ONLY = ['cutout'] as const;
const NO_FILTERS = {
  exposure: 0,
  contrast: 0,
  saturation: 0,
  temperature: 0,
  tint: 0,
  highlights: 0,
  shadows: 0,
};
const STRONG = { ...NO_FILTERS, exposure: 0.4, contrast: 0.3, saturation: -0.3 };
const STROKES: Paint[] = [{ type: 'SOLID', color: { r: 0, g: 0.6, b: 0 } }];
const SHADOW: Effect = {
  type: 'DROP_SHADOW',
  color: { r: 0, g: 0, b: 0, a: 0.8 },
  offset: { x: 6, y: 9 },
  radius: 8,
  visible: true,
  blendMode: 'NORMAL',
};
const CROPS: Record<string, Transform> = {
  'zoomed in': multiply(translation(0.2, 0.25), scaling(0.6, 0.6)) as Transform,
  'turned by 30 degrees': multiply(
    translation(0.5, 0.5),
    rotation(30),
    scaling(0.7, 0.7),
    translation(-0.5, -0.5),
  ) as Transform,
  mirrored: [
    [-1, 0, 1],
    [0, 1, 0],
  ],
  'turned upside down and stretched': [
    [-0.8, 0, 0.9],
    [0, -0.5, 0.8],
  ],
};

const scaleModes: FidelityCase[] = (['FILL', 'FIT', 'TILE'] as const).flatMap((scaleMode) =>
  [0, 90, 180, 270].map((degrees) => ({
    name: `${scaleMode}, turned by ${degrees}`,
    // A turned tile of that scale covers a layer that stands on end.
    build: (scene) =>
      scene.layer(
        { scaleMode, rotation: degrees, scalingFactor: 0.5 },
        scaleMode === 'TILE' && degrees % 180 ? CENTRED : {},
      ),
  })),
);
const stretched: FidelityCase[] = (['FILL', 'FIT'] as const).flatMap((scaleMode) =>
  [
    { width: 300, height: 130 },
    { width: 150, height: 260 },
  ].map((size) => ({
    name: `${scaleMode} in a layer of ${size.width} x ${size.height}`,
    build: (scene) => scene.layer({ scaleMode }, size),
  })),
);
const crops: FidelityCase[] = Object.entries(CROPS).map(([name, imageTransform]) => ({
  name: `CROP ${name}`,
  build: (scene) => scene.layer({ scaleMode: 'CROP', imageTransform }),
}));

const transforms: FidelityCase[] = [
  { name: 'turned by 30 degrees', build: (scene) => scene.layer({}, at(move(140, 20), turn(30))) },
  { name: 'turned back by a right angle', build: (scene) => scene.layer({}, at(move(0, 250), turn(-90))) },
  { name: 'upside down', build: (scene) => scene.layer({}, at(move(250, 200), turn(180))) },
  { name: 'mirrored', build: (scene) => scene.layer({}, at(move(250, 10), FLIP_X)) },
  { name: 'mirrored top to bottom', build: (scene) => scene.layer({}, at(move(10, 200), FLIP_Y)) },
  { name: 'mirrored and turned', build: (scene) => scene.layer({}, at(move(90, 40), turn(-20), FLIP_X)) },
  {
    name: 'skewed by its parent',
    build: (scene) => scene.layer({}, at(move(20, 20)), scene.parent('FRAME', at(move(30, 5), SKEW))),
  },
  {
    name: 'turned in a parent that is skewed and mirrored',
    build: (scene) =>
      scene.layer({}, at(move(50, 0), turn(15)), scene.parent('FRAME', at(move(400, 0), FLIP_X, SKEW))),
  },
  {
    name: 'at a fraction of a unit, of a fractional size',
    build: (scene) => scene.layer({}, { ...at(move(3.37, 8.61)), width: 241.3, height: 177.7 }),
  },
];

const CLIP = { clipsContent: true, width: 170, height: 130 };
const parents: FidelityCase[] = [
  { name: 'a frame that clips', build: (s) => s.layer({}, at(move(-30, -20)), s.parent('FRAME', CLIP)) },
  {
    name: 'frames that clip, one in the other, turned',
    build: (s) =>
      s.layer(
        {},
        at(move(-20, -15)),
        s.parent(
          'FRAME',
          { ...CLIP, ...at(move(20, 20), turn(12)) },
          s.parent('FRAME', { ...CLIP, width: 190 }),
        ),
      ),
  },
  { name: 'a group', build: (s) => s.layer({}, at(move(40, 30)), s.parent('GROUP')) },
  {
    name: 'a group in a group in a turned frame',
    build: (s) =>
      s.layer(
        {},
        at(move(10, 30), turn(-8)),
        s.parent('GROUP', {}, s.parent('GROUP', {}, s.parent('FRAME', at(move(100, 0), turn(25))))),
      ),
  },
  { name: 'a section', build: (s) => s.layer({}, at(move(15, 25)), s.parent('SECTION', at(move(60, 40)))) },
  {
    name: 'a frame in a section',
    build: (s) =>
      s.layer({}, {}, s.parent('FRAME', at(move(9, 9), turn(4)), s.parent('SECTION', at(move(60, 40))))),
  },
  { name: 'a component', build: (s) => s.layer({}, at(move(15, 25)), s.parent('COMPONENT', at(turn(10)))) },
  {
    name: 'an auto-layout row',
    build: (s) => {
      const row = s.parent('FRAME', {
        layoutMode: 'HORIZONTAL',
        hugsContents: true,
        itemSpacing: 9,
        padding: 7,
      });
      s.document.add('RECTANGLE', { fills: [], width: 30, height: 40 }, row);
      const id = s.layer({}, {}, row);
      s.document.add('RECTANGLE', { fills: [], width: 50, height: 20 }, row);
      return id;
    },
  },
  {
    name: 'an auto-layout column in a row, turned',
    build: (s) => {
      const row = s.parent('FRAME', {
        ...at(move(60, 0), turn(18)),
        layoutMode: 'HORIZONTAL',
        hugsContents: true,
        padding: 7,
      });
      const column = s.parent('FRAME', { layoutMode: 'VERTICAL', hugsContents: true, padding: 3 }, row);
      s.document.add('RECTANGLE', { fills: [], width: 30, height: 40 }, column);
      return s.layer({}, {}, column);
    },
  },
  {
    name: 'a group in an auto-layout row',
    build: (s) => {
      const row = s.parent('FRAME', { layoutMode: 'HORIZONTAL', hugsContents: true, padding: 7 });
      s.document.add('RECTANGLE', { fills: [], width: 30, height: 40 }, row);
      return s.layer({}, {}, s.parent('GROUP', {}, row));
    },
  },
  {
    name: 'a group with a mask',
    build: (s) => {
      const group = s.parent('GROUP');
      s.document.add('ELLIPSE', { isMask: true, ...LAYER_SIZE }, group);
      return s.layer({}, {}, group);
    },
  },
  {
    name: 'a frame that is the layer itself, with something in it',
    build: (s) => {
      const id = s.layer({}, { clipsContent: true }, undefined, 'FRAME');
      s.document.add('RECTANGLE', { fills: [], name: 'caption' }, id);
      return id;
    },
  },
  {
    name: 'an instance',
    notice: /inside an instance.*"Card"/,
    build: (s) => s.layer({}, at(move(9, 5)), s.parent('INSTANCE', { name: 'Card', ...at(move(20, 30)) })),
  },
  {
    name: 'an instance that clips, turned',
    notice: /instance/,
    build: (s) =>
      s.layer({}, at(move(-30, -20)), s.parent('INSTANCE', { ...CLIP, ...at(move(90, 10), turn(20)) })),
  },
  {
    name: 'a round frame that clips in an instance, mirrored',
    notice: /instance/,
    build: (s) =>
      s.layer(
        {},
        at(move(-30, -20)),
        s.parent(
          'FRAME',
          { ...CLIP, ...at(move(190, 0), FLIP_X), cornerRadii: [60, 60, 60, 60] },
          s.parent('INSTANCE'),
        ),
      ),
  },
  {
    name: 'an instance in an instance in an auto-layout row',
    notice: /instance.*"Outer"/,
    build: (s) => {
      const row = s.parent('FRAME', { layoutMode: 'HORIZONTAL', hugsContents: true, padding: 7 });
      s.document.add('RECTANGLE', { fills: [], width: 30, height: 40 }, row);
      return s.layer({}, {}, s.parent('INSTANCE', {}, s.parent('INSTANCE', { name: 'Outer' }, row)));
    },
  },
  {
    name: 'a variant of a component set',
    build: (s) => s.layer({}, {}, s.parent('COMPONENT', at(move(5, 5)), s.parent('COMPONENT_SET'))),
  },
];

const path = (data: string) => ({ vectorPaths: [{ windingRule: 'NONZERO' as const, data }], strokes: [] });
const shapes: FidelityCase[] = [
  { name: 'round corners', build: (s) => s.layer({}, { cornerRadii: [60, 60, 60, 60] }) },
  { name: 'round corners of four sizes', build: (s) => s.layer({}, { cornerRadii: [80, 0, 90, 20] }) },
  { name: 'a pill', build: (s) => s.layer({}, { cornerRadii: [999, 999, 999, 999] }) },
  {
    name: 'round corners on a turned crop',
    build: (s) =>
      s.layer(
        { scaleMode: 'CROP', imageTransform: CROPS['turned by 30 degrees']! },
        { cornerRadii: [70, 70, 70, 70], ...at(move(100, 0), turn(33)) },
      ),
  },
  {
    name: 'a round frame',
    build: (s) => s.layer({}, { cornerRadii: [50, 9, 80, 9], clipsContent: true }, undefined, 'FRAME'),
  },
  { name: 'an ellipse', build: (s) => s.layer({}, {}, undefined, 'ELLIPSE') },
  {
    name: 'a turned and mirrored ellipse',
    build: (s) => s.layer({}, at(move(200, 0), turn(40), FLIP_X), undefined, 'ELLIPSE'),
  },
  { name: 'a triangle', build: (s) => s.layer({}, {}, undefined, 'POLYGON') },
  {
    name: 'a convex vector',
    build: (s) => s.layer({}, path('M 60 0 L 240 20 L 200 180 L 0 130 Z'), undefined, 'VECTOR'),
  },
  { name: 'a star', rendered: 'shape', build: (s) => s.layer({}, {}, undefined, 'STAR') },
  {
    name: 'a turned star in a skewed frame',
    rendered: 'shape',
    build: (s) => s.layer({}, at(move(80, 0), turn(20)), s.parent('FRAME', at(SKEW)), 'STAR'),
  },
  {
    name: 'a vector with a dent',
    rendered: 'shape',
    build: (s) =>
      s.layer({}, path('M 0 0 L 240 0 L 240 180 L 170 180 L 170 70 L 0 70 Z'), undefined, 'VECTOR'),
  },
  {
    name: 'a vector in two pieces',
    rendered: 'shape',
    build: (s) =>
      s.layer(
        {},
        path('M 0 0 L 110 0 L 110 180 L 0 180 Z M 150 0 L 240 0 L 240 180 L 150 180 Z'),
        undefined,
        'VECTOR',
      ),
  },
  {
    name: 'a boolean operation',
    rendered: 'shape',
    build: (s) => {
      const id = s.layer({}, { strokes: [] }, undefined, 'BOOLEAN_OPERATION');
      s.document.add('RECTANGLE', { width: 110, height: 180 }, id);
      s.document.add('ELLIPSE', { width: 110, height: 150, ...at(move(130, 15)) }, id);
      return id;
    },
  },
];

const overlay: Paint = { type: 'SOLID', color: { r: 0, g: 0, b: 0 }, opacity: 0.3 };
const fills: FidelityCase[] = [
  {
    name: 'below a colour',
    build: (s) => s.layer({}, { fills: [s.image(), overlay] }),
  },
  {
    name: 'the lower one of two images',
    fillIndex: 0,
    build: (s) => s.layer({}, { fills: [s.image(), s.image({ scaleMode: 'FIT', rotation: 90 })] }),
  },
  {
    name: 'the upper one of two images',
    fillIndex: 1,
    build: (s) => s.layer({}, { fills: [s.image(), s.image({ scaleMode: 'FIT', rotation: 90 })] }),
  },
  {
    name: 'above a hidden image',
    fillIndex: 1,
    build: (s) => s.layer({}, { fills: [s.image({ visible: false }), s.image()] }),
  },
  { name: 'half transparent', build: (s) => s.layer({ opacity: 0.5 }) },
  { name: 'that multiplies', build: (s) => s.layer({ blendMode: 'MULTIPLY', opacity: 0.8 }) },
  { name: 'on a half transparent layer', build: (s) => s.layer({ opacity: 0.8 }, { opacity: 0.5 }) },
  { name: 'on a layer that screens', build: (s) => s.layer({}, { blendMode: 'SCREEN' }) },
];

const adjusted = (name: string, filters: Partial<typeof NO_FILTERS>): FidelityCase => ({
  name,
  rendered: 'filters',
  build: (s) => s.layer({ filters: { ...NO_FILTERS, ...filters } }),
});
const filters: FidelityCase[] = [
  adjusted('exposure', { exposure: 0.6 }),
  adjusted('contrast', { contrast: -0.5 }),
  adjusted('saturation', { saturation: -0.6 }),
  adjusted('temperature', { temperature: 0.4 }),
  adjusted('tint', { tint: -0.5 }),
  adjusted('highlights', { highlights: -0.6 }),
  adjusted('shadows', { shadows: 0.6 }),
  adjusted('all of them', { ...STRONG, temperature: 0.2, tint: 0.2, highlights: 0.2, shadows: -0.2 }),
  {
    name: 'with sliders at zero',
    build: (s) => s.layer({ filters: NO_FILTERS }),
  },
  {
    name: 'on a turned crop in a turned layer, half transparent',
    rendered: 'filters',
    build: (s) =>
      s.layer(
        { scaleMode: 'CROP', imageTransform: CROPS['turned by 30 degrees']!, filters: STRONG, opacity: 0.6 },
        { ...at(move(100, 0), turn(33)), opacity: 0.8 },
      ),
  },
  {
    name: 'on FIT, turned',
    rendered: 'filters',
    build: (s) => s.layer({ scaleMode: 'FIT', rotation: 90, filters: STRONG }),
  },
  {
    name: 'on an image that repeats',
    rendered: 'filters',
    build: (s) => s.layer({ scaleMode: 'TILE', scalingFactor: 0.45, rotation: 90, filters: STRONG }),
  },
  {
    name: 'on an ellipse of fractional size',
    rendered: 'filters',
    build: (s) => s.layer({ filters: STRONG }, { width: 241.3, height: 177.7 }, undefined, 'ELLIPSE'),
  },
  {
    name: 'on a star',
    rendered: 'filters',
    build: (s) => s.layer({ filters: STRONG }, {}, undefined, 'STAR'),
  },
  {
    name: 'in an instance that clips',
    rendered: 'filters',
    notice: /instance/,
    build: (s) => s.layer({ filters: STRONG }, at(move(-30, -20)), s.parent('INSTANCE', CLIP)),
  },
];

const decorated = { strokes: STROKES, strokeWeight: 10, effects: [SHADOW] };
const BLUR: Effect = { type: 'LAYER_BLUR', blurType: 'NORMAL', radius: 12, visible: true };
const decorations: FidelityCase[] = [
  { name: 'a stroke', build: (s) => s.layer({}, { strokes: STROKES, strokeWeight: 12 }) },
  { name: 'a shadow', build: (s) => s.layer({}, { effects: [SHADOW] }) },
  { name: 'a blur', build: (s) => s.layer({}, { effects: [BLUR] }) },
  {
    name: 'stroke and shadow on round corners',
    build: (s) => s.layer({}, { ...decorated, cornerRadii: [50, 50, 50, 50] }),
  },
  {
    name: 'stroke and shadow on an adjusted image',
    rendered: 'filters',
    build: (s) => s.layer({ filters: STRONG }, decorated),
  },
  {
    name: 'stroke, shadow and blur on a star',
    rendered: 'shape',
    build: (s) => s.layer({}, { ...decorated, effects: [SHADOW, BLUR] }, undefined, 'STAR'),
  },
];

const states: FidelityCase[] = [
  { name: 'locked', build: (s) => s.layer({}, { locked: true }) },
  { name: 'in a locked frame', build: (s) => s.layer({}, {}, s.parent('FRAME', { locked: true })) },
  {
    name: 'below a hidden layer',
    build: (s) => {
      const group = s.parent('GROUP');
      const id = s.layer({}, {}, group);
      s.document.add('RECTANGLE', { visible: false }, group);
      return id;
    },
  },
  {
    name: 'locked and adjusted, in the shape of a star',
    rendered: 'filters',
    build: (s) => s.layer({ filters: STRONG }, { locked: true }, undefined, 'STAR'),
  },
];

const sized = (width: number, height: number) => () => testPicture({ width, height });
const sizes: FidelityCase[] = [
  {
    name: '1 x 1, of which the layer crops a part',
    file: sized(1, 1),
    rendered: 'coarse',
    build: (s) => s.layer(),
  },
  {
    name: '7 x 5, larger than life',
    file: sized(7, 5),
    rendered: 'coarse',
    build: (s) => s.layer({}, { cornerRadii: [40, 40, 40, 40] }),
  },
  { name: '480 x 1', file: sized(480, 1), rendered: 'coarse', build: (s) => s.layer({ scaleMode: 'CROP' }) },
  {
    name: '150 x 112, less than a pixel to a unit',
    file: sized(150, 112),
    build: (s) => s.layer({ scaleMode: 'FIT' }),
  },
  { name: '4096 x 4096', file: sized(4096, 4096), kinds: CUTOUT_ONLY, build: (s) => s.layer() },
  {
    name: '4096 x 1024, adjusted',
    file: sized(4096, 1024),
    rendered: 'filters',
    kinds: CUTOUT_ONLY,
    build: (s) => s.layer({ filters: STRONG }, { width: 400, height: 100 }),
  },
  {
    name: '5000 x 600, more than Figma takes',
    file: sized(5000, 600),
    kinds: CUTOUT_ONLY,
    build: (s) => s.layer({}, { width: 500, height: 60 }),
  },
];

const PNG = testPicture({ width: 480, height: 360 });
const file = (name: string, make: FidelityCase['file'], rest: Partial<FidelityCase> = {}): FidelityCase => ({
  name,
  file: make!,
  kinds: CUTOUT_ONLY,
  build: (s) => s.layer({}, at(move(40, 0), turn(10))),
  ...rest,
});
const files: FidelityCase[] = [
  file('JPEG', () => asFile(PNG, toJpeg)),
  file('progressive JPEG', () =>
    asFile(PNG, (image) =>
      image.flatten().jpeg({ quality: 98, progressive: true, chromaSubsampling: '4:4:4' }),
    ),
  ),
  file('CMYK JPEG', () => asFile(PNG, (image) => toJpeg(image).toColourspace('cmyk'))),
  file('GIF', () => asFile(PNG, (image) => image.gif())),
  file('16-bit PNG', () => asFile(PNG, (image) => image.toColourspace('rgb16').png())),
  file('interlaced PNG', () => asFile(PNG, (image) => image.png({ progressive: true }))),
  file('PNG with a palette', () => asFile(PNG, (image) => image.png({ palette: true, colours: 256 }))),
  file('PNG with transparency', () =>
    testPicture({ width: 480, height: 360 }, (u, v) => (u + v < 1.15 ? 255 : 0)),
  ),
];

const orientations: FidelityCase[] = [2, 3, 4, 5, 6, 7, 8].flatMap((orientation) =>
  (['applied', 'ignored'] as const).map((orientationOnCanvas): FidelityCase => {
    // From its size alone, one can tell that Figma has turned a photo that lies on its side.
    const isTold = orientation >= 5 && orientationOnCanvas === 'applied';
    return file(
      `EXIF orientation ${orientation}, ${orientationOnCanvas} on the canvas`,
      () => withOrientation(PNG, orientation),
      {
        prepare: (document) => (document.images.orientation = orientationOnCanvas),
        ...(isTold ? {} : { rendered: 'unreadable' as const }),
      },
    );
  }),
);

const faults: FidelityCase[] = [
  {
    name: 'missing on the server',
    rendered: 'missing',
    prepare: (document, hash) => document.images.withhold(hash),
    build: (s) => s.layer({}, at(move(40, 0), turn(10))),
  },
  {
    name: 'missing, in the shape of a star',
    rendered: 'missing',
    prepare: (document, hash) => document.images.withhold(hash),
    build: (s) => s.layer({}, {}, undefined, 'STAR'),
  },
  {
    name: 'cut short',
    rendered: 'unreadable',
    prepare: (document, hash) => document.images.handOutInstead(hash, PNG.subarray(0, PNG.length >> 1)),
    build: (s) => s.layer(),
  },
  {
    name: 'of an unknown kind',
    rendered: 'unreadable',
    prepare: (document, hash) =>
      document.images.handOutInstead(hash, new TextEncoder().encode('BM or II* or whatever')),
    build: (s) => s.layer({ scaleMode: 'FIT', rotation: 90 }),
  },
];

export const GROUPS: Record<string, readonly FidelityCase[]> = {
  'an image with': [...scaleModes, ...stretched, ...crops],
  'a layer that is': transforms,
  'an image in': parents,
  'an image within': shapes,
  'a fill': fills,
  'an image adjusted by': filters,
  'a layer with': decorations,
  'a layer, ': states,
  'an image of': sizes,
  'a file that is a': [...files, ...orientations],
  'a stored file that is': faults,
};
