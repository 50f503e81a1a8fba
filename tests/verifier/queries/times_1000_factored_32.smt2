(set-logic QF_BV)
(set-info :status unsat)
(declare-fun x () (_ BitVec 32))
(assert (not (= (bvmul x (_ bv1000 32)) (let ((a (bvsub (bvshl x (_ bv7 32)) (bvadd (bvshl x (_ bv1 32)) x)))) (bvshl a (_ bv3 32))))))
