(set-logic QF_BV)
(set-info :status unsat)
(declare-fun x () (_ BitVec 64))
(assert (not (= (bvmul x (_ bv1000 64)) (bvsub (bvsub (bvshl x (_ bv10 64)) (bvshl x (_ bv4 64))) (bvshl x (_ bv3 64))))))
