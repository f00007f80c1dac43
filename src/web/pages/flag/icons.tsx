import { icon } from '../../ui/icons.tsx';

export const SwapIcon = icon(<path d="M7 8h13m-4-4 4 4-4 4M17 16H4m4-4-4 4 4 4" />);
export const CodeIcon = icon(<path d="m8 7-5 5 5 5m8-10 5 5-5 5M14 4l-4 16" />);
