import { icon } from '../../ui/icons.tsx';

export const SwapIcon = icon(<path d="M7 8h13m-4-4 4 4-4 4M17 16H4m4-4-4 4 4 4" />);
