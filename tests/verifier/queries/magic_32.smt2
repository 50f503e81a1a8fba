(set-logic QF_BV)
(set-info :status unsat)
(declare-fun x () (_ BitVec 32))
(assert (not (= (bvudiv x (_ bv10 32)) ((_ extract 31 0) (bvlshr (bvmul ((_ zero_extend 32) x) (_ bv3435973837 64)) (_ bv35 64))))))
