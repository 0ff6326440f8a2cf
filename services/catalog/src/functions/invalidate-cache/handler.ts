import { cacheInvalidator } from '@emporium/functions';
import { resources } from '../../../resources.ts';
import { productEntries } from '../../cached.ts';

export const handler = cacheInvalidator(resources.Cache, [productEntries]);
