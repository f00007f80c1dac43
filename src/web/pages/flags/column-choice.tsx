import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import type { Environment } from '../../shell/use-project.ts';
import { ChevronDownIcon } from '../../ui/icons.tsx';
import { EnvironmentMark } from '../../ui/parts.tsx';
import classes from './flags.module.css';

interface Props {
  readonly environments: readonly Environment[];
  readonly columns: readonly Environment[];
  readonly onChoose: (keys: readonly string[]) => void;
}

/** Which environments have a column. Few projects have so many that this is needed; those need it badly. */
export function ColumnChoice({ environments, columns, onChoose }: Props) {
  const chosen = columns.map(({ key }) => key);
  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="default" rightSection={<ChevronDownIcon size={14} />}>
          {columns.length} of {environments.length} environments
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Environments to show">
        <Checkbox.Group
          value={chosen}
          onChange={(keys) => keys.length > 0 && onChoose(keys)}
          label="Environments to show"
        >
          <Stack gap={8} mt={8} className={classes['columnChoice'] ?? ''}>
            {environments.map(({ key, name, color, isProduction }) => (
              <Checkbox
                key={key}
                value={key}
                label={
                  <span className={classes['environmentName']}>
                    <EnvironmentMark color={color} isCritical={isProduction} />
                    <span>{name}</span>
                  </span>
                }
              />
            ))}
          </Stack>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  );
}
