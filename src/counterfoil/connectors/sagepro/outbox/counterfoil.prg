* counterfoil.prg - enters the postings that Counterfoil left in its outbox, and asks Counterfoil for things.
*
* IT NEVER RAN UNDER VISUAL FOXPRO. It was written for Visual FoxPro 6 to 9 from the published language
* reference, without a copy of it. Its own tests carry it out with an interpreter of the part of the language
* that it uses, on real tables. Try it on a copy of your company first. See docs/howto/outbox.md.
*
*    DO counterfoil WITH "Y:\counterfoil\outbox\", "Y:\sagepro\ardata\;Y:\sagepro\sodata\"
*
* enters everything that waits, and ends. The second word names the folders in which the company's tables lie.
* Start it from the Windows scheduler, or from a menu. Of two that run at once the second ends at once.
*
* As a library, after SET PROCEDURE TO counterfoil ADDITIVE:
*
*    CfImport(outbox, data)                       how many entries were answered; -1 where another one runs
*    CfCharge(outbox, customer, invoice, amount)  leaves a request to charge an invoice; tells its file's name
*    CfStatus(address, token, number)             what the agent says of an invoice, as JSON; "" where it is silent
*
* What happens to an entry, in this order:
*    it is moved from "waiting" to "taken"; its tables are opened; its rows are found and locked, or it is put
*    back; every guard is looked at, or it is answered with "changed"; cfposted.dbf notes that it is begun; the
*    rows are written, in a transaction where tables and version allow one; cfposted.dbf notes that it is done;
*    the answer is written.
* An entry that is begun and not done after a crash is answered with "doubt" and never entered again by itself.
*
* Record numbers of new rows are asked for right after TABLEUPDATE(). Where FoxPro tells none yet (inside a
* transaction it may not), 0 is reported.

LPARAMETERS tcOutbox, tcData
RETURN CfImport(m.tcOutbox, m.tcData)

FUNCTION CfImport
LPARAMETERS tcOutbox, tcData
LOCAL lnCount, lcDeleted, lcMultilocks, lcSafety, lcPoint, lcExclusive, lcExact, lnReprocess, lcOnError, lnArea
PRIVATE pcCfFault, pnCfError, pcCfOutbox, pcCfData
pcCfFault = ""
pnCfError = 0
pcCfOutbox = ADDBS(m.tcOutbox)
pcCfData = m.tcData
lnArea = SELECT()
lcDeleted = SET("DELETED")
lcMultilocks = SET("MULTILOCKS")
lcSafety = SET("SAFETY")
lcPoint = SET("POINT")
lcExclusive = SET("EXCLUSIVE")
lcExact = SET("EXACT")
lnReprocess = SET("REPROCESS")
lcOnError = ON("ERROR")
SET DELETED ON
SET MULTILOCKS ON
SET SAFETY OFF
SET EXCLUSIVE OFF
SET EXACT OFF
SET POINT TO "."
SET REPROCESS TO 5 SECONDS
ON ERROR DO CfError WITH ERROR(), MESSAGE(), PROGRAM(), LINENO()
lnCount = -1
IF CfOpenPosted()
   lnCount = CfWork("taken") + CfWork("waiting")
ENDIF
=CfClose()
IF USED("cfposted")
   USE IN cfposted
ENDIF
ON ERROR &lcOnError
SET DELETED &lcDeleted
SET MULTILOCKS &lcMultilocks
SET SAFETY &lcSafety
SET EXCLUSIVE &lcExclusive
SET EXACT &lcExact
SET POINT TO m.lcPoint
SET REPROCESS TO m.lnReprocess
SELECT (m.lnArea)
RETURN m.lnCount
ENDFUNC

* The first thing that went wrong is kept; every step looks whether something did.
PROCEDURE CfError
LPARAMETERS tnError, tcMessage, tcProgram, tnLine
IF EMPTY(m.pcCfFault)
   pnCfError = m.tnError
   pcCfFault = m.tcMessage + " (error " + CfNumber(m.tnError) + ", " + m.tcProgram + " line " + CfNumber(m.tnLine) + ")"
ENDIF
ENDPROC

* The worker's own ledger. It is held for this run alone, so that two workers never meet.
FUNCTION CfOpenPosted
LOCAL lcFile
lcFile = m.pcCfOutbox + "cfposted.dbf"
IF NOT FILE(m.lcFile)
   CREATE TABLE (m.lcFile) FREE (entry N(10), postkey C(200), content C(64), state C(1), begun C(14), done C(14), report M)
   INDEX ON postkey TAG postkey
   USE
ENDIF
pcCfFault = ""
USE (m.lcFile) IN 0 ALIAS cfposted EXCLUSIVE
RETURN EMPTY(m.pcCfFault) AND USED("cfposted")
ENDFUNC

