-- trace: of the event that began a run, where traces are switched on (W3C Trace Context); it says nothing else.
ALTER TABLE run ADD COLUMN trace text;
