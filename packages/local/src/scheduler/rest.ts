import type { Api } from '../cloud.ts';
import { invalid } from './definition.ts';

/** The actions on one schedule or group, by method. */
const ON_SCHEDULE: Readonly<Record<string, string>> = {
  POST: 'CreateSchedule',
  GET: 'GetSchedule',
  PUT: 'UpdateSchedule',
  DELETE: 'DeleteSchedule',
};
const ON_GROUP: Readonly<Record<string, string>> = {
  POST: 'CreateScheduleGroup',
  GET: 'GetScheduleGroup',
  DELETE: 'DeleteScheduleGroup',
};

const parse = (body: Buffer): object => {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString()) as object;
  } catch {
    return invalid('The request body is not JSON.');
  }
};

/** Which action a request asks for. `GroupName` and `ClientToken` come in the query where there is no body. */
export const route: NonNullable<Api['route']> = ({ method, path, query, body }) => {
  const [, collection, encoded] = /^\/(schedules|schedule-groups)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (collection === undefined) return undefined;
  const parameter = (name: string) => query.get(name) ?? undefined;
  if (encoded === undefined) {
    if (method !== 'GET') return undefined;
    return {
      action: collection === 'schedules' ? 'ListSchedules' : 'ListScheduleGroups',
      input: {
        GroupName: parameter('ScheduleGroup'),
        NamePrefix: parameter('NamePrefix'),
        State: parameter('State'),
        MaxResults: query.has('MaxResults') ? Number(query.get('MaxResults')) : undefined,
        NextToken: parameter('NextToken'),
      },
    };
  }
  const action = (collection === 'schedules' ? ON_SCHEDULE : ON_GROUP)[method];
  if (action === undefined) return undefined;
  const fromQuery = {
    ...(query.has('groupName') && { GroupName: query.get('groupName') }),
    ...(query.has('clientToken') && { ClientToken: query.get('clientToken') }),
  };
  return { action, input: { ...parse(body), ...fromQuery, Name: decodeURIComponent(encoded) } };
};
