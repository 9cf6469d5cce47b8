import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A new Ed25519 private key (RFC 8037), as PKCS #8 PEM. */
export function generateSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** The key kept in a file that only its owner can read; made at the first call. For development, where nobody sets one. */
export function keptSigningKey(path: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, generateSigningKey(), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8');
}

/** An Ed25519 key by its id, the thumbprint of RFC 7638. */
export interface VerifyingKey {
  kid: string;
  publicKey: KeyObject;
  /** The coordinate of the public key (RFC 8037, section 2), in base64url. */
  x: string;
}

/** One that can sign as well. */
export interface SigningKey extends VerifyingKey {
  privateKey: KeyObject;
}

function verifyingKey(pem: string): VerifyingKey {
  const publicKey = createPublicKey(pem);
  if (publicKey.asymmetricKeyType !== 'ed25519') throw new Error('it is not an Ed25519 key');
  const { crv, kty, x = '' } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
  return { kid, publicKey, x };
}

/** The two halves of a key. @throws where the PEM is not an Ed25519 private key */
export function readSigningKey(pem: string): SigningKey {
  return { privateKey: createPrivateKey(pem), ...verifyingKey(pem) };
}

const PEM = /-----BEGIN (PRIVATE|PUBLIC) KEY-----[^-]*-----END \1 KEY-----/g;

/**
 * The keys in a text of several, each a private (PKCS #8) or a public (SPKI) key in PEM (RFC 7468), with nothing but
 * blanks and commas between them.
 *
 * @throws saying which of them is not an Ed25519 key, and never what it is
 */
export function readKeys(text: string): (VerifyingKey | SigningKey)[] {
  if (/[^\s,]/.test(text.replace(PEM, ''))) throw new Error('holds something that is not a key in PEM');
  return [...text.matchAll(PEM)].map(([pem, kind], index) => {
    try {
      return kind === 'PRIVATE' ? readSigningKey(pem) : verifyingKey(pem);
    } catch {
      throw new Error(`holds something else than an Ed25519 key: its key number ${index + 1}`);
    }
  });
}

/**
 * How long a process that knows the private key before the present one goes on signing with that, in seconds. While
 * processes are restarted one after the other, those still to come know nothing of the new key: this is their time.
 */
export const HANDOVER_SECONDS = 600;

/** Secrets for one purpose: one to make things with now, and those with which what is still about was made. */
export interface Secrets {
  readonly current: Buffer;
  readonly all: readonly Buffer[];
}

/** Whether a key has its private half. */
export const canSign = (key: VerifyingKey): key is SigningKey => 'privateKey' in key;

/** The present key and those before it. */
export class KeyRing {
  readonly #present: SigningKey;
  readonly #handedOverBy: SigningKey | undefined;
  readonly #handoverEnds: number;
  readonly #secrets = new Map<string, Secrets>();
  /** Every key whose signatures count, the present one first. */
  readonly all: readonly VerifyingKey[];

  /**
   * @param present an Ed25519 private key in PEM
   * @param previous further keys as {@link readKeys} takes them, the newest first
   * @param handover how long the newest of these still signs, in seconds from now, if it is private
   */
  constructor(present: string, previous = '', handover = HANDOVER_SECONDS) {
    this.#present = readSigningKey(present);
    const others = readKeys(previous).filter(({ kid }) => kid !== this.#present.kid);
    this.all = [this.#present, ...others];
    this.#handedOverBy = others.slice(0, 1).find(canSign);
    this.#handoverEnds = performance.now() + handover * 1000;
  }

  /** The key to sign with at this moment. */
  get signing(): SigningKey {
    const before = performance.now() < this.#handoverEnds ? this.#handedOverBy : undefined;
    return before ?? this.#present;
  }

  /** Secrets derived from the private keys (HKDF, RFC 5869), so that a rotation makes nothing unknown at once. */
  secretsFor(purpose: string): Secrets {
    const known = this.#secrets.get(purpose);
    if (known) return known;
    const derived = new Map(this.all.filter(canSign).map((key) => [key.kid, derive(key, purpose)]));
    const currentOf = () => derived.get(this.signing.kid) as Buffer;
    const secrets = {
      get current() {
        return currentOf();
      },
      all: [...derived.values()],
    };
    this.#secrets.set(purpose, secrets);
    return secrets;
  }
}

/** From the bytes of the key and not its PEM, which the same key may have with and without a line end. */
const derive = ({ privateKey }: SigningKey, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', privateKey.export({ type: 'pkcs8', format: 'der' }), '', purpose, 32));
