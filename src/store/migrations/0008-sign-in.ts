import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Secrets of sessions that change, mails that wait to be sent, and members as identity providers know them. */
export const signIn: Migration = {
  async up({ schema }: Kysely<unknown>): Promise<void> {
    const sessions = schema.alterTable('sessions');
    await sessions.addColumn('secret_since', 'bigint', (column) => column.notNull().defaultTo(0)).execute();
    await sessions.addColumn('former_hash', 'text').execute();
    await sessions.addColumn('former_until', 'bigint').execute();
    await schema.createIndex('sessions_by_former_hash').on('sessions').column('former_hash').execute();
    await schema.createIndex('sessions_by_member').on('sessions').column('member_id').execute();
    await schema.createIndex('one_time_links_by_member').on('one_time_links').column('member_id').execute();
    await schema.createIndex('login_failures_by_age').on('login_failures').column('last_at').execute();
    await schema
      .createTable('mails')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('recipient', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('due_at', 'bigint', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('last_error', 'text')
      .execute();
    await schema.createIndex('mails_by_due_time').on('mails').column('due_at').execute();
    await schema
      .createTable('identities')
      .addColumn('issuer', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('member_id', 'text', (column) => column.notNull().references('members.id').onDelete('cascade'))
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('identities_key', ['issuer', 'subject'])
      .addUniqueConstraint('identities_member', ['issuer', 'member_id'])
      .execute();
  },
};
