import type { ComponentChildren } from 'preact';

/** Drawn on a 16 px grid with 1 px strokes, as Figma's are. */
function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg
      class="icon"
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const icons = {
  undo: (
    <Icon>
      <path d="M5.5 3.5 2.5 6.5l3 3" />
      <path d="M2.5 6.5h7a3.5 3.5 0 0 1 0 7H6" />
    </Icon>
  ),
  redo: (
    <Icon>
      <path d="m10.5 3.5 3 3-3 3" />
      <path d="M13.5 6.5h-7a3.5 3.5 0 0 0 0 7H10" />
    </Icon>
  ),
  clear: (
    <Icon>
      <path d="m4 4 8 8M12 4l-8 8" />
    </Icon>
  ),
  minus: (
    <Icon>
      <path d="M4 8h8" />
    </Icon>
  ),
  plus: (
    <Icon>
      <path d="M4 8h8M8 4v8" />
    </Icon>
  ),
  image: (
    <Icon>
      <rect x="2.5" y="2.5" width="11" height="11" rx="1.5" />
      <circle cx="6" cy="6" r="1" />
      <path d="m3 12 3.5-3.5 2 2L11 8l2.5 2.5" />
    </Icon>
  ),
  cutout: (
    <Icon>
      <path d="M2.5 5V4A1.5 1.5 0 0 1 4 2.5h1M11 2.5h1A1.5 1.5 0 0 1 13.5 4v1M13.5 11v1a1.5 1.5 0 0 1-1.5 1.5h-1M5 13.5H4A1.5 1.5 0 0 1 2.5 12v-1" />
      <circle cx="8" cy="6.5" r="1.75" />
      <path d="M4.75 11.5a3.25 3.25 0 0 1 6.5 0" />
    </Icon>
  ),
  subject: (
    <Icon>
      <path d="M8 2.5 9.25 6.75 13.5 8 9.25 9.25 8 13.5 6.75 9.25 2.5 8 6.75 6.75z" />
    </Icon>
  ),
  vector: (
    <Icon>
      <path d="M4.5 11.5C4.5 7 7 4.5 11.5 4.5" />
      <rect x="2.5" y="11.5" width="3" height="3" transform="translate(.5 -.5)" />
      <rect x="10.5" y="2.5" width="3" height="3" />
    </Icon>
  ),
  'mask-group': (
    <Icon>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />
    </Icon>
  ),
  warning: (
    <Icon>
      <path d="M8 2.5 14 13H2z" />
      <path d="M8 6.5v3M8 11.25v.01" />
    </Icon>
  ),
  select: (
    <Icon>
      <path d="m3.5 3 9.5 3.75-4.25 1.5L7.25 12.5z" />
    </Icon>
  ),
  add: (
    <Icon>
      <path d="M13 3 7 9M5.5 8.5c1.25 0 2 .75 2 2 0 1.75-1.5 3-5 3 .75-.75.75-1.5.75-2.5 0-1.5.75-2.5 2.25-2.5z" />
      <path d="M10.5 12h4M12.5 10v4" />
    </Icon>
  ),
  erase: (
    <Icon>
      <path d="m2.5 10 6.75-6.75a1 1 0 0 1 1.5 0l2.5 2.5a1 1 0 0 1 0 1.5L7.5 13H5zM6 6.5 10 10.5M7.5 13h6" />
    </Icon>
  ),
  invert: (
    <Icon>
      <path
        d="M4 2.5h8A1.5 1.5 0 0 1 13.5 4v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 12V4A1.5 1.5 0 0 1 4 2.5zM8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"
        fill="currentColor"
        fill-rule="evenodd"
        stroke="none"
      />
    </Icon>
  ),
  settings: (
    <Icon>
      <path d="M2.5 5h5M11.5 5h2M2.5 11h2M8.5 11h5" />
      <circle cx="9.5" cy="5" r="1.75" />
      <circle cx="6.5" cy="11" r="1.75" />
    </Icon>
  ),
  check: (
    <Icon>
      <path d="m3.5 8.5 3 3 6-7" />
    </Icon>
  ),
} as const;
