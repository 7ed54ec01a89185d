import { asSecret, equalBytes, type Secret } from "@redoubt/base";
import type { KeyPair } from "@redoubt/crypto";
import { conceal } from "../concealed.js";
import { demand } from "../error.js";
import { refHash, signWithLabel, verifyWithLabel } from "../labels.js";
import { greaseValue } from "../structs/capabilities.js";
import type { Credential } from "../structs/credential.js";
import { type Extension, type Extensions, extensionType } from "../structs/extension.js";
import { finishKeyPackage, type KeyPackage, keyPackageToBeSigned } from "../structs/key-package.js";
import type { Lifetime } from "../structs/leaf-node.js";
import type { MlsContext } from "./context.js";
import { announceCapabilities, signLeaf } from "./own-leaf.js";
import { checkLeaf } from "./validate-leaf.js";

/** A key package with its private keys: what is needed to join a group by a welcome. */
export interface OwnKeyPackage {
  readonly keyPackage: KeyPackage;
  readonly initPrivateKey: Secret;
  readonly encryptionPrivateKey: Secret;
  readonly signaturePrivateKey: Secret;
}

/** What a client says of itself in a key package or in the first leaf of a group. */
export interface ClientIdentity {
  readonly credential: Credential;
  /** Raw keys of the suite's signature algorithm. */
  readonly signatureKeys: KeyPair;
  /** Extensions of the leaf node. Their types are announced in the capabilities by themselves. */
  readonly leafExtensions?: Extensions;
}

/**
 * Makes a key package (RFC 9420 §10), with GREASE (§13.5).
 *
 * @param options.lifetime seconds since 1970 between which it may be used
 * @param options.lastResort marks it as one that may be used again when no other is left
 */
export function generateKeyPackage(
  context: MlsContext,
  identity: ClientIdentity,
  options: { readonly lifetime: Lifetime; readonly lastResort?: boolean; readonly extensions?: Extensions },
): OwnKeyPackage {
  const { suite } = context;
  const init = suite.hpke.generateKeyPair();
  const encryption = suite.hpke.generateKeyPair();
  const grease: Extension = { type: greaseValue((length) => suite.random(length)), data: suite.random(8) };
  const leafExtensions = [...(identity.leafExtensions ?? []), grease];
  const leafNode = signLeaf(
    suite,
    {
      encryptionKey: encryption.publicKey,
      signatureKey: identity.signatureKeys.publicKey,
      credential: identity.credential,
      capabilities: announceCapabilities(context, unannounced(context, leafExtensions)),
      source: { kind: "key-package", lifetime: options.lifetime },
      extensions: leafExtensions,
    },
    identity.signatureKeys.privateKey,
  );
  const lastResort: Extensions = options.lastResort
    ? [{ type: extensionType.lastResort, data: new Uint8Array(0) }]
    : [];
  const content = {
    cipherSuite: suite.id,
    initKey: init.publicKey,
    leafNode,
    extensions: [...(options.extensions ?? []), ...lastResort, { ...grease, data: suite.random(8) }],
  };
  const signed = keyPackageToBeSigned(content);
  const signature = signWithLabel(suite, identity.signatureKeys.privateKey, "KeyPackageTBS", signed);
  const own = {
    keyPackage: finishKeyPackage(content, signature),
    initPrivateKey: asSecret(init.privateKey),
    encryptionPrivateKey: asSecret(encryption.privateKey),
    signaturePrivateKey: asSecret(identity.signatureKeys.privateKey),
  };
  return conceal(own);
}

function unannounced(context: MlsContext, extensions: Extensions): number[] {
  return extensions.map(({ type }) => type).filter((type) => type > 5 && !context.supported.extensions.includes(type));
}

/** KeyPackageRef (RFC 9420 §5.2), Nh bytes. */
export function keyPackageRef({ suite }: MlsContext, keyPackage: KeyPackage): Uint8Array {
  return refHash(suite, "MLS 1.0 KeyPackage Reference", keyPackage.encoded);
}

/**
 * What RFC 9420 §10.1 asks of a key package.
 *
 * @param groupExtensions those of the group it is to be added to
 * @param now seconds since 1970, given by whoever is about to add it
 * @throws MlsError `invalid-key-package` or `invalid-leaf`
 */
export function checkKeyPackage(
  context: MlsContext,
  keyPackage: KeyPackage,
  groupExtensions: Extensions,
  now?: bigint,
): void {
  const { suite } = context;
  const { leafNode, initKey } = keyPackage;
  // K1: version (checked in decoding) and suite are the group's.
  demand(keyPackage.cipherSuite === suite.id, "invalid-key-package", "K1: cipher suite");
  // K2: the leaf is valid.
  const position = { groupId: new Uint8Array(0), leafIndex: 0 };
  checkLeaf(context, leafNode, { sources: ["key-package"], position, groupExtensions, now });
  // K3: the signature.
  const signed = keyPackageToBeSigned(keyPackage);
  const valid = verifyWithLabel(suite, leafNode.signatureKey, "KeyPackageTBS", signed, keyPackage.signature);
  demand(valid, "invalid-key-package", "K3: signature");
  // K4: the init key is a key of its own.
  demand(suite.hpke.isPublicKey(initKey), "invalid-key-package", "K4: init key");
  demand(!equalBytes(initKey, leafNode.encryptionKey), "invalid-key-package", "K4: init key is the encryption key");
}
