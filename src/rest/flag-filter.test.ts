import { describe, expect, it } from 'vitest';
import { anEnvironment } from '../../tests/support/builders/an-environment.ts';
import type { FlagFilter } from '../store/flag-conditions.ts';
import { EVALUATED_KINDS_MS, type FlagFilterQuery, parseFlagFilter } from './flag-filter.ts';

const NOW = 1_790_000_000_000;
const TEST = anEnvironment();
const PRODUCTION = anEnvironment({ id: 'production-id', key: 'production' });

const parse = (query: FlagFilterQuery) => parseFlagFilter(query, [PRODUCTION, TEST], NOW);
/** What a filter says beyond the filter of a list that nothing was asked of. */
const filterOf = (query: FlagFilterQuery) => {
  const all: FlagFilter = { states: ['live', 'deprecated'], queries: [], tags: [] };
  const said = Object.entries(parse(query).filter).filter(
    ([name, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(all[name as keyof FlagFilter]),
  );
  return Object.fromEntries(said);
};

describe('the filter of flags', () => {
  it('leaves archived flags out when nothing is said', () => {
    expect(parse({})).toMatchObject({ filter: { states: ['live', 'deprecated'], queries: [], tags: [] } });
    expect(filterOf({})).toEqual({});
    expect(filterOf({ filter: '', tag: '', query: '' })).toEqual({});
  });

  it.each<[string, Partial<FlagFilter>]>([
    ['query:Dark MODE', { queries: ['dark mode'] }],
    ['query:a:b', { queries: ['a:b'] }],
    ['tags:beta', { tags: ['beta'] }],
    ['tags:beta+Test+beta', { tags: ['beta', 'Test'] }],
    ['tags:beta  Test', { tags: ['beta', 'Test'] }],
    ['state:live', { states: ['live'] }],
    ['state:archived', { states: ['archived'] }],
    ['archived:true', { states: ['archived'] }],
    ['archived:1', { states: ['archived'] }],
    ['archived:false', {}],
    ['archived:false,state:deprecated', { states: ['deprecated'] }],
    ['archived:true,state:deprecated', { states: [] }],
    ['type:temporary', { isTemporary: true }],
    ['type:permanent', { isTemporary: false }],
    ['maintainerId:m', { maintainerId: 'm' }],
    ['maintainerTeamKey:t', { maintainerTeamKey: 't' }],
    ['creationDate:{"before":5}', { createdBefore: 5 }],
    ['creationDate:{"before":5,"after":0}', { createdBefore: 5, createdAfter: 0 }],
    ['sdkAvailability:anyClient', { availability: 'anyClient' }],
    ['purpose:migration', { isMigration: true }],
    ['purpose:all', {}],
    ['purpose:all+!(holdout)', {}],
    ['purpose:!(holdout)', {}],
    ['purpose:!(migration)', { isMigration: false }],
    ['purpose:all+!(migration)+!(holdout)', { isMigration: false }],
    ['purpose:migration+holdout', { isMigration: true }],
    ['purpose:holdout', { isImpossible: true }],
    ['purpose:migration+!(all)', { isImpossible: true }],
    ['releasePipeline:p', { releasePipelineKey: 'p' }],
    ['evaluated:{"after":7},filterEnv:test', { evaluatedSince: 7, environmentId: 'test-id' }],
    ['contextKindsEvaluated:user+org', { evaluatedKinds: { kinds: ['user', 'org'], since: NOW - EVALUATED_KINDS_MS } }],
    ['applicationEvaluated:com.shop', { evaluatedByApplication: 'com.shop' }],
    ['segmentTargeted:vip,filterEnv:production', { segmentKey: 'vip', environmentId: 'production-id' }],
    ['contextKindTargeted:org', { contextKind: 'org' }],
    ['codeReferences.min:0,codeReferences.max:0', { minCodeReferences: 0, maxCodeReferences: 0 }],
    ['codeReferences.min:1', { minCodeReferences: 1 }],
    ['hasExperiment:false', {}],
    ['hasExperiment:true', { isImpossible: true }],
    ['guardedRollout:rolledBack', { guardedRollout: 'rolledBack' }],
    ['followerId:m', { followerId: 'm' }],
    ['query:a, type:permanent , tags:x', { queries: ['a'], isTemporary: false, tags: ['x'] }],
  ])('reads %s', (filter, expected) => {
    expect(filterOf({ filter })).toEqual(expected);
  });

  it('joins the older parameters to it', () => {
    expect(filterOf({ filter: 'tags:a', tag: 'b' })).toEqual({ tags: ['a', 'b'] });
    expect(filterOf({ tag: 'a+b' })).toEqual({ tags: ['a', 'b'] });
    expect(filterOf({ filter: 'query:A', query: 'B' })).toEqual({ queries: ['a', 'b'] });
    expect(filterOf({ archived: true })).toEqual({ states: ['archived'] });
    expect(filterOf({ archived: false, filter: 'state:live' })).toEqual({ states: ['live'] });
    expect(filterOf({ archived: true, filter: 'state:live' })).toEqual({ states: [] });
    expect(filterOf({ archived: true, filter: 'archived:false' })).toEqual({ states: [] });
  });

  it('hands on the environment and the status', () => {
    expect(parse({ filter: 'status:launched,filterEnv:test' })).toMatchObject({
      status: 'launched',
      environment: TEST,
    });
    expect(parse({}).status).toBeUndefined();
    expect(parse({}).environment).toBeUndefined();
  });

  it.each([
    ['color:red', 'filter: "color:red" is not a known filter; expected applicationEvaluated:value, archived:value'],
    ['hasDataExport:true', 'filter: "hasDataExport:true" is not a known filter'],
    ['Query:a', 'filter: "Query:a" is not a known filter'],
    ['!query:a', 'filter: "!query:a" is not a known filter'],
    ['beta', 'filter: "beta" is not a known filter'],
    ['query:', 'filter: expected a value for query, got nothing'],
    ['type:temporary,type:permanent', 'filter: expected type once, got it twice'],
    ['tags:+', 'filter: tags: expected words joined by +, got "+"'],
    [`tags:${'a+'.repeat(21)}`, 'filter: tags: expected at most 20 words joined by +, got 21'],
    ['state:gone', 'filter: state: expected one of live, deprecated, archived, got "gone"'],
    ['archived:yes', 'filter: archived: expected one of true, false, 1, 0, got "yes"'],
    ['type:Temporary', 'filter: type: expected one of temporary, permanent, got "Temporary"'],
    ['sdkAvailability:all', 'filter: sdkAvailability: expected one of client, mobile, anyClient, server, got "all"'],
    ['purpose:odd', 'filter: purpose: expected migration, holdout or all, with !(…) for not, got "odd"'],
    ['purpose:all+!(holdout', 'filter: purpose: expected migration, holdout or all, with !(…) for not'],
    ['purpose:toString', 'filter: purpose: expected migration, holdout or all, with !(…) for not, got "toString"'],
    ['creationDate:5', 'filter: creationDate: expected an object such as {"before":1690527600000}, got "5"'],
    ['creationDate:{}', 'filter: creationDate: expected an object such as {"before":1690527600000}, got "{}"'],
    ['creationDate:[1]', 'filter: creationDate: expected an object such as {"before":1690527600000}, got "[1]"'],
    ['creationDate:{"before":1,"at":2}', 'filter: creationDate: expected an object such as {"before":1690527600000}'],
    ['creationDate:{"before":"1"}', 'filter: creationDate.before: expected a whole number, got "1"'],
    ['creationDate:{"after":null}', 'filter: creationDate.after: expected a whole number, got null'],
    ['creationDate:{"before":1e300}', 'filter: creationDate.before: expected a whole number, got 1e+300'],
    ['evaluated:{"before":1},filterEnv:test', 'filter: evaluated: expected an object such as {"after":1690527600000}'],
    [
      'evaluated:{"after":1}',
      'filter: filterEnv: expected the key of the environment that evaluated is about, got nothing',
    ],
    ['status:new', 'filter: filterEnv: expected the key of the environment that status is about, got nothing'],
    ['status:old,filterEnv:test', 'filter: status: expected one of new, active, inactive, launched, got "old"'],
    [
      'filterEnv:staging',
      'filter: filterEnv: expected the key of an environment, one of production, test, got "staging"',
    ],
    ['codeReferences.min:-1', 'filter: codeReferences.min: expected a whole number of at least 0, got "-1"'],
    ['codeReferences.max:1.5', 'filter: codeReferences.max: expected a whole number of at least 0, got "1.5"'],
    ['hasExperiment:maybe', 'filter: hasExperiment: expected one of true, false, 1, 0, got "maybe"'],
    [
      'guardedRollout:odd',
      'filter: guardedRollout: expected one of any, monitoring, regressed, rolledBack, completed, archived, got "odd"',
    ],
  ])('refuses %s', (filter, message) => {
    expect(() => parse({ filter })).toThrow(message);
  });

  it('refuses a tag parameter with words without end', () => {
    expect(() => parse({ tag: 'a+'.repeat(21) })).toThrow('tag: expected at most 20 words joined by +, got 21');
  });
});
