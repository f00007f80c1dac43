import { Type } from 'typebox';

export const SafetyIssueRep = Type.Object(
  {
    code: Type.String({ description: 'missing_data_in_new_system or missing_data_in_old_system' }),
    causingRuleId: Type.String({ description: 'The rule whose change is unsafe; fallthrough is the default cohort' }),
    affectedRuleIds: Type.Array(Type.String(), { description: 'The rules whose contexts are concerned' }),
    issue: Type.String({ description: 'What is unsafe, for people' }),
    oldSystemAffected: Type.Boolean({ description: 'Whether it is the old system that lacks data' }),
  },
  { description: 'Something unsafe in a change of a migration flag' },
);
