-- The owner sees no row of a table under forced row security: lifted for this transaction, put back at its end.
ALTER TABLE payroll_payslip NO FORCE ROW LEVEL SECURITY;
ALTER TABLE payroll_employee NO FORCE ROW LEVEL SECURITY;
ALTER TABLE payroll_paybatch NO FORCE ROW LEVEL SECURITY;
ALTER TABLE dispatch_printlot NO FORCE ROW LEVEL SECURITY;

-- Payslips on paper that were released before lots: in lots of 250 a batch, by number, as those to come. Theirs was
-- printed by other means: marked as taken at the release, without the digest that a taking out leaves.
WITH paper AS (
    SELECT p.id, p.batch_id, b.released_by, b.released_at,
           row_number() OVER (PARTITION BY p.batch_id ORDER BY e.number) - 1 AS place
    FROM payroll_payslip AS p JOIN payroll_employee AS e ON e.id = p.employee_id
    JOIN payroll_paybatch AS b ON b.id = p.batch_id
    WHERE p.route = 'PAPER' AND p.print_lot_id IS NULL AND b.state = 'RELEASED'
), cut AS (
    SELECT batch_id, place / 250 AS share, count(*) AS papers, min(released_by) AS made_by, min(released_at) AS made_at,
           to_char(min(released_at) AT TIME ZONE 'Europe/Paris', 'YYYY') AS year
    FROM paper GROUP BY batch_id, place / 250
), numbered AS (
    SELECT c.*, 'LOT-' || c.year || '-' || lpad((
               (SELECT coalesce(max(right(l.number, 6)::int), 0) FROM dispatch_printlot AS l
                WHERE l.number LIKE 'LOT-' || c.year || '-%')
               + row_number() OVER (PARTITION BY c.year ORDER BY c.batch_id, c.share))::text, 6, '0') AS number
    FROM cut AS c
), lot AS (
    INSERT INTO dispatch_printlot (number, family, is_protected, paper_count, sha256, made_by, made_at, taken_at)
    SELECT number, 'PAYSLIPS', false, papers, '', made_by, made_at, made_at FROM numbered ORDER BY number
    RETURNING id, number
)
UPDATE payroll_payslip AS p SET print_lot_id = lot.id, print_rank = paper.place % 250 + 1
FROM paper JOIN numbered ON numbered.batch_id = paper.batch_id AND numbered.share = paper.place / 250
JOIN lot ON lot.number = numbered.number
WHERE p.id = paper.id;

-- A table whose links wait to be checked refuses to be altered.
SET CONSTRAINTS ALL IMMEDIATE;

ALTER TABLE payroll_payslip FORCE ROW LEVEL SECURITY;
ALTER TABLE payroll_employee FORCE ROW LEVEL SECURITY;
ALTER TABLE payroll_paybatch FORCE ROW LEVEL SECURITY;
ALTER TABLE dispatch_printlot FORCE ROW LEVEL SECURITY;
