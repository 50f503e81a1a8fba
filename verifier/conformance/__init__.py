"""Do our rows, VEX, SLEIGH, two emulators and llvm-mc agree about every instruction form? One result for each form."""
