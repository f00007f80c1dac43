import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Static } from 'typebox';
import { canonicalKey, parseContext } from '../../../domain/evaluation/context.ts';
import type { ContextCollection } from '../../../wire/rest/contexts.ts';
import { apiPath, request } from '../../api/request.ts';
import type { ClausePlace } from '../../targeting/clause-editor.tsx';

const MOST = 20;

interface Props {
  readonly place: ClausePlace;
  /** Gets the context as JSON. */
  readonly onChoose: (context: string) => void;
}

/** The contexts that SDKs have told of lately, to try a flag on; nothing where there are none. */
export function SeenContexts({ place: { projectKey, environmentKey }, onChoose }: Props) {
  const path = ['projects', projectKey, 'environments', environmentKey, 'contexts', 'search'];
  const { data } = useQuery({
    queryKey: path,
    queryFn: ({ signal }) =>
      request<Static<typeof ContextCollection>>(apiPath(...path), { method: 'POST', body: { limit: MOST }, signal }),
  });
  const contexts = new Map(
    data?.items.map(({ context }) => [canonicalKey(parseContext(context)), JSON.stringify(context, undefined, 2)]),
  );
  if (contexts.size === 0) return null;
  return (
    <Select
      aria-label="Try a context that was seen lately"
      placeholder="Seen lately"
      data={[...contexts.keys()]}
      value={null}
      onChange={(key) => onChoose(contexts.get(key ?? '') ?? '')}
      searchable
    />
  );
}
