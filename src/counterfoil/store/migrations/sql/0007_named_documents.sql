-- The numbers of the documents that an event's payment names, such as an invoice and an order, as
-- `document_number` reads them. None: nobody read what it names, such as of events stored by an earlier
-- release, of a record that cannot be read, and of what is no payment.
ALTER TABLE inbox ADD COLUMN documents text[];
CREATE INDEX inbox_documents ON inbox USING gin (documents);
CREATE INDEX inbox_unread ON inbox (connection, received_at) WHERE documents IS NULL AND kind LIKE 'payment.%';
