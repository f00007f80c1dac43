import type { ReactNode } from 'react';

/** What an icon may be told. */
export interface IconProps {
  /** Edge in pixels; 16 when absent. */
  readonly size?: number;
}

/** An icon drawn with lines on 24 by 24; it says nothing to screen readers, the words beside it do. */
export function icon(drawing: ReactNode) {
  return function Icon({ size = 16 }: IconProps) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {drawing}
      </svg>
    );
  };
}

export const FlagIcon = icon(<path d="M5 21V4m0 1c4-2.5 8 2.5 14 0v9c-6 2.5-10-2.5-14 0" />);
export const SegmentIcon = icon(<path d="M12 3v9l6.5 6.5M12 3a9 9 0 1 0 6.5 15.5A9 9 0 0 0 12 3Zm0 9h9" />);
export const EnvironmentIcon = icon(<path d="M4 5h16v6H4zM4 13h16v6H4zM8 8h.01M8 16h.01" />);
export const LogIcon = icon(<path d="M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01" />);
export const InboxIcon = icon(<path d="M4 13 6.5 5h11L20 13v6H4zm0 0h5l1 2.5h4l1-2.5h5" />);
export const SettingsIcon = icon(
  <path d="M4 7h9m4 0h3M4 17h3m4 0h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z" />,
);
export const SearchIcon = icon(<path d="m20 20-4.2-4.2M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z" />);
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />);
export const MinusIcon = icon(<path d="M5 12h14" />);
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />);
export const CopyIcon = icon(<path d="M9 9h11v11H9zM5 15H4V4h11v1" />);
export const ChevronDownIcon = icon(<path d="m7 10 5 5 5-5" />);
export const ChevronRightIcon = icon(<path d="m10 7 5 5-5 5" />);
export const ChevronLeftIcon = icon(<path d="m14 7-5 5 5 5" />);
export const MenuIcon = icon(<path d="M4 7h16M4 12h16M4 17h16" />);
export const AlertIcon = icon(
  <path d="M12 8.5v4.5m0 3.2v.01M10.300 4 2.5 18a2 2 0 0 0 1.700 3h15.600a2 2 0 0 0 1.700-3L13.700 4a2 2 0 0 0-3.400 0Z" />,
);
export const SunIcon = icon(
  <path d="M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.600 5.600l1.100 1.100M17.300 17.300l1.100 1.100M5.600 18.400l1.100-1.100M17.300 6.700l1.100-1.100" />,
);
export const MoonIcon = icon(<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z" />);
export const ScreenIcon = icon(<path d="M3 5h18v11H3zM9 20h6m-3-4v4" />);
export const SignOutIcon = icon(<path d="M14 8V5H5v14h9v-3M10 12h10m-3-3 3 3-3 3" />);
export const ArchiveIcon = icon(<path d="M4 8h16v12H4zM3 4h18v4H3zM10 12h4" />);
export const TagIcon = icon(<path d="M4 4h7.5L20 12.5 12.5 20 4 11.5zM8 8h.01" />);
export const TrashIcon = icon(<path d="M4 7h16M9 7V4h6v3m-8 0 1 13h8l1-13" />);
export const UpIcon = icon(<path d="m7 14 5-5 5 5" />);
export const ProjectIcon = icon(<path d="M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z" />);
export const PeopleIcon = icon(
  <path d="M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9c0-3.5 2.5-6 6-6s6 2.5 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5m2 3c2 .8 3 3 3 6" />,
);
export const KeyIcon = icon(<path d="M8 15.5a3.5 3.5 0 1 0 0 .01ZM10.5 13 20 3.5M16 7.5l3 3" />);
export const WebhookIcon = icon(<path d="M12 4v6m0 0-5 7m5-7 5 7M12 4h.01M5 19h.01M19 19h.01" />);
export const ConnectIcon = icon(<path d="M9 3v5m6-5v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4" />);
export const ContextIcon = icon(<path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21c.6-4 3.800-6 8-6s7.400 2 8 6" />);
export const MetricIcon = icon(<path d="M4 4v16h16M8 15l3.5-4.5 3 2.500L20 7" />);
export const RoleIcon = icon(<path d="M12 3 5 6v5c0 4.500 3 8 7 10 4-2 7-5.500 7-10V6zM9 12l2 2 4-4" />);
