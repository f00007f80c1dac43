import { Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Context, parseContext } from '../../../domain/evaluation/context.ts';
import { jsonEquals } from '../../../domain/json.ts';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { remember, remembered } from '../../shell/remembered.ts';
import type { ClausePlace } from '../../targeting/clause-editor.tsx';
import { ErrorNotice, messageOf } from '../../ui/error-notice.tsx';
import { VariationLabel } from '../../ui/variation.tsx';
import type { Draft } from './draft.ts';
import classes from './flag.module.css';
import { SeenContexts } from './seen-contexts.tsx';
import { simulate, type Simulated } from './simulate.ts';
import { NO_SURROUNDINGS, readSurroundings } from './surroundings.ts';
import { useReadiness } from './use-patterns.ts';

const EXAMPLE = '{\n  "kind": "user",\n  "key": "example-user",\n  "country": "de"\n}';

interface Props {
  readonly place: ClausePlace;
  readonly flag: FlagRep;
  readonly stored: Draft;
  readonly draft: Draft;
  readonly salt: string;
  readonly needed: ReadonlyMap<string, FlagRep>;
}

/** What a context would get, and why: now, and with the draft. */
export function Preview({ place, flag, stored, draft, salt, needed }: Props) {
  const [text, setText] = useState(remembered('preview') ?? EXAMPLE);
  const write = (written: string) => {
    setText(written);
    remember('preview', written);
  };
  const read = readContext(text);
  const [asked] = useDebouncedValue(text, 300);
  const surroundings = useSurroundings(place, asked, [...needed.keys()]);
  const isReady = useReadiness(stored, draft);
  const result = (one: Draft) =>
    isReady &&
    read.context &&
    simulate(flag, one, { salt, needed, context: read.context, surroundings: surroundings.data ?? NO_SURROUNDINGS });
  const [now, then] = [result(stored), result(draft)];
  return (
    <aside className={classes['preview']} aria-label="Preview">
      <h2>Who would get what</h2>
      <SeenContexts place={place} onChoose={write} />
      <Textarea
        label="Context"
        description="As an SDK would send it"
        classNames={{ input: classes['code'] ?? '' }}
        spellCheck={false}
        value={text}
        error={read.problem}
        onChange={(event) => write(event.currentTarget.value)}
      />
      {surroundings.error && <ErrorNotice error={surroundings.error} onRetry={() => void surroundings.refetch()} />}
      {then && <Result flag={flag} title={now && differ(now, then) ? 'With your changes' : 'Gets'} result={then} />}
      {now && then && differ(now, then) && <Result flag={flag} title="Now" result={now} />}
    </aside>
  );
}

function Result({ flag, title, result }: { flag: FlagRep; title: string; result: Simulated }) {
  const { variationIndex } = result.evaluation;
  return (
    <div className={classes['result']} aria-live="polite">
      <span className={classes['resultTitle']}>{title}</span>
      {variationIndex === null ? (
        <strong>the default of the code</strong>
      ) : (
        <strong>
          <VariationLabel variation={flag.variations[variationIndex]} index={variationIndex} />
        </strong>
      )}
      <p>{result.words}</p>
    </div>
  );
}

const differ = (one: Simulated, other: Simulated) =>
  one.words !== other.words || !jsonEquals(one.evaluation.value, other.evaluation.value);

function readContext(text: string): { context?: Context; problem?: string } {
  try {
    return { context: parseContext(JSON.parse(text)) };
  } catch (error) {
    return { problem: error instanceof SyntaxError ? 'Expected JSON' : messageOf(error) };
  }
}

function useSurroundings(place: ClausePlace, text: string, flagKeys: readonly string[]) {
  return useQuery({
    queryKey: ['projects', place.projectKey, 'environments', place.environmentKey, 'surroundings', text, ...flagKeys],
    enabled: readContext(text).context !== undefined,
    queryFn: ({ signal }) => readSurroundings(place, JSON.parse(text), flagKeys, signal),
  });
}
