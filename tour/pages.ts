import type { Page } from 'playwright-core';

/** A page that the tour shows. */
export interface TourPage {
  /** Of the picture. */
  readonly name: string;
  readonly path: string;
  /** What is done before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>;
  /** What it shows once it is there; without that, it is left out. */
  readonly shows?: string;
  readonly isSignedOut?: boolean;
  readonly isDark?: boolean;
  readonly isPhone?: boolean;
  /** Whether all of it is shown, not only what fits into the window. */
  readonly isWhole?: boolean;
}

const FLAG = '/projects/default/flags/new-checkout';

const review = async (page: Page) => {
  await page.getByRole('switch').click();
  await page.getByRole('button', { name: 'Review and save' }).click();
  await page.getByRole('dialog').getByLabel('Impact').filter({ hasText: 'contexts' }).waitFor();
};

/** All main pages, in the order of the tour. Those that are not there are left out. */
export const PAGES: readonly TourPage[] = [
  { name: 'sign-in', path: '/sign-in', isSignedOut: true },
  { name: 'flags', path: '/projects/default/flags' },
  { name: 'flags-dark', path: '/projects/default/flags', isDark: true },
  { name: 'flags-phone', path: '/projects/default/flags', isPhone: true },
  { name: 'flag-targeting', path: `${FLAG}?env=production`, isWhole: true },
  { name: 'flag-save', path: `${FLAG}?env=production`, prepare: review },
  { name: 'flag-variations', path: '/projects/default/flags/search-ranking/variations' },
  { name: 'flag-compare', path: `${FLAG}/compare?env=production&from=test` },
  { name: 'flag-insights', path: `${FLAG}/insights?env=production&range=day` },
  { name: 'flag-code', path: `${FLAG}/code` },
  { name: 'flag-settings', path: `${FLAG}/settings` },
  {
    name: 'flag-history',
    path: `${FLAG}/history`,
    prepare: async (page) => {
      await page.locator('summary').first().click();
      await page.getByText('Entry').waitFor();
    },
  },
  { name: 'releases', path: '/projects/default/releases?pipeline=web' },
  { name: 'release', path: '/projects/default/flags/one-click-reorder/release', isWhole: true },
  { name: 'release-dark', path: '/projects/default/flags/one-click-reorder/release', isDark: true },
  { name: 'pipeline', path: '/projects/default/pipelines/web' },
  { name: 'segment', path: '/projects/default/segments/beta-customers?env=production' },
  { name: 'metrics', path: '/projects/default/metrics', shows: 'Value of an order' },
  { name: 'contexts', path: '/projects/default/contexts?env=production' },
  { name: 'context', path: '/projects/default/contexts/one?env=production&kind=user&key=ada' },
  { name: 'environments', path: '/projects/default/environments' },
  { name: 'approvals', path: '/approvals' },
  { name: 'members', path: '/settings/members' },
  { name: 'roles', path: '/settings/roles', shows: 'Release captain' },
  { name: 'tokens', path: '/settings/tokens' },
  { name: 'audit-log', path: '/audit-log' },
  { name: 'welcome', path: '/projects/default/welcome' },
];
