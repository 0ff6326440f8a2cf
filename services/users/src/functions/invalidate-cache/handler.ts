import { cacheInvalidator } from '@emporium/functions';
import { resources } from '../../../resources.ts';
import { profileEntries } from '../../cached.ts';

export const handler = cacheInvalidator(resources.Cache, [profileEntries]);
