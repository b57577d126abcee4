@named = internal constant [6 x i8] c"target", align 1
@word = private unnamed_addr alias i8, getelementptr (i8, ptr @whole, i32 6)
@short = private unnamed_addr constant [3 x i8] c"tar", align 1
@whole = private unnamed_addr constant <{ [15 x i8] }> <{ [15 x i8] c"\22the\5C target \C2\B5" }>, align 1
@table = private unnamed_addr constant <{ ptr, [4 x i8] }> <{ ptr @word, [4 x i8] c"\06\00\00\00" }>, align 4
@parts = private unnamed_addr constant <{ [2 x i8], [2 x i8] }> <{ [2 x i8] c"ab", [2 x i8] undef }>, align 1
@kubectl_oci_second_result = hidden global i32 0, align 4
