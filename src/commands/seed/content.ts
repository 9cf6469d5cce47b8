import type { DemoPost } from './accounts.ts';
import { api } from './content.api.ts';
import { craft } from './content.craft.ts';
import { product } from './content.product.ts';

/** The demo content: what `imprint seed` and the first start in development put into the database. */

export const DEMO_POSTS: readonly DemoPost[] = [...product, ...api, ...craft];
