/** The environments that there are. */
export const ENVIRONMENTS = ['development', 'test', 'staging', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** Whether others rely on it: nothing secret has a default there, and nothing is made or migrated by itself. */
export const isDeployed = (environment: Environment): boolean =>
  environment === 'staging' || environment === 'production';
