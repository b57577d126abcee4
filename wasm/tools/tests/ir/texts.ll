@table = private unnamed_addr constant <{ ptr, [4 x i8] }> <{ ptr @word, [4 x i8] c"\06\00\00\00" }>, align 4
@word = private unnamed_addr constant [6 x i8] c"target", align 1
@short = private unnamed_addr constant [3 x i8] c"tar", align 1
@whole = private unnamed_addr constant <{ [15 x i8] }> <{ [15 x i8] c"\22the\5C target \C2\B5" }>, align 1
@parts = private unnamed_addr constant <{ [2 x i8], [2 x i8] }> <{ [2 x i8] c"ab", [2 x i8] undef }>, align 1
@named = internal constant [6 x i8] c"target", align 1
@llvm.used = appending global [1 x ptr] [ptr @drop], section "llvm.metadata"
