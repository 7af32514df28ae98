-- The connector's statements for sql-server; made by tests/support/sql_statements.py.

-- columns of the company's tables
SELECT [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[TABLE_SCHEMA], [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[TABLE_NAME], [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[COLUMN_NAME], [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[ORDINAL_POSITION], [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[DATA_TYPE], [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[IS_NULLABLE], [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[COLUMN_DEFAULT], [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[CHARACTER_MAXIMUM_LENGTH], [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[NUMERIC_PRECISION], [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[NUMERIC_SCALE], [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[COLLATION_NAME]
FROM [PRO05].[INFORMATION_SCHEMA].[COLUMNS]
WHERE lower([PRO05].[INFORMATION_SCHEMA].[COLUMNS].[TABLE_NAME]) IN (__[POSTCOMPILE_lower_1]) ORDER BY [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[TABLE_SCHEMA], [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[TABLE_NAME], [PRO05].[INFORMATION_SCHEMA].[COLUMNS].[ORDINAL_POSITION];
--   lower_1 = ['arcust', 'armast']

-- identity columns
SELECT t.name, c.name FROM [PRO05].sys.identity_columns AS c JOIN [PRO05].sys.tables AS t ON t.object_id = c.object_id;

-- tables with triggers
SELECT DISTINCT t.name FROM [PRO05].sys.triggers AS g JOIN [PRO05].sys.tables AS t ON t.object_id = g.parent_id WHERE g.is_disabled = 0;

-- a bounded wait
SET LOCK_TIMEOUT 250;

-- the company's lock
DECLARE @given int; EXEC @given = [PRO05].sys.sp_getapplock @Resource = :name, @LockMode = 'Exclusive', @LockOwner = 'Session'; SELECT CASE WHEN @given >= 0 THEN 1 ELSE 0 END;
--   name = 'counterfoil pro05'

-- rows, read
SELECT [PRO05].dbo.arcust.id_col AS row_number, [PRO05].dbo.arcust.custno, [PRO05].dbo.arcust.company, [PRO05].dbo.arcust.address1, [PRO05].dbo.arcust.address2, [PRO05].dbo.arcust.city, [PRO05].dbo.arcust.addrstate, [PRO05].dbo.arcust.zip, [PRO05].dbo.arcust.country, [PRO05].dbo.arcust.phone, [PRO05].dbo.arcust.email, [PRO05].dbo.arcust.contact, [PRO05].dbo.arcust.pterms, [PRO05].dbo.arcust.pdisc, [PRO05].dbo.arcust.pdays, [PRO05].dbo.arcust.pnet, [PRO05].dbo.arcust.tax, [PRO05].dbo.arcust.taxcode, [PRO05].dbo.arcust.pricecode, [PRO05].dbo.arcust.currency, [PRO05].dbo.arcust.statfmt, [PRO05].dbo.arcust.history, [PRO05].dbo.arcust.entered, [PRO05].dbo.arcust.credstat, [PRO05].dbo.arcust.balance, [PRO05].dbo.arcust.onorder, [PRO05].dbo.arcust.lastpay, [PRO05].dbo.arcust.lpymt, [PRO05].dbo.arcust.salesmn, [PRO05].dbo.arcust.terr, [PRO05].dbo.arcust.gllink, [PRO05].dbo.arcust.aracct, [PRO05].dbo.arcust.sltxact, [PRO05].dbo.arcust.fchgact, [PRO05].dbo.arcust.depact, [PRO05].dbo.arcust.adduser, [PRO05].dbo.arcust.adddate, [PRO05].dbo.arcust.addtime, [PRO05].dbo.arcust.lckstat, [PRO05].dbo.arcust.lckuser
FROM [PRO05].dbo.arcust
WHERE [PRO05].dbo.arcust.custno = CAST(:param_1 AS CHAR(10)) ORDER BY [PRO05].dbo.arcust.id_col;
--   param_1 = 'ABC'

-- rows, locked
SELECT [PRO05].dbo.arcust.id_col AS row_number, [PRO05].dbo.arcust.custno, [PRO05].dbo.arcust.company, [PRO05].dbo.arcust.address1, [PRO05].dbo.arcust.address2, [PRO05].dbo.arcust.city, [PRO05].dbo.arcust.addrstate, [PRO05].dbo.arcust.zip, [PRO05].dbo.arcust.country, [PRO05].dbo.arcust.phone, [PRO05].dbo.arcust.email, [PRO05].dbo.arcust.contact, [PRO05].dbo.arcust.pterms, [PRO05].dbo.arcust.pdisc, [PRO05].dbo.arcust.pdays, [PRO05].dbo.arcust.pnet, [PRO05].dbo.arcust.tax, [PRO05].dbo.arcust.taxcode, [PRO05].dbo.arcust.pricecode, [PRO05].dbo.arcust.currency, [PRO05].dbo.arcust.statfmt, [PRO05].dbo.arcust.history, [PRO05].dbo.arcust.entered, [PRO05].dbo.arcust.credstat, [PRO05].dbo.arcust.balance, [PRO05].dbo.arcust.onorder, [PRO05].dbo.arcust.lastpay, [PRO05].dbo.arcust.lpymt, [PRO05].dbo.arcust.salesmn, [PRO05].dbo.arcust.terr, [PRO05].dbo.arcust.gllink, [PRO05].dbo.arcust.aracct, [PRO05].dbo.arcust.sltxact, [PRO05].dbo.arcust.fchgact, [PRO05].dbo.arcust.depact, [PRO05].dbo.arcust.adduser, [PRO05].dbo.arcust.adddate, [PRO05].dbo.arcust.addtime, [PRO05].dbo.arcust.lckstat, [PRO05].dbo.arcust.lckuser
FROM [PRO05].dbo.arcust WITH (UPDLOCK, HOLDLOCK, ROWLOCK)
WHERE [PRO05].dbo.arcust.custno = CAST(:param_1 AS CHAR(10)) ORDER BY [PRO05].dbo.arcust.id_col;
--   param_1 = 'ABC'

-- what tells that a table was touched
SELECT count(*) AS count_1, max([PRO05].dbo.arcust.id_col) AS max_1, checksum_agg(binary_checksum([PRO05].dbo.arcust.id_col, [PRO05].dbo.arcust.custno, [PRO05].dbo.arcust.balance)) AS checksum_agg_1
FROM [PRO05].dbo.arcust;

-- a new row, in a table with a trigger
INSERT INTO [PRO05].dbo.arcash (invno, custno, paidamt, dtepaid, applto) VALUES (:invno, :custno, :paidamt, :dtepaid, :applto);
--   invno = '      1001'
--   custno = 'ABC'
--   paidamt = Decimal('60')
--   dtepaid = datetime.datetime(2026, 11, 20, 0, 0)
--   applto = ''

-- a new row
INSERT INTO [PRO05].dbo.artran (invno) OUTPUT inserted.id_col VALUES (:invno);
--   invno = '      1001'

-- a changed row
UPDATE [PRO05].dbo.armast SET paidamt=(coalesce([PRO05].dbo.armast.paidamt, :coalesce_1) + :param_1), balance=(coalesce([PRO05].dbo.armast.balance, :coalesce_2) + :param_2), dtepaid=:dtepaid WHERE [PRO05].dbo.armast.id_col = :id_col_1 AND coalesce([PRO05].dbo.armast.invno, :param_3) = :param_4 AND coalesce([PRO05].dbo.armast.custno, :param_5) = :param_6 AND coalesce([PRO05].dbo.armast.artype, :param_7) = :param_8 AND coalesce([PRO05].dbo.armast.arstat, :param_9) = :param_10 AND coalesce([PRO05].dbo.armast.currhist, :param_11) = :param_12 AND coalesce([PRO05].dbo.armast.lckstat, :param_13) = :param_14 AND coalesce([PRO05].dbo.armast.paidamt, :param_15) = :param_16 AND coalesce([PRO05].dbo.armast.balance, :param_17) = :param_18 AND coalesce([PRO05].dbo.armast.dtepaid, :param_19) = :param_20;
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
CREATE TABLE [PRO05].dbo.counterfoil_posting (
	posting_number BIGINT NOT NULL,
	posting_key NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
	digest NVARCHAR(128) NOT NULL,
	fact NVARCHAR(max) NOT NULL,
	document NVARCHAR(40) NOT NULL,
	described NVARCHAR(max) NOT NULL,
	entry NVARCHAR(max) NOT NULL,
	posted_at NVARCHAR(40) NOT NULL,
	PRIMARY KEY (posting_key),
	UNIQUE (posting_number)
);

-- the table counterfoil_citation
CREATE TABLE [PRO05].dbo.counterfoil_citation (
	cited NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
	posting_key NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL
);

-- the table counterfoil_counter
CREATE TABLE [PRO05].dbo.counterfoil_counter (
	range_name NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
	last_number BIGINT NOT NULL,
	PRIMARY KEY (range_name)
);

-- the table counterfoil_withdrawn
CREATE TABLE [PRO05].dbo.counterfoil_withdrawn (
	posting_number BIGINT NOT NULL,
	posting_key NVARCHAR(400) COLLATE Latin1_General_BIN2 NOT NULL,
	digest NVARCHAR(128) NOT NULL,
	fact NVARCHAR(max) NOT NULL,
	document NVARCHAR(40) NOT NULL,
	described NVARCHAR(max) NOT NULL,
	entry NVARCHAR(max) NOT NULL,
	posted_at NVARCHAR(40) NOT NULL,
	verdict NVARCHAR(10) NOT NULL,
	person NVARCHAR(200) NOT NULL,
	judged_at NVARCHAR(40) NOT NULL,
	PRIMARY KEY (posting_number)
);
