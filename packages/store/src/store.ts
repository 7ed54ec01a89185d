import type { SqlDriver } from "./driver.js";
import { migrate } from "./migrate.js";
import { migrations } from "./schema.js";
import { AccountTable } from "./tables/account.js";
import { CommitTable } from "./tables/commits.js";
import { ContactTable } from "./tables/contacts.js";
import { ConversationTable } from "./tables/conversations.js";
import { DownloadTable } from "./tables/downloads.js";
import { ErrandTable } from "./tables/errands.js";
import { ForkTable } from "./tables/forks.js";
import { GroupTable } from "./tables/groups.js";
import { HeadTable } from "./tables/heads.js";
import { InboxTable } from "./tables/inbox.js";
import { KeyPackageTable } from "./tables/key-packages.js";
import { MessageTable } from "./tables/messages.js";
import { MetaTable } from "./tables/meta.js";
import { OutboxTable } from "./tables/outbox.js";
import { OverviewTable } from "./tables/overviews.js";
import { ProfileTable } from "./tables/profiles.js";
import { ReceiptTable } from "./tables/receipts.js";
import { RejoinTable } from "./tables/rejoins.js";
import { SearchTable } from "./tables/search.js";
import { SettingsTable } from "./tables/settings.js";
import { StandingTable } from "./tables/standings.js";
import { UploadTable } from "./tables/uploads.js";

/** All that a client keeps. It holds what it is given and decides nothing. */
export interface Store {
  readonly meta: MetaTable;
  readonly account: AccountTable;
  readonly contacts: ContactTable;
  readonly conversations: ConversationTable;
  readonly groups: GroupTable;
  readonly commits: CommitTable;
  readonly outbox: OutboxTable;
  readonly errands: ErrandTable;
  readonly messages: MessageTable;
  readonly keyPackages: KeyPackageTable;
  readonly inbox: InboxTable;
  readonly heads: HeadTable;
  readonly settings: SettingsTable;
  readonly overviews: OverviewTable;
  readonly receipts: ReceiptTable;
  readonly profiles: ProfileTable;
  readonly search: SearchTable;
  readonly forks: ForkTable;
  readonly rejoins: RejoinTable;
  readonly standings: StandingTable;
  readonly uploads: UploadTable;
  readonly downloads: DownloadTable;
  /** Commits all that `work` writes, or none of it. See SqlDriver. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens the store on a database, and brings it to the newest schema.
 *
 * @param driver from then on the store's, which closes it
 * @throws StoreError `newer-version`, and what SqlDriver says; the driver is closed then
 */
export function openStore(driver: SqlDriver): Store {
  try {
    migrate(driver, migrations);
  } catch (error) {
    driver.close();
    throw error;
  }
  return {
    meta: new MetaTable(driver),
    account: new AccountTable(driver),
    contacts: new ContactTable(driver),
    conversations: new ConversationTable(driver),
    groups: new GroupTable(driver),
    commits: new CommitTable(driver),
    outbox: new OutboxTable(driver),
    errands: new ErrandTable(driver),
    messages: new MessageTable(driver),
    keyPackages: new KeyPackageTable(driver),
    inbox: new InboxTable(driver),
    heads: new HeadTable(driver),
    settings: new SettingsTable(driver),
    overviews: new OverviewTable(driver),
    receipts: new ReceiptTable(driver),
    profiles: new ProfileTable(driver),
    search: new SearchTable(driver),
    forks: new ForkTable(driver),
    rejoins: new RejoinTable(driver),
    standings: new StandingTable(driver),
    uploads: new UploadTable(driver),
    downloads: new DownloadTable(driver),
    transaction: (work) => driver.transaction(work),
    close: () => driver.close(),
  };
}
