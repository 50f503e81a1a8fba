"""Names of A64 instructions that have no row, so that they can be told from typing errors.

From the index of the Arm ARM (Armv8-A and Armv9-A, issue J; SVE and SME from their supplements). Those
that have rows need not be here.
"""

from __future__ import annotations

import re

_SYSTEM = """
at bti brb cfp clrbhb clrex cosp cpp csdb dc dcps1 dcps2 dcps3 dgh dmb drps dsb dvp eret eretaa eretab esb gcsb gcspopcx
gcspopm gcspopx gcspushm gcspushx gcsss1 gcsss2 gcsstr gcssttr hint hlt hvc ic isb mrrs mrs msr msrr psb pssbb rprfm sb
sev sevl smc smstart smstop ssbb svc sys sysl sysp tcancel tcommit tlbi tlbip trcit tsb tstart ttest udf wfe wfet wfi wfit
yield brk prfm prfum axflag xaflag stshh
"""

_POINTER_AUTHENTICATION = """
autda autdb autdza autdzb autia autia1716 autia171615 autiasp autiasppc autiasppcr autiaz autib autib1716 autib171615
autibsp autibsppc autibsppcr autibz autiza autizb blraa blraaz blrab blrabz braa braaz brab brabz ldraa ldrab pacda pacdb
pacdza pacdzb pacga pacia pacia1716 pacia171615 paciasp paciasppc paciaz pacib pacib1716 pacib171615 pacibsp pacibsppc
pacibz paciza pacizb pacm pacnbiasppc pacnbibsppc retaa retaasppc retaasppcr retab retabsppc retabsppcr xpacd xpaci xpaclri
"""

_MEMORY = """
ldtr ldtrb ldtrh ldtrsb ldtrsh ldtrsw sttr sttrb sttrh ldnp stnp ldgm stgm stzgm stg stzg st2g stz2g ldg stgp st64b st64bv
st64bv0 ld64b ldiapp stilp ldap1 stl1 ldapur ldapurb ldapurh ldapursb ldapursh ldapursw stlur stlurb stlurh ldlar ldlarb
ldlarh stllr stllrb stllrh ldclrp ldclrpa ldclrpal ldclrpl ldsetp ldsetpa ldsetpal ldsetpl swpp swppa swppal swppl
ldtp sttp ldtnp sttnp rcwcas rcwcasp rcwclr rcwset rcwswp rcwscas rcwsclr rcwsset rcwsswp
ldxp ldaxp stxp stlxp casp caspa caspal caspl
"""

_INTEGER = """
abs addg addpt cnt ctz gmi irg maddpt msubpt rmif setf16 setf8 smax smin subg subp subps subpt umax umin cmpp
bc cbhi cble cbgt cbge cbeq cbne cbls cblo cblt cbb cbh
"""

_FLOAT_AND_VECTOR = """
aesd aese aesimc aesmc bcax bfcvt bfcvtn bfcvtn2 bfdot bfmlal bfmlalb bfmlalt bfmmla eor3 f1cvtl f1cvtl2 f2cvtl f2cvtl2
bf1cvtl bf1cvtl2 bf2cvtl bf2cvtl2 famax famin fcadd fcmla fcvtn fcvtxn fcvtxn2 fdot fjcvtzs fmlal fmlal2 fmlalb
fmlalt fmlallbb fmlallbt fmlalltb fmlalltt fmlsl fmlsl2 fmmla frint32x frint32z frint64x frint64z fscale luti2 luti4 rax1
sdot udot sudot usdot sha1c sha1h sha1m sha1p sha1su0 sha1su1 sha256h sha256h2 sha256su0 sha256su1 sha512h sha512h2
sha512su0 sha512su1 sm3partw1 sm3partw2 sm3ss1 sm3tt1a sm3tt1b sm3tt2a sm3tt2b sm4e sm4ekey smmla ummla usmmla
sqrdmlah sqrdmlsh suqadd usqadd xar pmull pmull2 urecpe ursqrte frecpe frecps frecpx frsqrte frsqrts fmulx
"""

