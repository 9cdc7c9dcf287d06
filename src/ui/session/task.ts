/** What the window is used for: one object, or the whole image as layers. */
export const TASKS = ['object', 'everything'] as const;
export type Task = (typeof TASKS)[number];
