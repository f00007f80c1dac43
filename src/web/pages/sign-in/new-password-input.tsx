import { PasswordInput } from '@mantine/core';

/** A password that somebody makes up. */
export function NewPasswordInput({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <PasswordInput
      label="New password"
      description="At least 8 characters"
      autoComplete="new-password"
      required
      withAsterisk={false}
      minLength={8}
      maxLength={1024}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
    />
  );
}

/** What stands behind `#` in the link that was sent. */
export function secretOfLink(): string {
  return window.location.hash.slice(1);
}