* Answers what lies in one place, in the order of the entries' numbers.
FUNCTION CfWork
LPARAMETERS tcPlace
LOCAL lnI, lnFiles, lnAnswered, lcName
LOCAL ARRAY laFiles[1, 5]
lnAnswered = 0
lnFiles = ADIR(laFiles, m.pcCfOutbox + m.tcPlace + "\CF*.TXT")
IF m.lnFiles > 0
   =ASORT(laFiles)
ENDIF
FOR lnI = 1 TO m.lnFiles
   lcName = UPPER(laFiles[m.lnI, 1])
   pcCfFault = ""
   pnCfError = 0
   IF CfMayTake(m.tcPlace, m.lcName)
      IF CfEnter(m.lcName)
         lnAnswered = m.lnAnswered + 1
      ENDIF
      =CfClose()
   ENDIF
ENDFOR
RETURN m.lnAnswered
ENDFUNC

* An entry that needs another one first stays where it is. Whoever renames it has it: a person may be faster.
FUNCTION CfMayTake
LPARAMETERS tcPlace, tcName
LOCAL lnI, lnLines, lcOther, lcText
LOCAL ARRAY laLines[1]
IF m.tcPlace == "taken"
   RETURN NOT FILE(m.pcCfOutbox + "answers\" + m.tcName)
ENDIF
lcText = FILETOSTR(m.pcCfOutbox + "waiting\" + m.tcName)
IF NOT EMPTY(m.pcCfFault)
   RETURN .F.
ENDIF
lnLines = ALINES(laLines, m.lcText)
FOR lnI = 1 TO m.lnLines
   IF CfPart(laLines[m.lnI], 1) == "after"
      lcOther = "CF" + PADL(CfPart(laLines[m.lnI], 2), 6, "0") + ".TXT"
      IF FILE(m.pcCfOutbox + "waiting\" + m.lcOther)
         RETURN .F.
      ENDIF
      IF FILE(m.pcCfOutbox + "taken\" + m.lcOther) AND NOT FILE(m.pcCfOutbox + "answers\" + m.lcOther)
         RETURN .F.
      ENDIF
   ENDIF
ENDFOR
RENAME (m.pcCfOutbox + "waiting\" + m.tcName) TO (m.pcCfOutbox + "taken\" + m.tcName)
RETURN EMPTY(m.pcCfFault)
ENDFUNC

* Enters one entry and answers it. .F. where it was put back, because somebody holds what it needs.
FUNCTION CfEnter
LPARAMETERS tcName
LOCAL lcText, lcWhy, lcOutcome, lcReport, lnLines, lnFirst
LOCAL ARRAY laLines[1]
PRIVATE pcCfKey, pcCfContent, pnCfEntry, pnCfPage
pcCfKey = ""
pcCfContent = ""
pnCfEntry = VAL(SUBSTR(m.tcName, 3))
pnCfPage = 0
lnFirst = m.pnCfEntry
lcText = FILETOSTR(m.pcCfOutbox + "taken\" + m.tcName)
lnLines = ALINES(laLines, m.lcText)
lcReport = ""
lcWhy = CfHead(@laLines, m.lnLines, m.lcText)
DO CASE
CASE NOT EMPTY(m.lcWhy)
   lcOutcome = "refused"
CASE CfSeekPosted("D")
   lcOutcome = IIF(TRIM(cfposted.content) == m.pcCfContent, "done", "conflict")
   lcWhy = "entered before, with entry " + CfNumber(cfposted.entry)
   lcReport = cfposted.report
   lnFirst = cfposted.entry
CASE CfSeekPosted("B") AND cfposted.entry = m.pnCfEntry
   lcOutcome = "doubt"
   lcWhy = "the import was interrupted while it wrote; begun at " + cfposted.begun
OTHERWISE
   lcOutcome = CfPost(@laLines, m.lnLines, @lcWhy, @lcReport)
ENDCASE
IF m.lcOutcome == "busy"
   =CfClose()
   RENAME (m.pcCfOutbox + "taken\" + m.tcName) TO (m.pcCfOutbox + "waiting\" + m.tcName)
   RETURN .F.
ENDIF
=CfAnswer(m.tcName, m.lcOutcome, m.lcWhy, m.lcReport, m.lnFirst)
RETURN .T.
ENDFUNC

* Reads the head; says what is wrong with the file.
FUNCTION CfHead
LPARAMETERS taLines, tnLines, tcText
LOCAL lnI, lcWord, lcEnd, lnEnd
IF m.tnLines < 3
   RETURN "the file is empty or cut"
ENDIF
lcEnd = taLines[m.tnLines]
lnEnd = RAT("end|", m.tcText)
IF NOT LEFT(m.lcEnd, 4) == "end|" OR VAL(CfPart(m.lcEnd, 2)) <> m.tnLines - 1
   RETURN "the file has no end line, or not as many lines as that says"
ENDIF
IF VAL(CfPart(m.lcEnd, 3)) <> CfAdler(LEFT(m.tcText, m.lnEnd - 1))
   RETURN "the file's checksum does not fit: somebody or something changed it"
ENDIF
IF NOT taLines[1] == "counterfoil-outbox|1"
   RETURN "the file is of another version than this program: install the one that came with Counterfoil"
ENDIF
FOR lnI = 2 TO m.tnLines
   lcWord = CfPart(taLines[m.lnI], 1)
   DO CASE
   CASE m.lcWord == "key"
      pcCfKey = CfPart(taLines[m.lnI], 2)
   CASE m.lcWord == "content"
      pcCfContent = CfPart(taLines[m.lnI], 2)
   CASE m.lcWord == "codepage"
      pnCfPage = VAL(CfPart(taLines[m.lnI], 2))
   ENDCASE
ENDFOR
IF EMPTY(m.pcCfKey) OR EMPTY(m.pcCfContent) OR LEN(m.pcCfKey) > 200
   RETURN "the file has no key, one that is too long, or no content"
ENDIF
RETURN ""
ENDFUNC

* Stands on the row of the worker's ledger that has the key in this state: B begun, D done, U undone.
FUNCTION CfSeekPosted
LPARAMETERS tcState
SELECT cfposted
SET ORDER TO postkey
SEEK PADR(m.pcCfKey, 200)
DO WHILE NOT EOF() AND TRIM(cfposted.postkey) == m.pcCfKey
   IF cfposted.state == m.tcState AND (m.tcState == "D" OR cfposted.entry = m.pnCfEntry)
      RETURN .T.
   ENDIF
   SKIP
ENDDO
RETURN .F.
ENDFUNC

* Carries an entry out; tells its outcome, why, and a report of its rows.
FUNCTION CfPost
LPARAMETERS taLines, tnLines, tcWhy, tcReport
LOCAL lnRows, lcOutcome, llTransaction
LOCAL ARRAY laRows[1, 6]
lnRows = CfRows(@taLines, m.tnLines, @laRows)
tcWhy = CfPrepare(@taLines, @laRows, m.lnRows)
IF NOT EMPTY(m.tcWhy)
   RETURN "refused"
ENDIF
tcWhy = CfLockRows(@taLines, @laRows, m.lnRows)
IF NOT EMPTY(m.pcCfFault)
   tcWhy = m.pcCfFault
   RETURN "refused"
ENDIF
IF NOT EMPTY(m.tcWhy)
   RETURN IIF(m.tcWhy == "busy", "busy", "changed")
ENDIF
INSERT INTO cfposted (entry, postkey, content, state, begun) ;
   VALUES (m.pnCfEntry, m.pcCfKey, m.pcCfContent, "B", TTOC(DATETIME(), 1))
FLUSH
IF NOT EMPTY(m.pcCfFault)
   tcWhy = "cfposted.dbf cannot be written: " + m.pcCfFault
   RETURN "refused"
ENDIF
llTransaction = CfTransactable(@laRows, m.lnRows)
IF m.llTransaction
   BEGIN TRANSACTION
ENDIF
tcReport = CfWriteRows(@taLines, @laRows, m.lnRows)
DO CASE
CASE EMPTY(m.pcCfFault)
   IF m.llTransaction
      END TRANSACTION
   ENDIF
   lcOutcome = IIF(EMPTY(m.pcCfFault), "done", "doubt")
CASE m.llTransaction
   =CfRevert(@laRows, m.lnRows)
   ROLLBACK
   lcOutcome = CfFailed()
OTHERWISE
   lcOutcome = IIF(CfUndo(@laRows, m.lnRows, m.tcReport), CfFailed(), "doubt")
ENDCASE
IF NOT m.lcOutcome == "done"
   tcWhy = m.pcCfFault
   tcReport = ""
ENDIF
=CfNote(m.lcOutcome, m.tcReport)
RETURN m.lcOutcome
ENDFUNC

* What is answered where nothing stands in the tables: errors 108 and 109 say that somebody holds table or row.
FUNCTION CfFailed
RETURN IIF(m.pnCfError = 108 OR m.pnCfError = 109, "busy", "refused")
ENDFUNC

* Notes how an entry that was begun has ended.
PROCEDURE CfNote
LPARAMETERS tcOutcome, tcReport
SELECT cfposted
SET ORDER TO postkey
IF CfSeekPosted("B")
   DO CASE
   CASE m.tcOutcome == "done"
      REPLACE state WITH "D", done WITH TTOC(DATETIME(), 1), report WITH m.tcReport
   CASE m.tcOutcome == "refused" OR m.tcOutcome == "busy"
      REPLACE state WITH "U", done WITH TTOC(DATETIME(), 1)
   ENDCASE
ENDIF
FLUSH
ENDPROC

* The entry's rows: what is done, table, record, first and last line of each, and the alias.
FUNCTION CfRows
LPARAMETERS taLines, tnLines, taRows
LOCAL lnI, lnRows
lnRows = 0
FOR lnI = 2 TO m.tnLines - 1
   IF CfPart(taLines[m.lnI], 1) == "row"
      lnRows = m.lnRows + 1
      DIMENSION taRows[m.lnRows, 6]
      taRows[m.lnRows, 1] = CfPart(taLines[m.lnI], 3)
      taRows[m.lnRows, 2] = CfPart(taLines[m.lnI], 4)
      taRows[m.lnRows, 3] = VAL(CfPart(taLines[m.lnI], 5))
      taRows[m.lnRows, 4] = m.lnI + 1
      taRows[m.lnRows, 6] = "cf_" + taRows[m.lnRows, 2]
   ENDIF
   IF m.lnRows > 0
      taRows[m.lnRows, 5] = m.lnI
   ENDIF
ENDFOR
RETURN m.lnRows
ENDFUNC

* Opens every table and looks whether every field is there and can take its value; says what is wrong.
FUNCTION CfPrepare
LPARAMETERS taLines, taRows, tnRows
LOCAL lnI, lnJ, lcWhy
IF m.tnRows = 0
   RETURN "the entry has no rows"
ENDIF
FOR lnI = 1 TO m.tnRows
   lcWhy = CfOpen(taRows[m.lnI, 2], taRows[m.lnI, 6])
   IF NOT EMPTY(m.lcWhy)
      RETURN m.lcWhy
   ENDIF
   FOR lnJ = taRows[m.lnI, 4] TO taRows[m.lnI, 5]
      lcWhy = CfUnfit(taRows[m.lnI, 6], taLines[m.lnJ])
      IF NOT EMPTY(m.lcWhy)
         RETURN taRows[m.lnI, 2] + "." + m.lcWhy
      ENDIF
   ENDFOR
ENDFOR
RETURN ""
ENDFUNC

FUNCTION CfOpen
LPARAMETERS tcTable, tcAlias
LOCAL lnI, lcFolder, lcFile
IF USED(m.tcAlias)
   RETURN ""
ENDIF
lcFile = ""
FOR lnI = 1 TO OCCURS(";", m.pcCfData) + 1
   lcFolder = CfField(m.pcCfData, ";", m.lnI)
   IF EMPTY(m.lcFile) AND NOT EMPTY(m.lcFolder) AND FILE(ADDBS(m.lcFolder) + m.tcTable + ".dbf")
      lcFile = ADDBS(m.lcFolder) + m.tcTable + ".dbf"
   ENDIF
ENDFOR
IF EMPTY(m.lcFile)
   RETURN "table " + m.tcTable + " lies in none of the folders " + m.pcCfData
ENDIF
USE (m.lcFile) IN 0 AGAIN ALIAS (m.tcAlias) SHARED
IF NOT EMPTY(m.pcCfFault)
   RETURN "table " + m.tcTable + " cannot be opened: " + m.pcCfFault
ENDIF
=CURSORSETPROP("Buffering", 5, m.tcAlias)
RETURN m.pcCfFault
ENDFUNC

* What hinders a field from holding a line's value.
FUNCTION CfUnfit
LPARAMETERS tcAlias, tcLine
LOCAL lcField, lcLetter, lcText, lcType
lcField = CfPart(m.tcLine, 2)
lcLetter = CfPart(m.tcLine, 3)
lcText = CfPart(m.tcLine, 4)
lcType = TYPE(m.tcAlias + "." + m.lcField)
DO CASE
CASE m.lcType == "U"
   RETURN m.lcField + ": the table has no such field"
CASE m.lcLetter == "C" AND NOT m.lcType $ "CM"
   RETURN m.lcField + ": text for a field of type " + m.lcType
CASE m.lcLetter == "N" AND NOT m.lcType $ "NY"
   RETURN m.lcField + ": a number for a field of type " + m.lcType
CASE m.lcLetter == "D" AND NOT m.lcType == "D"
   RETURN m.lcField + ": a date for a field of type " + m.lcType
CASE m.lcLetter == "L" AND NOT m.lcType == "L"
   RETURN m.lcField + ": a flag for a field of type " + m.lcType
CASE m.lcLetter == "C" AND m.lcType == "C" AND LEN(m.lcText) > FSIZE(m.lcField, m.tcAlias)
   RETURN m.lcField + ": " + m.lcText + " is wider than the field"
CASE m.lcLetter == "C" AND CPCURRENT() <> m.pnCfPage AND NOT CfIsPlain(m.lcText)
   RETURN m.lcField + ": letters of code page " + CfNumber(m.pnCfPage) + ", but this FoxPro runs under another"
ENDCASE
RETURN ""
ENDFUNC

* Finds, locks and checks every row that will be changed. "busy" where one is held by somebody.
FUNCTION CfLockRows
LPARAMETERS taLines, taRows, tnRows
LOCAL lnI, lnRecord, lcWhy
FOR lnI = 1 TO m.tnRows
   IF taRows[m.lnI, 1] == "change"
      lnRecord = CfFind(@taLines, @taRows, m.lnI)
      IF m.lnRecord = 0
         RETURN taRows[m.lnI, 2] + ": the row of record " + CfNumber(taRows[m.lnI, 3]) + " is gone, or stands there twice"
      ENDIF
      taRows[m.lnI, 3] = m.lnRecord
      IF NOT RLOCK(CfNumber(m.lnRecord), taRows[m.lnI, 6])
         RETURN "busy"
      ENDIF
      SELECT (taRows[m.lnI, 6])
      GO m.lnRecord
      lcWhy = CfDiffers(@taLines, taRows[m.lnI, 4], taRows[m.lnI, 5], .F.)
      IF NOT EMPTY(m.lcWhy)
         RETURN taRows[m.lnI, 2] + " record " + CfNumber(m.lnRecord) + ": " + m.lcWhy
      ENDIF
   ENDIF
ENDFOR
RETURN ""
ENDFUNC

* The record of a row: the number that it had, or, after a PACK, the only one that fits. 0 where there is none.
FUNCTION CfFind
LPARAMETERS taLines, taRows, tnRow
LOCAL lnFound, lnRecord, lnFrom, lnTo
lnRecord = taRows[m.tnRow, 3]
lnFrom = taRows[m.tnRow, 4]
lnTo = taRows[m.tnRow, 5]
SELECT (taRows[m.tnRow, 6])
IF m.lnRecord <= RECCOUNT()
   GO m.lnRecord
   IF NOT DELETED() AND EMPTY(CfDiffers(@taLines, m.lnFrom, m.lnTo, .T.))
      RETURN m.lnRecord
   ENDIF
ENDIF
lnFound = 0
lnRecord = 0
SCAN
   IF EMPTY(CfDiffers(@taLines, m.lnFrom, m.lnTo, .T.))
      lnFound = m.lnFound + 1
      lnRecord = RECNO()
   ENDIF
ENDSCAN
RETURN IIF(m.lnFound = 1, m.lnRecord, 0)
ENDFUNC

* What is not as the entry expects it in the row where the selected table stands.
FUNCTION CfDiffers
LPARAMETERS taLines, tnFrom, tnTo, tlKnownOnly
LOCAL lnI, lcWord, lcField
FOR lnI = m.tnFrom TO m.tnTo
   lcWord = CfPart(taLines[m.lnI], 1)
   IF m.lcWord == "known" OR (m.lcWord == "guard" AND NOT m.tlKnownOnly)
      lcField = CfPart(taLines[m.lnI], 2)
      IF NOT CfHolds(CURVAL(m.lcField), CfPart(taLines[m.lnI], 3), CfPart(taLines[m.lnI], 4))
         RETURN m.lcField + " is " + CfShow(CURVAL(m.lcField)) + ", not " + CfPart(taLines[m.lnI], 4)
      ENDIF
   ENDIF
ENDFOR
RETURN ""
ENDFUNC

* Whether a field's value is what a line says.
FUNCTION CfHolds
LPARAMETERS tuValue, tcLetter, tcText
IF ISNULL(m.tuValue)
   RETURN m.tcLetter == "U"
ENDIF
DO CASE
CASE m.tcLetter == "C"
   RETURN RTRIM(m.tuValue) == m.tcText
CASE m.tcLetter == "N"
   RETURN ROUND(CfPlainNumber(m.tuValue) - VAL(m.tcText), 8) = 0
CASE m.tcLetter == "D"
   RETURN ALLTRIM(DTOS(m.tuValue)) == m.tcText
CASE m.tcLetter == "L"
   RETURN m.tuValue = (m.tcText == "T")
ENDCASE
RETURN EMPTY(m.tuValue)
ENDFUNC

* Whether BEGIN TRANSACTION covers everything that is written: Visual FoxPro 9 can do that for free tables too.
FUNCTION CfTransactable
LPARAMETERS taRows, tnRows
LOCAL lnI
IF VAL(SUBSTR(VERSION(), AT("FoxPro ", VERSION()) + 7, 2)) >= 9
   FOR lnI = 1 TO m.tnRows
      IF EMPTY(CURSORGETPROP("Database", taRows[m.lnI, 6]))
         =EVALUATE("MAKETRANSACTABLE('" + taRows[m.lnI, 6] + "')")
      ENDIF
   ENDFOR
   RETURN EMPTY(m.pcCfFault)
ENDIF
FOR lnI = 1 TO m.tnRows
   IF EMPTY(CURSORGETPROP("Database", taRows[m.lnI, 6]))
      RETURN .F.
   ENDIF
ENDFOR
RETURN .T.
ENDFUNC

* Writes row after row until something goes wrong; tells what was written.
FUNCTION CfWriteRows
LPARAMETERS taLines, taRows, tnRows
LOCAL lnI, lnJ, lcReport, lcFields
LOCAL ARRAY laError[1, 7]
lcReport = ""
FOR lnI = 1 TO m.tnRows
   lcFields = ""
   SELECT (taRows[m.lnI, 6])
   IF taRows[m.lnI, 1] == "append"
      APPEND BLANK
   ELSE
      GO taRows[m.lnI, 3]
   ENDIF
   FOR lnJ = taRows[m.lnI, 4] TO taRows[m.lnI, 5]
      IF EMPTY(m.pcCfFault)
         lcFields = m.lcFields + CfWriteField(taRows[m.lnI, 6], m.lnI, taLines[m.lnJ])
      ENDIF
   ENDFOR
   IF EMPTY(m.pcCfFault)
      IF NOT TABLEUPDATE(0, .T., taRows[m.lnI, 6])
         =AERROR(laError)
         =CfError(laError[1, 1], taRows[m.lnI, 2] + ": " + laError[1, 2], "TABLEUPDATE", m.lnI)
      ENDIF
   ENDIF
   IF NOT EMPTY(m.pcCfFault)
      RETURN m.lcReport
   ENDIF
   lcReport = m.lcReport + "row|" + CfNumber(m.lnI) + "|" + taRows[m.lnI, 2] + "|" + CfNumber(MAX(RECNO(), 0)) + CHR(13) + CHR(10) + m.lcFields
ENDFOR
RETURN m.lcReport
ENDFUNC

* Does what one line says to the selected row; reports what a changed field held before and holds now.
FUNCTION CfWriteField
LPARAMETERS tcAlias, tnRow, tcLine
LOCAL lcWord, lcField, luBefore, luAfter
lcWord = CfPart(m.tcLine, 1)
lcField = CfPart(m.tcLine, 2)
IF NOT (m.lcWord == "put" OR m.lcWord == "add" OR m.lcWord == "set")
   RETURN ""
ENDIF
luBefore = EVALUATE(m.tcAlias + "." + m.lcField)
luAfter = CfValue(CfPart(m.tcLine, 3), CfPart(m.tcLine, 4))
IF CfPart(m.tcLine, 3) == "U"
   RETURN ""
ENDIF
IF m.lcWord == "add"
   luAfter = ROUND(CfPlainNumber(m.luBefore) + m.luAfter, 8)
ENDIF
REPLACE (m.lcField) WITH m.luAfter IN (m.tcAlias)
IF m.lcWord == "put"
   RETURN ""
ENDIF
RETURN "field|" + CfNumber(m.tnRow) + "|" + m.lcField + "|" + CfShow(m.luBefore) + "|" + CfShow(EVALUATE(m.tcAlias + "." + m.lcField)) + CHR(13) + CHR(10)
ENDFUNC

* Drops what is buffered and not written.
PROCEDURE CfRevert
LPARAMETERS taRows, tnRows
LOCAL lnI
FOR lnI = 1 TO m.tnRows
   =TABLEREVERT(.T., taRows[m.lnI, 6])
ENDFOR
ENDPROC

* Takes back what was written without a transaction; .F. where that failed as well.
FUNCTION CfUndo
LPARAMETERS taRows, tnRows, tcReport
LOCAL lnI, lnLines, lnRow, lcFault, lcLine
LOCAL ARRAY laReport[1]
lcFault = m.pcCfFault
=CfRevert(@taRows, m.tnRows)
pcCfFault = ""
lnRow = 0
lnLines = ALINES(laReport, m.tcReport)
FOR lnI = 1 TO m.lnLines
   lcLine = laReport[m.lnI]
   DO CASE
   CASE CfPart(m.lcLine, 1) == "row"
      lnRow = VAL(CfPart(m.lcLine, 2))
      SELECT (taRows[m.lnRow, 6])
      GO VAL(CfPart(m.lcLine, 4))
      IF taRows[m.lnRow, 1] == "append"
         DELETE
         =TABLEUPDATE(0, .T., taRows[m.lnRow, 6])
      ENDIF
   CASE CfPart(m.lcLine, 1) == "field"
      REPLACE (CfPart(m.lcLine, 3)) WITH CfShown(CfPart(m.lcLine, 4)) IN (taRows[m.lnRow, 6])
      =TABLEUPDATE(0, .T., taRows[m.lnRow, 6])
   ENDCASE
ENDFOR
IF EMPTY(m.pcCfFault)
   pcCfFault = m.lcFault
   RETURN .T.
ENDIF
pcCfFault = m.lcFault + "; and it could not be taken back: " + m.pcCfFault
RETURN .F.
ENDFUNC

* Lets go of tables and rows.
PROCEDURE CfClose
LOCAL lnI, lnTables
LOCAL ARRAY laTables[1, 2]
UNLOCK ALL
lnTables = AUSED(laTables)
FOR lnI = 1 TO m.lnTables
   IF LEFT(LOWER(laTables[m.lnI, 1]), 3) == "cf_"
      =TABLEREVERT(.T., laTables[m.lnI, 1])
      USE IN (laTables[m.lnI, 1])
   ENDIF
ENDFOR
ENDPROC

PROCEDURE CfAnswer
LPARAMETERS tcName, tcOutcome, tcWhy, tcReport, tnFirst
LOCAL lcText, lcBreak
lcBreak = CHR(13) + CHR(10)
lcText = "counterfoil-answer|1" + m.lcBreak
lcText = m.lcText + "entry|" + CfNumber(m.pnCfEntry) + m.lcBreak
lcText = m.lcText + "key|" + CfEscape(m.pcCfKey) + m.lcBreak
lcText = m.lcText + "content|" + CfEscape(m.pcCfContent) + m.lcBreak
lcText = m.lcText + "outcome|" + m.tcOutcome + m.lcBreak
lcText = m.lcText + "why|" + CfEscape(m.tcWhy) + m.lcBreak
lcText = m.lcText + "first|" + CfNumber(m.tnFirst) + m.lcBreak
lcText = m.lcText + "at|" + TTOC(DATETIME(), 1) + m.lcBreak
lcText = m.lcText + "worker|" + CfEscape(VERSION() + " on " + SYS(0)) + m.lcBreak
=CfSave(m.lcText + m.tcReport, m.pcCfOutbox + "answers\" + m.tcName)
ENDPROC

* Seals a text and leaves it under its name only when it is whole.
FUNCTION CfSave
LPARAMETERS tcText, tcFile
LOCAL lnHandle, lcDraft, lcSealed, lnWritten
lcSealed = m.tcText + "end|" + CfNumber(OCCURS(CHR(10), m.tcText)) + "|" + CfNumber(CfAdler(m.tcText)) + CHR(13) + CHR(10)
lcDraft = FORCEEXT(m.tcFile, "TMP")
lnHandle = FCREATE(m.lcDraft)
IF m.lnHandle < 0
   RETURN .F.
ENDIF
lnWritten = FWRITE(m.lnHandle, m.lcSealed)
=FFLUSH(m.lnHandle)
=FCLOSE(m.lnHandle)
IF m.lnWritten <> LEN(m.lcSealed)
   RETURN .F.
ENDIF
RENAME (m.lcDraft) TO (m.tcFile)
RETURN .T.
ENDFUNC

* A value as a line has it.
FUNCTION CfValue
LPARAMETERS tcLetter, tcText
DO CASE
CASE m.tcLetter == "N"
   RETURN VAL(m.tcText)
CASE m.tcLetter == "D" AND EMPTY(m.tcText)
   RETURN CTOD("")
CASE m.tcLetter == "D"
   RETURN DATE(VAL(LEFT(m.tcText, 4)), VAL(SUBSTR(m.tcText, 5, 2)), VAL(SUBSTR(m.tcText, 7, 2)))
CASE m.tcLetter == "L"
   RETURN m.tcText == "T"
ENDCASE
RETURN m.tcText
ENDFUNC

* A field's value with its letter, as reports have it, and back.
FUNCTION CfShow
LPARAMETERS tuValue
IF ISNULL(m.tuValue)
   RETURN "U:"
ENDIF
DO CASE
CASE VARTYPE(m.tuValue) $ "NY"
   RETURN "N:" + LTRIM(STR(CfPlainNumber(m.tuValue), 20, 4))
CASE VARTYPE(m.tuValue) == "D"
   RETURN "D:" + ALLTRIM(DTOS(m.tuValue))
CASE VARTYPE(m.tuValue) == "L"
   RETURN "L:" + IIF(m.tuValue, "T", "F")
ENDCASE
RETURN "C:" + CfEscape(RTRIM(m.tuValue))
ENDFUNC

FUNCTION CfShown
LPARAMETERS tcShown
RETURN CfValue(LEFT(m.tcShown, 1), SUBSTR(m.tcShown, 3))
ENDFUNC

FUNCTION CfPlainNumber
LPARAMETERS tuNumber
IF VARTYPE(m.tuNumber) == "Y"
   RETURN MTON(m.tuNumber)
ENDIF
RETURN m.tuNumber
ENDFUNC

FUNCTION CfNumber
LPARAMETERS tnNumber
RETURN LTRIM(STR(m.tnNumber, 20))
ENDFUNC

* One part of a line, with its escapes undone.
FUNCTION CfPart
LPARAMETERS tcLine, tnPart
RETURN CfUnescape(CfField(m.tcLine, "|", m.tnPart))
ENDFUNC

* The part of a text between two marks.
FUNCTION CfField
LPARAMETERS tcText, tcMark, tnPart
LOCAL lnFrom, lnTo
lnFrom = 1
IF m.tnPart > 1
   lnFrom = AT(m.tcMark, m.tcText, m.tnPart - 1) + 1
   IF m.lnFrom = 1
      RETURN ""
   ENDIF
ENDIF
lnTo = AT(m.tcMark, m.tcText, m.tnPart)
IF m.lnTo = 0
   lnTo = LEN(m.tcText) + 1
ENDIF
RETURN SUBSTR(m.tcText, m.lnFrom, m.lnTo - m.lnFrom)
ENDFUNC

* Bytes beyond plain ASCII, a percent sign and a bar are written as % and two hex digits.
FUNCTION CfEscape
LPARAMETERS tcText
LOCAL lnI, lnByte, lcText
lcText = ""
FOR lnI = 1 TO LEN(m.tcText)
   lnByte = ASC(SUBSTR(m.tcText, m.lnI, 1))
   IF m.lnByte < 32 OR m.lnByte > 126 OR m.lnByte = 37 OR m.lnByte = 124
      lcText = m.lcText + "%" + SUBSTR("0123456789ABCDEF", INT(m.lnByte / 16) + 1, 1) + SUBSTR("0123456789ABCDEF", MOD(m.lnByte, 16) + 1, 1)
   ELSE
      lcText = m.lcText + CHR(m.lnByte)
   ENDIF
ENDFOR
RETURN m.lcText
ENDFUNC

FUNCTION CfUnescape
LPARAMETERS tcText
LOCAL lnAt, lcText, lcRest, lnHigh, lnLow
lcText = ""
lcRest = m.tcText
lnAt = AT("%", m.lcRest)
DO WHILE m.lnAt > 0
   lnHigh = AT(SUBSTR(m.lcRest, m.lnAt + 1, 1), "0123456789ABCDEF") - 1
   lnLow = AT(SUBSTR(m.lcRest, m.lnAt + 2, 1), "0123456789ABCDEF") - 1
   IF m.lnHigh < 0 OR m.lnLow < 0
      lcText = m.lcText + LEFT(m.lcRest, m.lnAt)
      lcRest = SUBSTR(m.lcRest, m.lnAt + 1)
   ELSE
      lcText = m.lcText + LEFT(m.lcRest, m.lnAt - 1) + CHR(m.lnHigh * 16 + m.lnLow)
      lcRest = SUBSTR(m.lcRest, m.lnAt + 3)
   ENDIF
   lnAt = AT("%", m.lcRest)
ENDDO
RETURN m.lcText + m.lcRest
ENDFUNC

FUNCTION CfIsPlain
LPARAMETERS tcText
LOCAL lnI
FOR lnI = 1 TO LEN(m.tcText)
   IF ASC(SUBSTR(m.tcText, m.lnI, 1)) > 126
      RETURN .F.
   ENDIF
ENDFOR
RETURN .T.
ENDFUNC

* Adler-32 of a text.
FUNCTION CfAdler
LPARAMETERS tcText
LOCAL lnI, lnA, lnB
lnA = 1
lnB = 0
FOR lnI = 1 TO LEN(m.tcText)
   lnA = MOD(m.lnA + ASC(SUBSTR(m.tcText, m.lnI, 1)), 65521)
   lnB = MOD(m.lnB + m.lnA, 65521)
ENDFOR
RETURN m.lnB * 65536 + m.lnA
ENDFUNC

* Leaves a request to charge an invoice. Counterfoil lists requests; it does not carry this one out by itself yet.
FUNCTION CfCharge
LPARAMETERS tcOutbox, tcCustomer, tcInvoice, tnAmount
LOCAL lcName, lcText, lcBreak
lcBreak = CHR(13) + CHR(10)
lcName = "RQ" + TTOC(DATETIME(), 1) + RIGHT(SYS(2015), 6) + ".TXT"
lcText = "counterfoil-request|1" + m.lcBreak
lcText = m.lcText + "ask|charge" + m.lcBreak
lcText = m.lcText + "customer|" + CfEscape(ALLTRIM(m.tcCustomer)) + m.lcBreak
lcText = m.lcText + "invoice|" + CfEscape(ALLTRIM(m.tcInvoice)) + m.lcBreak
lcText = m.lcText + "amount|" + LTRIM(STR(CfPlainNumber(m.tnAmount), 20, 2)) + m.lcBreak
lcText = m.lcText + "at|" + TTOC(DATETIME(), 1) + m.lcBreak
lcText = m.lcText + "by|" + CfEscape(SYS(0)) + m.lcBreak
IF CfSave(m.lcText, ADDBS(m.tcOutbox) + "requests\" + m.lcName)
   RETURN m.lcName
ENDIF
RETURN ""
ENDFUNC

* What the agent says of an invoice or order number.
FUNCTION CfStatus
LPARAMETERS tcAddress, tcToken, tcNumber
LOCAL loHttp, lcOnError, lcAnswer
PRIVATE pcCfFault, pnCfError
pcCfFault = ""
pnCfError = 0
lcAnswer = ""
lcOnError = ON("ERROR")
ON ERROR DO CfError WITH ERROR(), MESSAGE(), PROGRAM(), LINENO()
loHttp = CREATEOBJECT("WinHttp.WinHttpRequest.5.1")
IF EMPTY(m.pcCfFault)
   loHttp.Open("GET", m.tcAddress + "/references?reference=" + CfEscape(ALLTRIM(m.tcNumber)), .F.)
   loHttp.SetRequestHeader("Authorization", "Bearer " + m.tcToken)
   loHttp.Send()
   IF EMPTY(m.pcCfFault) AND loHttp.Status = 200
      lcAnswer = loHttp.ResponseText
   ENDIF
ENDIF
ON ERROR &lcOnError
RETURN m.lcAnswer
ENDFUNC
