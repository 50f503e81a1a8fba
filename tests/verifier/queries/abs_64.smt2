(set-logic QF_BV)
(set-info :status unsat)
(declare-fun x () (_ BitVec 64))
(assert (not (= (ite (bvslt x (_ bv0 64)) (bvneg x) x) (let ((s (bvashr x (_ bv63 64)))) (bvsub (bvxor x s) s)))))
