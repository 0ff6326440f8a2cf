import type { MiddlewareObj } from '@middy/core';
import jsonBodyParser from '@middy/http-json-body-parser';
import { MAX_FAULTS, MAX_FIELD } from '../validation.ts';
import type { HttpEvent } from './input.ts';
import { HttpProblem, invalidRequest } from './problem.ts';

/** The largest body an API of this shop has a use for. Lambda itself takes 6 MB. */
const MAX_BODY_BYTES = 256 * 1024;

/** How deep a body may nest: deeper than any schema here, far less than what upsets a recursive walk. */
const MAX_DEPTH = 32;

const isTooDeep = (value: unknown, depth = 0): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth >= MAX_DEPTH || Object.values(value).some((child) => isTooDeep(child, depth + 1)));

const bracketsTooDeep = (text: string): boolean => {
  // JSON.parse with a reviver recurses, so absurd nesting has to be found before. Brackets in texts count too;
  // that only matters for a text with thousands of them.
  let depth = 0;
  for (const char of text) {
    if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth -= 1;
    if (depth > 1000) return true;
  }
  return false;
};

const tooDeep = () => new HttpProblem(400, 'Invalid body', `The body nests deeper than ${MAX_DEPTH} levels.`);

/** The fields whose text ends in half a character (a lone surrogate): no UTF-8 can hold it, and so no table. */
const brokenTexts = (value: unknown, field = ''): string[] => {
  if (typeof value === 'string') return value.isWellFormed() ? [] : [field];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key.isWellFormed() ? brokenTexts(child, field === '' ? key : `${field}.${key}`) : [field],
  );
};

const statusOf = (error: unknown) => (error as { statusCode?: number }).statusCode;

/** Parses the JSON body, and turns what can't be parsed into the problem that says why. */
export const jsonBody = (): MiddlewareObj<HttpEvent> => {
  const parser = jsonBodyParser();
  return {
    before: async (request) => {
      const { body, isBase64Encoded } = request.event;
      if (typeof body !== 'string' || body === '') {
        throw new HttpProblem(400, 'Invalid body', 'A JSON body is missing.');
      }
      const bytes = Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8');
      if (bytes > MAX_BODY_BYTES) {
        throw new HttpProblem(413, 'Body too large', `The body may have ${MAX_BODY_BYTES} bytes at most.`);
      }
      if (bracketsTooDeep(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body)) throw tooDeep();
      try {
        await parser.before?.(request as never);
      } catch (error) {
        if (statusOf(error) === 415) {
          throw new HttpProblem(415, 'Unsupported media type', 'The content type must be application/json.');
        }
        if (statusOf(error) === 422)
          throw new HttpProblem(400, 'Invalid body', 'The body is not valid JSON.');
        throw error;
      }
      if (isTooDeep(request.event.body)) throw tooDeep();
      const broken = brokenTexts(request.event.body);
      if (broken.length > 0) {
        const errors = broken.slice(0, MAX_FAULTS).map((field) => ({
          field: field.slice(0, MAX_FIELD) || 'body',
          message: 'must be well-formed Unicode text',
        }));
        throw invalidRequest(errors);
      }
    },
  };
};
