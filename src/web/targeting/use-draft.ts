import { useState } from 'react';

/** What somebody is about to change, and what it was when they began. */
interface Session<Draft> {
  readonly base: Draft;
  readonly version: number;
  readonly draft: Draft;
}

/**
 * A draft that begins with what is stored and stays as it is when somebody else stores something meanwhile.
 * @param version of what is stored
 */
export function useDraft<Draft>(stored: Draft, version: number) {
  const [session, setSession] = useState<Session<Draft>>();
  const { base, draft } = session ?? { base: stored, draft: stored };
  return {
    base,
    draft,
    /** Whether what is stored has changed since the draft was begun. */
    isBehind: session !== undefined && session.version !== version,
    change: (changes: Partial<Draft>) =>
      setSession((before) => ({
        base: before?.base ?? stored,
        version: before?.version ?? version,
        draft: { ...(before?.draft ?? stored), ...changes },
      })),
    discard: () => setSession(undefined),
  };
}
