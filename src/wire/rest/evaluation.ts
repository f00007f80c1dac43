import { type Static, Type } from 'typebox';
import { Links } from './common.ts';

export const ContextBody = Type.Unknown({ description: 'A context, of one kind or of several' });

export const EvaluationRep = Type.Object({
  name: Type.String(),
  key: Type.String(),
  _value: Type.Unknown({ description: 'null where code gets its own default' }),
  reason: Type.Object({
    kind: Type.String({ description: 'OFF, FALLTHROUGH, TARGET_MATCH, RULE_MATCH, PREREQUISITE_FAILED or ERROR' }),
    ruleIndex: Type.Optional(Type.Integer()),
    ruleID: Type.Optional(Type.String()),
    prerequisiteKey: Type.Optional(Type.String()),
    inExperiment: Type.Optional(Type.Boolean()),
    errorKind: Type.Optional(Type.String()),
  }),
  _links: Links,
});
export type EvaluationRep = Static<typeof EvaluationRep>;

export const EvaluationCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(EvaluationRep),
});

export const SegmentMembershipList = Type.Object({
  _links: Links,
  items: Type.Array(
    Type.Object({
      name: Type.String(),
      key: Type.String(),
      description: Type.String(),
      unbounded: Type.Boolean(),
      external: Type.String(),
      isMember: Type.Boolean(),
      isIndividuallyTargeted: Type.Boolean(),
      isRuleTargeted: Type.Boolean(),
      _links: Links,
    }),
  ),
});
