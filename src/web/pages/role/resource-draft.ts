import type { Access, Specified } from '../../../domain/access/resource.ts';

/** A resource that is put together part by part. */
export interface ResourceDraft {
  readonly types: string;
  readonly project: string;
  readonly environment: string;
  /** Key or id of the thing itself. */
  readonly name: string;
  /** Whose token it is, where it is one. */
  readonly member: string;
  readonly tags: readonly string[];
}

export const BLANK_RESOURCE: ResourceDraft = {
  types: 'proj:env:flag',
  project: '',
  environment: '',
  name: '',
  member: '',
  tags: [],
};

/** The parts of a resource with their names. @param blank stands for what is not given */
function partsOf(
  { types, project, environment, name, member }: ResourceDraft,
  blank: string,
): readonly (readonly [string, string])[] {
  const all = types.split(':');
  return all.map((type, index) => {
    const around: Readonly<Record<string, string>> = { proj: project, env: environment, member };
    const isLast = index === all.length - 1;
    const given = type === 'proj' || type === 'env' || !isLast ? around[type] : name;
    return [type, (given ?? '').trim() || blank];
  });
}

/** As policies write it, such as `proj/default:env/*:flag/*;beta`. */
export function toSpecifier(draft: ResourceDraft): string {
  if (draft.types === 'acct') return 'acct';
  const tags = draft.tags.length === 0 ? '' : `;${draft.tags.join(',')}`;
  return `${partsOf(draft, '*')
    .map(([type, name]) => `${type}/${name}`)
    .join(':')}${tags}`;
}

/** What is asked of a role: an action on one thing, with what policies may know of its parts. */
export function toAccess(
  draft: ResourceDraft,
  action: string,
  { project, environment }: { readonly project?: Specified | undefined; readonly environment?: Specified | undefined },
): Access {
  if (draft.types === 'acct') return { action, resource: 'acct' };
  const parts = partsOf(draft, 'any');
  const traits = parts.map(([type], index) => {
    const known = type === 'proj' ? project : type === 'env' ? environment : undefined;
    const tags = [...(known?.tags ?? []), ...(index === parts.length - 1 ? draft.tags : [])];
    return { tags, ...(known?.critical && { critical: true }) };
  });
  return { action, resource: parts.map(([type, name]) => `${type}/${name}`).join(':'), traits };
}
