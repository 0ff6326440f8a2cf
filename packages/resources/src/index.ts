export { type Described, type Description, defineResources, type Resources } from './define-resources.ts';
export * from './definitions.ts';
export type { Attributes, Handle, TableHandle } from './handles.ts';
