target triple = "wasm32-unknown-unknown"
declare { i32, i1 } @llvm.uadd.with.overflow.i32(i32, i32) #1
define internal fastcc { ptr, i32 } @text(ptr %of) unnamed_addr #0 {
  %at = load ptr, ptr %of, align 4
  %a = insertvalue { ptr, i32 } poison, ptr %at, 0
  %b = insertvalue { ptr, i32 } %a, i32 3, 1
  ret { ptr, i32 } %b
}
define internal { i1, i8 } @flag(ptr %of) unnamed_addr #0 {
  ret { i1, i8 } zeroinitializer
}
define internal { i32, i64 } @wide() unnamed_addr #0 {
  ret { i32, i64 } { i32 1, i64 2 }
}
define void @caller(ptr %of, ptr %dynamic) unnamed_addr #0 {
  %both = tail call fastcc { ptr, i32 } @text(ptr noundef %of) #2
  %ptr = extractvalue { ptr, i32 } %both, 0
  %len = extractvalue { ptr, i32 } %both, 1
  %one = call noundef { ptr, i32 } %dynamic(ptr %of)
  %first = extractvalue { ptr, i32 } %one, 0
  call fastcc { ptr, i32 } @text(ptr %of)
  %flags = call { i1, i8 } @flag(ptr %of)
  %flag = extractvalue { i1, i8 } %flags, 1
  %sum = call { i32, i1 } @llvm.uadd.with.overflow.i32(i32 %len, i32 1)
  %wide = call { i32, i64 } @wide()
  call void @takes({ ptr, i32 } %both)
  ret void
}
attributes #0 = { nounwind memory(argmem: read) }
attributes #1 = { memory(none) }
attributes #2 = { nounwind }
