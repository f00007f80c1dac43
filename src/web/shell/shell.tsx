import { ActionIcon, Drawer, Kbd, UnstyledButton } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Link } from 'wouter';
import type { Member } from '../api/session.ts';
import { useChangeNotices } from '../api/use-change-notices.ts';
import { MenuIcon, SearchIcon } from '../ui/icons.tsx';
import { Inbox } from './inbox.tsx';
import { Logo } from './logo.tsx';
import { Navigation, navigationItems } from './navigation.tsx';
import { PersonMenu } from './person-menu.tsx';
import { ProjectSwitch } from './project-switch.tsx';
import classes from './shell.module.css';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

/** What is around every page: the project, the ways to other pages, and who is signed in. */
export function Shell(props: { member: Member; projectKey: string | undefined; children: ReactNode }) {
  const { member, projectKey, children } = props;
  useChangeNotices(projectKey);
  const [isMenuOpen, menu] = useDisclosure();
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  useHotkeys([['mod+K', () => setPaletteOpen(true)]], []);
  const items = navigationItems(projectKey);
  const openPalette = () => {
    menu.close();
    setPaletteOpen(true);
  };
  const inside = (
    <>
      {projectKey !== undefined && <ProjectSwitch projectKey={projectKey} />}
      <UnstyledButton className={classes['search'] ?? ''} onClick={openPalette} aria-keyshortcuts="Control+K Meta+K">
        <SearchIcon />
        <span>Go to…</span>
        <Kbd size="xs">Ctrl K</Kbd>
      </UnstyledButton>
      <Navigation items={items} onChoose={menu.close} />
      <PersonMenu member={member} />
    </>
  );
  return (
    <div className={classes['shell']}>
      <a className={classes['skip']} href="#content">
        Skip to the content
      </a>
      <header className={classes['bar']}>
        <ActionIcon aria-label="Menu" aria-expanded={isMenuOpen} size="lg" onClick={menu.open}>
          <MenuIcon size={20} />
        </ActionIcon>
        <Link href="/" aria-label="Slipway">
          <Logo />
        </Link>
        <div className={classes['barEnd']}>
          <Inbox />
          <ActionIcon aria-label="Go to…" size="lg" onClick={openPalette}>
            <SearchIcon size={18} />
          </ActionIcon>
        </div>
      </header>
      <header className={classes['side']}>
        <div className={classes['sideTop']}>
          <Link href="/" className={classes['logo'] ?? ''} aria-label="Slipway">
            <Logo />
          </Link>
          <Inbox />
        </div>
        {inside}
      </header>
      <Drawer opened={isMenuOpen} onClose={menu.close} size={280} title={<Logo />}>
        <div className={classes['drawer']}>{inside}</div>
      </Drawer>
      <main id="content" tabIndex={-1} className={classes['content']}>
        {children}
      </main>
      {isPaletteOpen && (
        <Suspense>
          <Palette projectKey={projectKey} items={items} onClose={() => setPaletteOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