_SVE = """
addha addva addvl addpl adclb adclt addqv andqv andv asrd asrr bdep bext bgrp bsl1n bsl2n brka brkas brkb brkbs brkn brkns
brkpa brkpas brkpb brkpbs cadd cdot clasta clastb cmla cmple cmplo cmpls cmplt cmpne cmpeq cmpge cmpgt cmphi cmphs cnot
cntb cntd cnth cntp cntw compact cpy ctermeq ctermne decb decd dech decp decw dupm dupq eorbt eorqv eortb eorv eors expand
extq fadda faddqv faddv fclamp fcmne fcmuo fcvtlt fcvtnt fcvtx fcvtxnt fcvtzsn fcvtzun fdivr fdup fexpa flogb fmad fmaxnmqv
fmaxqv fminnmqv fminqv fmopa fmops fmsb fnmad fnmla fnmls fnmsb fsubr ftmad ftsmul ftssel fvdot histcnt histseg incb incd
inch incp incw index insr lasta lastb lastp firstp ld1b ld1d ld1h ld1q ld1rb ld1rd ld1rh ld1rob ld1rod ld1roh ld1row ld1rqb
ld1rqd ld1rqh ld1rqw ld1rsb ld1rsh ld1rsw ld1rw ld1sb ld1sh ld1sw ld1w ld2b ld2d ld2h ld2q ld2w ld3b ld3d ld3h ld3q ld3w
ld4b ld4d ld4h ld4q ld4w ldff1b ldff1d ldff1h ldff1sb ldff1sh ldff1sw ldff1w ldnf1b ldnf1d ldnf1h ldnf1sb ldnf1sh ldnf1sw
ldnf1w ldnt1b ldnt1d ldnt1h ldnt1sb ldnt1sh ldnt1sw ldnt1w lslr lsrr mad match mova movaz movprfx movs movt msb nands nand
nbsl nmatch nor nors nots not orns orqv orrs orv pext pfalse pfirst pmov pnext prfb prfd prfh prfw psel ptest ptrue ptrues
ptruea punpkhi punpklo rdffr rdffrs rdsvl rdvl revb revd revh revw sabalb sabalt sabdlb sabdlt saddlb saddlbt saddlt saddwb
saddwt saddv sbclb sbclt sclamp sdivr sel setffr shrnb shrnt smaxqv sminqv smlalb smlalt smlslb smlslt smmla smopa smops
smullb smullt splice sqcadd sqcvt sqcvtn sqcvtu sqcvtun sqdecb sqdecd sqdech sqdecp sqdecw sqdmlalb sqdmlalbt sqdmlalt
sqdmlslb sqdmlslbt sqdmlslt sqdmullb sqdmullt sqincb sqincd sqinch sqincp sqincw sqrdcmlah sqrshlr sqrshr sqrshrnb sqrshrnt
sqrshru sqrshrunb sqrshrunt sqshlr sqshrnb sqshrnt sqshrunb sqshrunt sqsubr sqxtnb sqxtnt sqxtunb sqxtunt srshlr sshllb
sshllt ssublb ssublbt ssublt ssubltb ssubwb ssubwt st1b st1d st1h st1q st1w st2b st2d st2h st2q st2w st3b st3d st3h st3q
st3w st4b st4d st4h st4q st4w stnt1b stnt1d stnt1h stnt1w subhnb subhnt subr sumopa sumops sunpk sunpkhi sunpklo suvdot
svdot tblq tbxq uabalb uabalt uabdlb uabdlt uaddlb uaddlt uaddv uaddwb uaddwt uclamp udivr umaxqv umaxv uminqv uminv umlalb
umlalt umlslb umlslt umopa umops umullb umullt uqcvt uqcvtn uqdecb uqdecd uqdech uqdecp uqdecw uqincb uqincd uqinch uqincp
uqincw uqrshlr uqrshr uqrshrn uqrshrnb uqrshrnt uqshlr uqshrnb uqshrnt uqsubr uqxtnb uqxtnt urshlr ushllb ushllt usmopa
usmops usublb usublt usubwb usubwt usvdot uunpk uunpkhi uunpklo uvdot uzpq1 uzpq2 whilege whilegt whilehi whilehs whilele
whilelo whilels whilelt whilerw whilewr wrffr zero zipq1 zipq2
"""

_GROUPS = (_SYSTEM, _POINTER_AUTHENTICATION, _MEMORY, _INTEGER, _FLOAT_AND_VECTOR, _SVE)
_NAMES = frozenset(" ".join(_GROUPS).split())

# Memory copies and sets by stage and hint, branches by hint, and the read-check-write atomics.
_FAMILIES = re.compile(
    r"(cpyf?|setg?)[pme](t|n|rt|rn|wt|wn|tn|rtn|wtn|trn|twn|rtrn|rtwn|wtrn|wtwn)?|bc\.[a-z]{2}|rcws?(cas|clr|set|swp)p?(a|al|l)?"
)

# Instructions on general registers (CSSC) that share their mnemonics with rows of vector registers.
ALSO_GENERAL = frozenset(["abs", "cnt", "smax", "smin", "umax", "umin"])


def exists(mnemonic: str) -> bool:
    """Whether the architecture has an instruction of this name that may lack a row."""
    return mnemonic in _NAMES or _FAMILIES.fullmatch(mnemonic) is not None
