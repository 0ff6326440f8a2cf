import { cacheInvalidator } from '@emporium/functions';
import { resources } from '../../../resources.ts';
import { orderEntries } from '../../cached.ts';

export const handler = cacheInvalidator(resources.Cache, [orderEntries]);
