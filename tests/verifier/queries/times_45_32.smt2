(set-logic QF_BV)
(set-info :status unsat)
(declare-fun x () (_ BitVec 32))
(assert (not (= (bvmul x (_ bv45 32)) (let ((a (bvadd x (bvshl x (_ bv2 32))))) (bvadd a (bvshl a (_ bv3 32)))))))
