-- The connector's statements for postgresql; made by tests/support/sql_statements.py.

-- columns of the company's tables
SELECT information_schema.columns.table_schema, information_schema.columns.table_name, information_schema.columns.column_name, information_schema.columns.ordinal_position, information_schema.columns.data_type, information_schema.columns.is_nullable, information_schema.columns.column_default, information_schema.columns.character_maximum_length, information_schema.columns.numeric_precision, information_schema.columns.numeric_scale, information_schema.columns.collation_name
FROM information_schema.columns
WHERE lower(information_schema.columns.table_name) IN (__[POSTCOMPILE_lower_1]) AND information_schema.columns.table_schema = %(table_schema_1)s::VARCHAR ORDER BY information_schema.columns.table_schema, information_schema.columns.table_name, information_schema.columns.ordinal_position;
--   lower_1 = ['arcust', 'armast']
--   table_schema_1 = 'PRO05'

-- identity columns
SELECT information_schema.columns.table_name, information_schema.columns.column_name
FROM information_schema.columns
WHERE information_schema.columns.table_schema = %(table_schema_1)s::VARCHAR AND information_schema.columns.is_identity = %(is_identity_1)s::VARCHAR;
--   table_schema_1 = 'PRO05'
--   is_identity_1 = 'YES'

-- tables with triggers
SELECT DISTINCT event_object_table FROM information_schema.triggers WHERE trigger_schema = %(database)s::VARCHAR;
--   database = 'PRO05'

-- a bounded wait
SET LOCAL lock_timeout = 250;

-- the company's lock
SELECT 1 FROM pg_advisory_lock(%(key)s::BIGINT);
--   key = 305528618075103447

-- rows, read
SELECT dbo.arcust.id_col AS row_number, dbo.arcust.custno, dbo.arcust.company, dbo.arcust.address1, dbo.arcust.address2, dbo.arcust.city, dbo.arcust.addrstate, dbo.arcust.zip, dbo.arcust.country, dbo.arcust.phone, dbo.arcust.email, dbo.arcust.contact, dbo.arcust.pterms, dbo.arcust.pdisc, dbo.arcust.pdays, dbo.arcust.pnet, dbo.arcust.tax, dbo.arcust.taxcode, dbo.arcust.pricecode, dbo.arcust.currency, dbo.arcust.statfmt, dbo.arcust.history, dbo.arcust.entered, dbo.arcust.credstat, dbo.arcust.balance, dbo.arcust.onorder, dbo.arcust.lastpay, dbo.arcust.lpymt, dbo.arcust.salesmn, dbo.arcust.terr, dbo.arcust.gllink, dbo.arcust.aracct, dbo.arcust.sltxact, dbo.arcust.fchgact, dbo.arcust.depact, dbo.arcust.adduser, dbo.arcust.adddate, dbo.arcust.addtime, dbo.arcust.lckstat, dbo.arcust.lckuser
FROM dbo.arcust
WHERE dbo.arcust.custno = CAST(%(param_1)s::VARCHAR AS CHAR(10)) ORDER BY dbo.arcust.id_col;
--   param_1 = 'ABC'

-- rows, locked
SELECT dbo.arcust.id_col AS row_number, dbo.arcust.custno, dbo.arcust.company, dbo.arcust.address1, dbo.arcust.address2, dbo.arcust.city, dbo.arcust.addrstate, dbo.arcust.zip, dbo.arcust.country, dbo.arcust.phone, dbo.arcust.email, dbo.arcust.contact, dbo.arcust.pterms, dbo.arcust.pdisc, dbo.arcust.pdays, dbo.arcust.pnet, dbo.arcust.tax, dbo.arcust.taxcode, dbo.arcust.pricecode, dbo.arcust.currency, dbo.arcust.statfmt, dbo.arcust.history, dbo.arcust.entered, dbo.arcust.credstat, dbo.arcust.balance, dbo.arcust.onorder, dbo.arcust.lastpay, dbo.arcust.lpymt, dbo.arcust.salesmn, dbo.arcust.terr, dbo.arcust.gllink, dbo.arcust.aracct, dbo.arcust.sltxact, dbo.arcust.fchgact, dbo.arcust.depact, dbo.arcust.adduser, dbo.arcust.adddate, dbo.arcust.addtime, dbo.arcust.lckstat, dbo.arcust.lckuser
FROM dbo.arcust
WHERE dbo.arcust.custno = CAST(%(param_1)s::VARCHAR AS CHAR(10)) ORDER BY dbo.arcust.id_col FOR UPDATE OF arcust;
--   param_1 = 'ABC'

-- what tells that a table was touched
SELECT count(*) AS count_1, max(dbo.arcust.id_col) AS max_1, sum(hashtextextended(CAST(row(dbo.arcust.id_col, dbo.arcust.custno, dbo.arcust.balance) AS TEXT), 0)) AS sum_1
FROM dbo.arcust;

