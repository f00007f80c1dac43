import { Type } from 'typebox';
import { Link, Links } from './common.ts';

const place = {
  key: Type.String(),
  name: Type.String(),
  _links: Links,
  _site: Link,
};

export const EnvironmentFlagParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  environmentKey: Type.String({ description: 'The environment key' }),
  flagKey: Type.String({ description: 'The flag key' }),
});

export const DependentFlags = Type.Object(
  { _links: Links, _site: Link, items: Type.Array(Type.Object(place)) },
  { description: 'Flags that have a flag as prerequisite in an environment' },
);

export const DependentFlagsEverywhere = Type.Object(
  {
    _links: Links,
    _site: Link,
    items: Type.Array(
      Type.Object({ key: Type.String(), name: Type.String(), environments: Type.Array(Type.Object(place)) }),
    ),
  },
  { description: 'Flags that have a flag as prerequisite, with the environments where they do' },
);
