import {
  ActionIcon,
  Autocomplete,
  Button,
  Checkbox,
  CloseButton,
  createTheme,
  Drawer,
  Loader,
  Menu,
  Modal,
  MultiSelect,
  NumberInput,
  PasswordInput,
  Popover,
  SegmentedControl,
  Select,
  TagsInput,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';

const small = { size: 'sm' };
/** theme.css lets the list scroll by itself. */
const choices = { size: 'sm', withScrollArea: false };
/** What screen readers say of the cross of dialogs and messages. */
const closing = { 'aria-label': 'Close' };
/** theme.css has its own, which needs no style element. */
const unlocked = { lockScroll: false, transitionProps: { duration: 120 } };

/** How components look unless told otherwise; colours and measures are in theme.css. */
export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 6, dark: 6 },
  cursorType: 'pointer',
  fontFamily: 'var(--letters)',
  components: {
    Autocomplete: Autocomplete.extend({ defaultProps: choices }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'xs' } }),
    CloseButton: CloseButton.extend({ defaultProps: { size: 'md', ...closing } }),
    Drawer: Drawer.extend({ defaultProps: unlocked }),
    Loader: Loader.extend({ defaultProps: { size: 'sm' } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } }),
    Modal: Modal.extend({ defaultProps: { ...unlocked, centered: false, yOffset: '8vh', size: 'lg' } }),
    MultiSelect: MultiSelect.extend({ defaultProps: choices }),
    NumberInput: NumberInput.extend({ defaultProps: small }),
    PasswordInput: PasswordInput.extend({ defaultProps: small }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md' } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: 'xs' } }),
    Select: Select.extend({ defaultProps: { ...choices, allowDeselect: false } }),
    TagsInput: TagsInput.extend({ defaultProps: choices }),
    Textarea: Textarea.extend({ defaultProps: { ...small, autosize: true, minRows: 2, maxRows: 10 } }),
    TextInput: TextInput.extend({ defaultProps: small }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 250, withArrow: true } }),
  },
});
