import { cacheInvalidator } from '@emporium/functions';
import { resources } from '../../../resources.ts';
import { addresseeEntries } from '../../cached.ts';

export const handler = cacheInvalidator(resources.Cache, [addresseeEntries]);
