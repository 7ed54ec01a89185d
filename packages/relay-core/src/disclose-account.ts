/** What the relay holds on an account, as it is handed out. */
export interface SelfDisclosure {
  /** The signed note over all files. */
  readonly note: string;
  /** CBOR `[[path, content]…]`: at most `disclosurePages` pages. */
  readonly bundle: Uint8Array;
}

/** Makes it, of what is committed now. */
export type DiscloseAccount = (accountId: Uint8Array) => SelfDisclosure;
