export { type Described, type Description, describe } from '../define-resources.ts';
export { linkVariable } from '../handles.ts';
export {
  type CreateTableInput,
  createTableInputs,
  type TimeToLiveInput,
  timeToLiveInputs,
} from './create-tables.ts';
export { offlineLinks } from './offline-links.ts';
