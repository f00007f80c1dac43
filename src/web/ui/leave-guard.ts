import { useEffect } from 'react';

let isUnsaved = false;

/** While something is not saved, asks before this page is left. */
export function useLeaveGuard(isDirty: boolean): void {
  useEffect(() => {
    isUnsaved = isDirty;
    if (!isDirty) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => {
      isUnsaved = false;
      window.removeEventListener('beforeunload', ask);
    };
  }, [isDirty]);
}

/** Lets the page be left right after saving, before it has been drawn anew. */
export function allowLeaving(): void {
  isUnsaved = false;
}

/** Goes elsewhere inside of the pages, unless somebody would rather keep what is not saved. */
export function leave<Options>(navigate: (to: string, options?: Options) => void, to: string, options?: Options): void {
  if (!isUnsaved || window.confirm('Your changes are not saved. Leave them?')) navigate(to, options);
}
