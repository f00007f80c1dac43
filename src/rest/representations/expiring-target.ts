import type { ExpiringTarget } from '../../domain/flag/flag.ts';
import type { ExpiringTargetRep } from '../../wire/rest/expiring-target.ts';

/** The flag and environment of a target, by their keys. */
export interface TargetPlace {
  readonly projectKey: string;
  readonly flagKey: string;
  readonly environmentKey: string;
}

export function toExpiringTargetRep(target: ExpiringTarget, place: TargetPlace): ExpiringTargetRep {
  const { contextKind, contextKey } = target;
  return { ...commonMembers(target, place), contextKind, contextKey };
}

export function toExpiringUserTargetRep(target: ExpiringTarget, place: TargetPlace): ExpiringTargetRep {
  return { ...commonMembers(target, place), userKey: target.contextKey };
}

function commonMembers({ id, version, expirationDate, variationId }: ExpiringTarget, place: TargetPlace) {
  const { projectKey, flagKey, environmentKey } = place;
  return {
    _id: id,
    _version: version,
    expirationDate,
    variationId,
    _resourceId: { kind: 'flag', projectKey, environmentKey, key: flagKey, flagKey },
  };
}
