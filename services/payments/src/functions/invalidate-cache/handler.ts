import { cacheInvalidator } from '@emporium/functions';
import { resources } from '../../../resources.ts';
import { historyEntries } from '../../cached.ts';

export const handler = cacheInvalidator(resources.Cache, [historyEntries]);
