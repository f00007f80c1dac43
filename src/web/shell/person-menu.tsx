import { Menu, type MantineColorScheme, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useLocation } from 'wouter';
import { type Member, useSignOut } from '../api/session.ts';
import { ChevronDownIcon, MoonIcon, ScreenIcon, SettingsIcon, SignOutIcon, SunIcon } from '../ui/icons.tsx';
import { personName, PersonMark } from '../ui/person.tsx';
import classes from './shell.module.css';

const SCHEMES = [
  { scheme: 'light', label: 'Light', icon: <SunIcon /> },
  { scheme: 'dark', label: 'Dark', icon: <MoonIcon /> },
  { scheme: 'auto', label: 'As the device', icon: <ScreenIcon /> },
] as const satisfies readonly { scheme: MantineColorScheme; label: string; icon: unknown }[];

/** Who is signed in, which colours they like, and the way out. */
export function PersonMenu({ member }: { member: Member }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const [, go] = useLocation();
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes['person'] ?? ''}>
          <PersonMark person={member} />
          <span className={classes['personName']}>{personName(member)}</span>
          <ChevronDownIcon size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {member.email} · {member.role}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>Colours</Menu.Label>
        {SCHEMES.map(({ scheme, label, icon }) => (
          <Menu.Item
            key={scheme}
            leftSection={icon}
            rightSection={scheme === colorScheme ? '✓' : undefined}
            onClick={() => setColorScheme(scheme)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<SettingsIcon />} onClick={() => go('/settings/account')}>
          Your account
        </Menu.Item>
        <Menu.Item leftSection={<SignOutIcon />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
