import { TagsInput, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { PipelineDraft } from './draft.ts';
import classes from './pipelines.module.css';
import type { ProblemAt } from './problems.ts';

interface Props {
  readonly draft: PipelineDraft;
  readonly onChange: (draft: PipelineDraft) => void;
  readonly problemAt: ProblemAt;
  /** What stands beside the name. */
  readonly children?: ReactNode;
}

/** What a pipeline is called and says of itself. */
export function PipelineTexts({ draft, onChange, problemAt, children }: Props) {
  return (
    <section className={classes['texts']} aria-label="About the pipeline">
      <TextInput
        label="Name"
        placeholder="Careful"
        maxLength={256}
        value={draft.name}
        error={problemAt('name')}
        onChange={(event) => onChange({ ...draft, name: event.currentTarget.value })}
      />
      {children}
      <TagsInput
        label="Tags"
        value={[...draft.tags]}
        error={problemAt('tags')}
        splitChars={[',', ' ']}
        onChange={(tags) => onChange({ ...draft, tags })}
      />
      <Textarea
        className={classes['wide'] ?? ''}
        label="Description"
        placeholder="Which flags should go this way"
        minRows={1}
        value={draft.description}
        error={problemAt('description')}
        onChange={(event) => onChange({ ...draft, description: event.currentTarget.value })}
      />
    </section>
  );
}
