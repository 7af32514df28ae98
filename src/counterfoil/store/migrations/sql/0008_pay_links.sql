-- Links by which payers pay invoices are writes at the gateway as well; no record of it tells of them, so that an
-- unknown one goes from sending to question at once, and only a person's word leads on.
ALTER TABLE effect DROP CONSTRAINT effect_kind_check;
ALTER TABLE effect ADD CONSTRAINT effect_kind_check
    CHECK (kind IN ('charge', 'capture', 'void', 'refund', 'fund', 'give_back', 'pay_link', 'adopted'));