-- a new row, in a table with a trigger
INSERT INTO dbo.arcash (invno, custno, paidamt, dtepaid, applto, id_col) VALUES (%(invno)s::VARCHAR, %(custno)s::VARCHAR, %(paidamt)s, %(dtepaid)s::TIMESTAMP WITHOUT TIME ZONE, %(applto)s::VARCHAR, %(id_col)s::BIGINT);
--   invno = '      1001'
--   custno = 'ABC'
--   paidamt = Decimal('60')
--   dtepaid = datetime.datetime(2026, 11, 20, 0, 0)
--   applto = ''
--   id_col = None

-- a new row
INSERT INTO dbo.artran (invno) VALUES (%(invno)s::VARCHAR) RETURNING dbo.artran.id_col;
--   invno = '      1001'

-- a changed row
UPDATE dbo.armast SET paidamt=(coalesce(dbo.armast.paidamt, %(coalesce_1)s::INTEGER) + %(param_1)s), balance=(coalesce(dbo.armast.balance, %(coalesce_2)s::INTEGER) + %(param_2)s), dtepaid=%(dtepaid)s::TIMESTAMP WITHOUT TIME ZONE WHERE dbo.armast.id_col = %(id_col_1)s::BIGINT AND coalesce(dbo.armast.invno, %(param_3)s::VARCHAR) = %(param_4)s::VARCHAR AND coalesce(dbo.armast.custno, %(param_5)s::VARCHAR) = %(param_6)s::VARCHAR AND coalesce(dbo.armast.artype, %(param_7)s::VARCHAR) = %(param_8)s::VARCHAR AND coalesce(dbo.armast.arstat, %(param_9)s::VARCHAR) = %(param_10)s::VARCHAR AND coalesce(dbo.armast.currhist, %(param_11)s::VARCHAR) = %(param_12)s::VARCHAR AND coalesce(dbo.armast.lckstat, %(param_13)s::VARCHAR) = %(param_14)s::VARCHAR AND coalesce(dbo.armast.paidamt, %(param_15)s) = %(param_16)s AND coalesce(dbo.armast.balance, %(param_17)s) = %(param_18)s AND coalesce(dbo.armast.dtepaid, %(param_19)s::TIMESTAMP WITHOUT TIME ZONE) = %(param_20)s::TIMESTAMP WITHOUT TIME ZONE;
--   coalesce_1 = 0
--   param_1 = Decimal('60')
--   coalesce_2 = 0
--   param_2 = Decimal('-60')
--   dtepaid = datetime.datetime(2026, 11, 20, 0, 0)
--   id_col_1 = 7
--   param_3 = ''
--   param_4 = '      1001'
--   param_5 = ''
--   param_6 = ''
--   param_7 = ''
--   param_8 = ''
--   param_9 = ''
--   param_10 = ''
--   param_11 = ''
--   param_12 = ''
--   param_13 = ''
--   param_14 = ''
--   param_15 = 0
--   param_16 = 0
--   param_17 = 0
--   param_18 = Decimal('100')
--   param_19 = datetime.datetime(1900, 1, 1, 0, 0)
--   param_20 = datetime.datetime(1900, 1, 1, 0, 0)

-- the table counterfoil_posting
CREATE TABLE dbo.counterfoil_posting (
	posting_number BIGINT NOT NULL,
	posting_key VARCHAR(400) NOT NULL,
	digest VARCHAR(128) NOT NULL,
	fact TEXT NOT NULL,
	document VARCHAR(40) NOT NULL,
	described TEXT NOT NULL,
	entry TEXT NOT NULL,
	posted_at VARCHAR(40) NOT NULL,
	PRIMARY KEY (posting_key),
	UNIQUE (posting_number)
);

-- the table counterfoil_citation
CREATE TABLE dbo.counterfoil_citation (
	cited VARCHAR(400) NOT NULL,
	posting_key VARCHAR(400) NOT NULL
);

-- the table counterfoil_counter
CREATE TABLE dbo.counterfoil_counter (
	range_name VARCHAR(400) NOT NULL,
	last_number BIGINT NOT NULL,
	PRIMARY KEY (range_name)
);

-- the table counterfoil_withdrawn
CREATE TABLE dbo.counterfoil_withdrawn (
	posting_number BIGINT NOT NULL,
	posting_key VARCHAR(400) NOT NULL,
	digest VARCHAR(128) NOT NULL,
	fact TEXT NOT NULL,
	document VARCHAR(40) NOT NULL,
	described TEXT NOT NULL,
	entry TEXT NOT NULL,
	posted_at VARCHAR(40) NOT NULL,
	verdict VARCHAR(10) NOT NULL,
	person VARCHAR(200) NOT NULL,
	judged_at VARCHAR(40) NOT NULL,
	PRIMARY KEY (posting_number)
);
