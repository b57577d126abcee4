define internal void @frame() {
  %small = alloca i32, align 4
  %text = alloca [12 x i8], align 4
  %byte = alloca i8, align 1
  %large = alloca [400 x i8], align 4
  call void @use(ptr %small)
  ret void
}
