(set-logic QF_BV)
(set-info :status unsat)
(declare-fun x () (_ BitVec 64))
(assert (not (= (bvmul x (_ bv1000 64)) (let ((a (bvsub (bvshl x (_ bv7 64)) (bvadd (bvshl x (_ bv1 64)) x)))) (bvshl a (_ bv3 64))))))
