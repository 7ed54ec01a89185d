export type { SqlChange, SqlDriver, SqlParameter, SqlRow, SqlValue } from "./driver.js";
export { StoreError, type StoreErrorCode, storeErrors } from "./error.js";
export { openStore, type Store } from "./store.js";
export type { AccountTable, OwnAccount } from "./tables/account.js";
export type { CommitTable, Intent } from "./tables/commits.js";
export type { Contact, ContactState, ContactTable } from "./tables/contacts.js";
export type {
  ConversationKind,
  ConversationState,
  ConversationTable,
  StoredConversation,
} from "./tables/conversations.js";
export type { Download, DownloadTable } from "./tables/downloads.js";
export type { Errand, ErrandTable } from "./tables/errands.js";
export type { ForkTable } from "./tables/forks.js";
export type { GroupTable } from "./tables/groups.js";
export type { Head, HeadTable } from "./tables/heads.js";
export type { InboxTable } from "./tables/inbox.js";
export type { KeyPackageTable, StoredKeyPackage } from "./tables/key-packages.js";
export type { MessageFate, MessageKind, MessageState, MessageTable, StoredMessage } from "./tables/messages.js";
export type { MetaTable } from "./tables/meta.js";
export type { OutboxEntry, OutboxState, OutboxTable, QueuedEntry } from "./tables/outbox.js";
export type { Overview, OverviewTable } from "./tables/overviews.js";
export type { ProfileTable, StoredProfile } from "./tables/profiles.js";
export type { Receipt, ReceiptTable } from "./tables/receipts.js";
export type { Rejoin, RejoinTable } from "./tables/rejoins.js";
export type { SearchOptions, SearchTable } from "./tables/search.js";
export type { ConversationSettings, SettingsTable } from "./tables/settings.js";
export type { StandingTable, StoredStanding } from "./tables/standings.js";
export type { NewUpload, Upload, UploadTable } from "./tables/uploads.js";
