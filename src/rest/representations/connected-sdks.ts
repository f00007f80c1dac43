import { addLatencies, countLatencies, latencyWithin } from '../../domain/receipts.ts';
import type { ChangeReceipt, ConnectedSdks } from '../../store/receipts.ts';
import type { ConnectedChange, ConnectedGroup } from '../../wire/rest/connected-sdks.ts';

export function toConnectedGroup(group: ConnectedSdks): ConnectedGroup {
  const { kind, payloadVersion, streams, instances, behindSince } = group;
  const { sdkName: name, sdkVersion: version, applicationId, applicationVersion } = group;
  return {
    kind,
    ...(name !== '' && { sdk: { name, version } }),
    ...(applicationId !== '' && {
      application: { key: applicationId, ...(applicationVersion !== '' && { version: applicationVersion }) },
    }),
    payloadVersion,
    streams,
    instances,
    ...(behindSince !== undefined && { behindSince }),
  };
}

/** How many streams, instances and so on there are in all groups. */
export function sumOf(groups: readonly ConnectedSdks[], count: 'streams' | 'instances' = 'streams'): number {
  return groups.reduce((sum, group) => sum + group[count], 0);
}

/** The figures of changes, of all processes together, in the order of the first receipts of each. */
export function toConnectedChanges(
  receipts: readonly ChangeReceipt[],
  groups: readonly ConnectedSdks[],
): ConnectedChange[] {
  return [...Map.groupBy(receipts, ({ payloadVersion }) => payloadVersion)].map(([payloadVersion, ofChange]) => {
    const counts = ofChange.map((receipt) => receipt.counts).reduce(addLatencies);
    return {
      payloadVersion,
      heardAt: Math.min(...ofChange.map(({ heardAt }) => heardAt)),
      delivered: countLatencies(counts),
      p50Ms: latencyWithin(counts, 0.5),
      p99Ms: latencyWithin(counts, 0.99),
      streams: sumOf(groups.filter((group) => group.payloadVersion >= payloadVersion)),
      behind: sumOf(groups.filter((group) => group.payloadVersion < payloadVersion)),
    };
  });
}
