import type { SdkFlag, SdkSegment } from '../../domain/evaluation/sdk-model.ts';
import { ApiClient } from '../api-client.ts';
import { CommandError } from '../command-error.ts';

/** What server-side SDKs are told of an environment, as far as the management API does not tell it. */
export interface SdkPayload {
  readonly flags: Readonly<Record<string, Pick<SdkFlag, 'contextTargets'> | undefined>>;
  readonly segments: Readonly<Record<string, Pick<SdkSegment, 'salt'> | undefined>>;
}

/** Whether the token may not see the key, of which a few characters are shown then. */
export const isHidden = (sdkKey: string): boolean => sdkKey.includes('*');

/** Reads what SDKs are told, or nothing where the key is hidden or its service does not answer. */
export async function readSdkPayload(sdkUrl: string, sdkKey: string): Promise<SdkPayload | undefined> {
  if (isHidden(sdkKey)) return undefined;
  try {
    return await new ApiClient(sdkUrl, sdkKey).send<SdkPayload>('/sdk/latest-all');
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
