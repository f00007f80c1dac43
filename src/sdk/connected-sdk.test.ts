import { describe, expect, it } from 'vitest';
import { describeSdk } from './connected-sdk.ts';

const UNKNOWN = { name: '', version: '', instanceId: undefined, applicationId: '', applicationVersion: '' };

describe('what headers tell of an SDK', () => {
  it('is name, version, instance and application', () => {
    const headers = {
      'user-agent': 'NodeJSServerClient/9.10.1',
      'x-launchdarkly-instance-id': '5c1b6d0e-2d9f-4f0c-a6cf-1f1f2a0b7a10',
      'x-launchdarkly-tags': 'application-id/shop application-version/1.2',
    };
    expect(describeSdk(headers)).toEqual({
      name: 'NodeJSServerClient',
      version: '9.10.1',
      instanceId: '5c1b6d0e-2d9f-4f0c-a6cf-1f1f2a0b7a10',
      applicationId: 'shop',
      applicationVersion: '1.2',
    });
  });

  it('goes by the header of the SDK where a browser has its own', () => {
    const headers = { 'user-agent': 'Mozilla/5.0 (X11)', 'x-launchdarkly-user-agent': 'JSClient/3.4.0' };
    expect(describeSdk(headers)).toEqual({ ...UNKNOWN, name: 'JSClient', version: '3.4.0' });
  });

  it.each([
    {},
    { 'user-agent': 'Mozilla/5.0 (X11)' },
    { 'user-agent': 'curl' },
    { 'user-agent': `${'x'.repeat(65)}/1` },
    { 'x-launchdarkly-instance-id': 'not an id' },
    { 'x-launchdarkly-tags': 'application-version/1' },
  ])('is nothing where it is not said or malformed: %o', (headers) => {
    expect(describeSdk(headers)).toEqual(UNKNOWN);
  });
});
