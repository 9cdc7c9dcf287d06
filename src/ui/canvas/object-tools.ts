/** What the pointer does while one object is at work: clicks and boxes, or a brush on the mask. */
export const TOOLS = ['select', 'add', 'erase'] as const;
export type ObjectToolName = (typeof TOOLS)[number];
