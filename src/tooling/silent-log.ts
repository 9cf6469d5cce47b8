import { createLog } from '../platform/log.ts';

/** A log that nobody reads. */
export const silentLog = createLog({ APP_ENV: 'test', LOG_LEVEL: 'silent' });
