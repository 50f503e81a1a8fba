(set-logic QF_BV)
(set-info :status unsat)
(declare-fun x () (_ BitVec 64))
(assert (not (= (bvmul x (_ bv45 64)) (let ((a (bvadd x (bvshl x (_ bv2 64))))) (bvadd a (bvshl a (_ bv3 64)))))))
