import { icon } from '../ui/icons.tsx';

export const ReleaseIcon = icon(<path d="M3 20h18M5 16l3-9h8l3 9M12 7V3m-7.500 13h15" />);
export const PipelineIcon = icon(
  <path d="M5 8.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM19 20.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM7.500 6H15a4 4 0 0 1 0 8H9a4 4 0 0 0 0 4h7.500" />,
);
export const BellIcon = icon(<path d="M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 21h4" />);
export const PauseIcon = icon(<path d="M8 5v14M16 5v14" />);
export const PlayIcon = icon(<path d="M7 5v14l12-7z" />);
export const StopIcon = icon(<path d="M8 3h8l5 5v8l-5 5H8l-5-5V8z" />);
export const HandleIcon = icon(<path d="M9 6h.01M9 12h.01M9 18h.01M15 6h.01M15 12h.01M15 18h.01" />);
export const PersonIcon = icon(
  <path d="M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.500 20.500a7.500 7.500 0 0 1 15 0" />,
);
