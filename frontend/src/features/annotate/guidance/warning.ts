/** Whether the warning about a project's texts was read since this tab was opened; a new warning is read anew. */
const key = (project: number) => `redpen:warned:${project}`;

export function heeded(project: number, warning: string): boolean {
  try {
    return sessionStorage.getItem(key(project)) === warning;
  } catch {
    return false;
  }
}

export function heed(project: number, warning: string): void {
  try {
    sessionStorage.setItem(key(project), warning);
  } catch {
    // It is then shown again after the next load.
  }
}
