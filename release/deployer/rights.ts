import type { Right } from './right.ts';
import { compute } from './rights-compute.ts';
import { data } from './rights-data.ts';
import { network } from './rights-network.ts';

/**
 * What CloudFormation does in the deployer's name, by type of resource: to create, read, update and delete it, and to
 * tag it, which it does by itself with the stack's name.
 */
export const rights: Readonly<Record<string, readonly Right[]>> = { ...compute, ...data, ...network };
