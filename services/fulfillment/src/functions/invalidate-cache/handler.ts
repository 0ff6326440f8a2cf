import { cacheInvalidator } from '@emporium/functions';
import { resources } from '../../../resources.ts';
import { stockEntries } from '../../cached.ts';

export const handler = cacheInvalidator(resources.Cache, [stockEntries]);
