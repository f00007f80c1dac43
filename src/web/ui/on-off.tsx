import classes from './ui.module.css';

/** Whether a flag is on. */
export function OnOff({ isOn }: { isOn: boolean }) {
  return <span className={classes[isOn ? 'on' : 'off']}>{isOn ? 'On' : 'Off'}</span>;
}
