(set-logic QF_BV)
(set-info :status unsat)
(declare-fun x () (_ BitVec 64))
(assert (not (= (bvudiv x (_ bv10 64)) ((_ extract 63 0) (bvlshr (bvmul ((_ zero_extend 64) x) (_ bv14757395258967641293 128)) (_ bv67 128))))))
