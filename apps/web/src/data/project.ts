import { createContext, useContext } from 'react';

/** The project that the address names. */
export const ProjectContext = createContext('');

export function useProject(): string {
  return useContext(ProjectContext);
}
