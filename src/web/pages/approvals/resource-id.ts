/** What an approval request is about. */
export interface RequestSubject {
  readonly kind: string;
  readonly key: string;
  readonly projectKey: string;
  /** `*` where all are meant. */
  readonly environmentKey: string;
}

/** Reads an id such as `proj/p:env/e:flag/f`. */
export function readResourceId(id: string): RequestSubject {
  const parts = id.split(':').map((part) => {
    const [kind = '', ...rest] = part.split('/');
    return { kind, key: rest.join('/').split(';')[0] ?? '' };
  });
  const keyOf = (kind: string) => parts.find((part) => part.kind === kind)?.key ?? '';
  const last = parts.at(-1) ?? { kind: '', key: '' };
  return { ...last, projectKey: keyOf('proj'), environmentKey: keyOf('env') };
}
