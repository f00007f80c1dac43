import { BETA } from '../headers.ts';
import { deletersOf, IN_PROJECT } from './roles.ts';
import { json, type Row } from './row.ts';

const FLAG_DEFAULTS = {
  tags: ['ui'],
  temporary: false,
  defaultClientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
  booleanDefaults: {
    trueDisplayName: 'Yes',
    falseDisplayName: 'No',
    trueDescription: '',
    falseDescription: '',
    onVariation: 0,
    offVariation: 1,
  },
};

/** Operations on projects and environments. */
export const PROJECT_ROWS: readonly Row[] = [
  {
    name: 'create a project',
    may: IN_PROJECT,
    request: ({ spare }) => ({ method: 'POST', path: 'projects', body: { key: `new-${spare}`, name: 'New' } }),
  },
  {
    name: 'rename a project',
    may: IN_PROJECT,
    request: ({ project }) => ({ ...json('/name', 'Other'), path: `projects/${project}` }),
  },
  {
    name: 'delete a project',
    may: ['admin', 'careful'],
    request: ({ project }) => ({ method: 'DELETE', path: `projects/${project}` }),
  },
  {
    name: 'set flag defaults',
    may: IN_PROJECT,
    request: ({ project }) => ({ ...json('/temporary', false), path: `projects/${project}/flag-defaults` }),
  },
  {
    name: 'create an environment',
    may: IN_PROJECT,
    request: ({ project }) => ({
      method: 'POST',
      path: `projects/${project}/environments`,
      body: { key: 'stage', name: 'Stage', color: '000000' },
    }),
  },
  {
    name: 'create a critical environment',
    may: ['writer', 'admin', 'keeper', 'manager'],
    request: ({ project }) => ({
      method: 'POST',
      path: `projects/${project}/environments`,
      body: { key: 'stage', name: 'Stage', color: '000000', critical: true },
    }),
  },
  {
    name: 'rename a critical environment',
    may: ['writer', 'admin', 'keeper', 'manager'],
    request: ({ project }) => ({ ...json('/name', 'Live'), path: `projects/${project}/environments/production` }),
  },
  {
    name: 'reset the SDK key of another environment',
    may: IN_PROJECT,
    request: ({ project }) => ({ method: 'POST', path: `projects/${project}/environments/test/apiKey` }),
  },
  {
    name: 'delete an environment',
    may: deletersOf(IN_PROJECT),
    request: ({ project }) => ({ method: 'DELETE', path: `projects/${project}/environments/test` }),
  },
  {
    name: 'set all flag defaults',
    may: IN_PROJECT,
    request: ({ project }) => ({ method: 'PUT', path: `projects/${project}/flag-defaults`, body: FLAG_DEFAULTS }),
  },
  {
    name: 'reset the mobile key of another environment',
    may: IN_PROJECT,
    request: ({ project }) => ({ method: 'POST', path: `projects/${project}/environments/test/mobileKey` }),
  },
  {
    name: 'set who approves of changes in another environment',
    may: IN_PROJECT,
    request: ({ project }) => ({
      method: 'PATCH',
      path: `approval-requests/projects/${project}/settings`,
      headers: BETA,
      body: { environmentKey: 'test', resourceKind: 'flag', required: true },
    }),
  },
];
