import { expect, test } from '@jest/globals';
import { DomainError } from './domain-error.ts';

test('is named by its constructor', () => {
  const error = new DomainError('OutOfStock', { sku: 'MUG' }, 'There is too little of MUG.');
  expect(error).toMatchObject({
    name: 'OutOfStock',
    data: { sku: 'MUG' },
    message: 'There is too little of MUG.',
  });
  expect(new DomainError('Gone')).toMatchObject({ name: 'Gone', data: {}, detail: undefined });
});
