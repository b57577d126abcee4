define internal void @moves(ptr %to, ptr %from) #0 {
  call void @llvm.memcpy.p0.p0.i32(ptr noundef nonnull align 4 dereferenceable(12) %to, ptr align 4 %from, i32 12, i1 false), !noalias !3
  tail call void @llvm.memcpy.p0.p0.i32(ptr align 1 %to, ptr align 1 @constant, i32 12, i1 false)
  call void @llvm.memcpy.p0.p0.i32(ptr align 4 %to, ptr align 4 getelementptr inbounds nuw (i8, ptr @constant, i32 4), i32 12, i1 false)
  call void @llvm.memcpy.p0.p0.i32(ptr align 4 %to, ptr align 4 %from, i32 8, i1 false)
  call void @llvm.memcpy.p0.p0.i32(ptr align 4 %to, ptr align 4 %from, i32 %size, i1 false)
  call void @llvm.memcpy.p0.p0.i32(ptr align 4 %to, ptr align 4 %from, i32 400, i1 false)
  ret void
}
