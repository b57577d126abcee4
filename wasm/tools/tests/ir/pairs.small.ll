target triple = "wasm32-unknown-unknown"
declare { i32, i1 } @llvm.uadd.with.overflow.i32(i32, i32) #1
define internal fastcc ptr @text(ptr %of) unnamed_addr #0 {
  %at = load ptr, ptr %of, align 4
  %a = insertvalue { ptr, i32 } poison, ptr %at, 0
  %b = insertvalue { ptr, i32 } %a, i32 3, 1
  %first.1 = extractvalue { ptr, i32 } %b, 0
  %second.1 = extractvalue { ptr, i32 } %b, 1
  store i32 %second.1, ptr @kubectl_oci_second_result, align 4
  ret ptr %first.1
}
define internal i1 @flag(ptr %of) unnamed_addr #0 {
  %first.2 = extractvalue { i1, i8 } zeroinitializer, 0
  %second.2 = extractvalue { i1, i8 } zeroinitializer, 1
  %wide.2 = zext i8 %second.2 to i32
  store i32 %wide.2, ptr @kubectl_oci_second_result, align 4
  ret i1 %first.2
}
define internal { i32, i64 } @wide() unnamed_addr #0 {
  ret { i32, i64 } { i32 1, i64 2 }
}
define void @caller(ptr %of, ptr %dynamic) unnamed_addr #0 {
  %first.3 = tail call fastcc ptr @text(ptr noundef %of) #2
  %there.3 = load i32, ptr @kubectl_oci_second_result, align 4
  %second.3 = freeze i32 %there.3
  %both.3 = insertvalue { ptr, i32 } poison, ptr %first.3, 0
  %both = insertvalue { ptr, i32 } %both.3, i32 %second.3, 1
  %ptr = extractvalue { ptr, i32 } %both, 0
  %len = extractvalue { ptr, i32 } %both, 1
  %first.4 = call ptr %dynamic(ptr %of)
  %one = insertvalue { ptr, i32 } poison, ptr %first.4, 0
  %first = extractvalue { ptr, i32 } %one, 0
  %first.5 = call fastcc ptr @text(ptr %of)
  %first.6 = call i1 @flag(ptr %of)
  %there.6 = load i32, ptr @kubectl_oci_second_result, align 4
  %wide.6 = freeze i32 %there.6
  %second.6 = trunc i32 %wide.6 to i8
  %both.6 = insertvalue { i1, i8 } poison, i1 %first.6, 0
  %flags = insertvalue { i1, i8 } %both.6, i8 %second.6, 1
  %flag = extractvalue { i1, i8 } %flags, 1
  %sum = call { i32, i1 } @llvm.uadd.with.overflow.i32(i32 %len, i32 1)
  %wide = call { i32, i64 } @wide()
  call void @takes({ ptr, i32 } %both)
  ret void
}
attributes #0 = { nounwind }
attributes #1 = { nounwind }
attributes #2 = { nounwind }
@kubectl_oci_second_result = hidden global i32 0, align 4
