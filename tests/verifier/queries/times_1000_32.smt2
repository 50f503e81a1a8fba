(set-logic QF_BV)
(set-info :status unsat)
(declare-fun x () (_ BitVec 32))
(assert (not (= (bvmul x (_ bv1000 32)) (bvsub (bvsub (bvshl x (_ bv10 32)) (bvshl x (_ bv4 32))) (bvshl x (_ bv3 32))))))
